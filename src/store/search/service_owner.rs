//! Searching the dialogs of one service owner.
//!
//! Indexes that begin with the organization hold its dialogs in the order of the page: all of them, those of a party
//! or those of a resource. Each value asked for is read on its own and the leading dialogs are merged.
//!
//! Labels are different. One label often stands on a single dialog, which in order might come last of millions; so
//! the index of labels is asked first. Only if it knows too many dialogs, of which enough will come soon, are they
//! looked for in order.

use sqlx::{Postgres, QueryBuilder};

use super::{
    Error, Shown,
    binds::{Binds, Placeholder},
    filters, keyset, statement,
};
use crate::dialog::{
    party::PartyUrn,
    search::{Cursor, Filter, Order, OwnerFilter, order::Key, owner::LabelPattern},
};

/// Most dialogs that are looked at because of a label.
pub(super) const LABELLED: i64 = 10_000;

/// What to search for among a service owner's own dialogs, and how much of it to show.
#[derive(Debug, Clone, Copy)]
pub struct Owned<'a> {
    /// Short name of the service owner.
    pub org: &'a str,
    /// Whose dialogs; empty for all.
    pub parties: &'a [PartyUrn],
    /// Which resources, lower case; empty for all.
    pub resources: &'a [String],
    /// What must hold of each dialog.
    pub filter: &'a Filter,
    /// What else must hold of it.
    pub own: &'a OwnerFilter,
    /// In which order.
    pub order: &'a Order,
    /// Behind which dialog to begin; must have every key of the order.
    pub cursor: Option<&'a Cursor>,
    /// Most dialogs on the page.
    pub limit: u16,
}

/// The statement for a page; it returns one row more where another page follows. A label is looked up by itself if
/// it stands on at most `labelled` dialogs.
pub(super) fn statement(asked: &Owned<'_>, labelled: i64) -> Result<QueryBuilder<Postgres>, Error> {
    let mut binds = Binds::default();
    let parts = keyset::parts(asked.order, asked.cursor, &mut binds)?;
    let lead = parts.first().map_or(Key::Id, |part| part.key);
    let shown = Shown::ToOwner {
        org: asked.org,
        filter: asked.own,
    };
    let org = org(binds.add(asked.org)?);
    let filters = filters::shown(asked.filter, shown, lead, &mut binds)?;
    let limit = binds.add(i64::from(asked.limit) + 1)?;
    let place = Place::new(asked, org, lead, &mut binds)?;

    let mut with = vec![format!("units AS MATERIALIZED ({})", place.units)];
    let each = format!("{}{filters}", place.each);
    let order_by = keyset::order_by(&parts, "c");
    let in_order = |gate: &str| {
        format!(
            "in_order AS MATERIALIZED (
               SELECT c.* FROM units u CROSS JOIN LATERAL ({}) AS c{gate} ORDER BY {order_by} LIMIT {limit})",
            statement::leading(&each, &parts, &parts, limit)
        )
    };
    let sources = match asked.own.labels.first() {
        None => {
            with.push(in_order(""));
            "SELECT * FROM in_order"
        }
        Some(pattern) => {
            let most = binds.add(labelled)?;
            with.push(format!(
                "labelled AS MATERIALIZED (
                   SELECT l.dialog_id FROM service_owner_label l WHERE {} LIMIT {most} + 1)",
                having(pattern, &mut binds)?
            ));
            with.push(format!(
                "few AS MATERIALIZED (SELECT count(*) <= {most} AS yes FROM labelled)"
            ));
            with.push(in_order(" WHERE NOT (SELECT yes FROM few)"));
            with.push(format!(
                "by_label AS MATERIALIZED (
                   SELECT c.*
                     FROM (SELECT DISTINCT dialog_id FROM labelled WHERE (SELECT yes FROM few)) AS l
                    CROSS JOIN LATERAL (SELECT {} FROM dialog d WHERE d.id = l.dialog_id{}{}{} LIMIT 1) AS c
                    ORDER BY {order_by} LIMIT {limit})",
                keyset::columns(&parts, "d"),
                place.anywhere,
                filters,
                keyset::behind(&parts),
            ));
            "SELECT * FROM in_order UNION ALL SELECT * FROM by_label"
        }
    };
    with.push(statement::page(&parts, limit, sources));
    let names = "(SELECT urn FROM party WHERE party.id = d.party_id) AS party,
                 (SELECT urn FROM resource WHERE resource.id = d.resource_id) AS resource";
    let sql = format!(
        "WITH {}\n{}",
        with.join(",\n"),
        statement::list_items(names)
    );
    Ok(QueryBuilder::with_arguments(sql, binds.into_arguments()))
}

/// The number of the service owner.
pub(super) fn org(short_name: Placeholder) -> String {
    format!("(SELECT org.id FROM org WHERE org.short_name = {short_name})")
}

/// `FROM` and `WHERE` for the dialogs of the party `u` with the service owner. There is one index for that, ordered by
/// content. For other orders its dialogs are read and sorted: to walk through those of everybody in the right order,
/// which an index would offer too, may take a thousand times as long.
pub(super) fn of_party(org: &str, lead: Key) -> String {
    let own = format!("d.org_id = {org} AND d.party_id = u.party_id");
    if lead == Key::ContentUpdatedAt {
        format!("dialog d WHERE {own}")
    } else {
        format!("(SELECT * FROM dialog d WHERE {own} OFFSET 0) AS d WHERE TRUE")
    }
}

/// Where to look, in SQL.
struct Place {
    /// What is read one by one.
    units: String,
    /// `FROM` and `WHERE` for the dialogs of one unit `u`.
    each: String,
    /// What must hold of any dialog `d` to be in the place.
    anywhere: String,
}

impl Place {
    fn new(asked: &Owned<'_>, org: String, lead: Key, binds: &mut Binds) -> sqlx::Result<Self> {
        let mut anywhere = format!(" AND (d.org_id = {org}) IS TRUE");
        let mut of = |table: &str, urns: Vec<&str>| -> sqlx::Result<Option<(String, String)>> {
            if urns.is_empty() {
                return Ok(None);
            }
            let urns = binds.add(urns)?;
            let condition = format!(
                " AND (d.{table}_id = ANY (ARRAY (SELECT id FROM {table} WHERE urn = ANY ({urns})))) IS TRUE"
            );
            anywhere.push_str(&condition);
            let units = format!("SELECT id AS {table}_id FROM {table} WHERE urn = ANY ({urns})");
            Ok(Some((units, condition)))
        };
        let parties = of(
            "party",
            asked.parties.iter().map(PartyUrn::as_str).collect(),
        )?;
        let resources = of(
            "resource",
            asked.resources.iter().map(String::as_str).collect(),
        )?;
        let (units, each) = match (parties, resources) {
            (Some((units, _)), resources) => {
                let besides = resources.map_or_else(String::new, |(_, condition)| condition);
                (units, of_party(&org, lead) + &besides)
            }
            (None, Some((units, _))) => (
                units,
                format!("dialog d WHERE d.org_id = {org} AND d.resource_id = u.resource_id"),
            ),
            (None, None) => (
                "SELECT 1".to_owned(),
                format!("dialog d WHERE d.org_id = {org}"),
            ),
        };
        Ok(Self {
            units,
            each,
            anywhere,
        })
    }
}

/// That `l.value` is as the pattern says, as the index of labels understands it.
fn having(pattern: &LabelPattern, binds: &mut Binds) -> sqlx::Result<String> {
    Ok(match pattern {
        LabelPattern::Exact(label) => format!("l.value = {}", binds.add(label)?),
        LabelPattern::Prefix(prefix) => {
            let from = binds.add(prefix)?;
            match behind_prefix(prefix) {
                Some(end) => format!("l.value >= {from} AND l.value < {}", binds.add(end)?),
                None => format!("l.value >= {from}"),
            }
        }
    })
}

/// The first text behind all that begin with `prefix`, byte by byte; `None` where none is behind them.
fn behind_prefix(prefix: &str) -> Option<String> {
    let mut start = prefix.to_owned();
    while let Some(last) = start.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            start.push(next);
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_has_an_end() {
        for (prefix, end) in [
            ("abc", Some("abd")),
            ("ab\u{10ffff}", Some("ac")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("", None),
            ("\u{10ffff}", None),
        ] {
            assert_eq!(behind_prefix(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
