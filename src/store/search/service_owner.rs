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
    candidates::{Of, candidates},
    filters::{self, Conditions, Index},
    keyset,
    plan::{self, Plan, Unit},
    statement::{self, OF_OWNER},
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
    let index = Index {
        lead: parts.first().map_or(Key::Id, |part| part.key),
        is_of_owner: true,
    };
    let shown = Shown::ToOwner {
        org: asked.org,
        filter: asked.own,
    };
    let mut conditions = filters::conditions(asked.filter, shown, index, &mut binds)?;
    let org = org(binds.add(asked.org)?);
    let mut with = Vec::new();
    let mut gate = "TRUE";
    if let Some(pattern) = asked.own.labels.first() {
        gate = "NOT (SELECT yes FROM few)";
        with.extend(few(pattern, labelled, &mut binds)?);
    }
    let plan = Plan {
        unit: Unit::Owned(unit(
            asked,
            &org,
            index.lead,
            gate,
            &mut conditions,
            &mut binds,
        )?),
        conditions,
        limit: binds.add(i64::from(asked.limit) + 1)?,
        is_small: false,
        edge: binds.add(plan::edge(&parts))?,
        parts,
    };
    let limit = plan.limit.to_string();
    let mut sources = candidates(&plan, Of::page(&limit), &mut with);
    if !asked.own.labels.is_empty() {
        with.push(by_label(&plan, &org));
        sources.push_str(" UNION ALL SELECT * FROM by_label");
    }
    with.push(statement::page(&plan, &sources, false));
    let more = format!(
        "{OF_OWNER},
                (SELECT urn FROM party WHERE party.id = d.party_id) AS party,
                (SELECT urn FROM resource WHERE resource.id = d.resource_id) AS resource"
    );
    let items = statement::list_items(&plan, "NULL::text", &more);
    let sql = format!("WITH {}\n{items}", with.join(",\n"));
    Ok(QueryBuilder::with_arguments(sql, binds.into_arguments()))
}

/// The number of the service owner.
pub(super) fn org(short_name: Placeholder) -> String {
    format!("(SELECT org.id FROM org WHERE org.short_name = {short_name})")
}

/// The dialogs of a scope, deleted ones too, party by party.
pub(super) fn parties_of_scope(org: &str, lead: Key) -> Unit {
    Unit::Owned(plan::Owned {
        units: "SELECT party_id, array_agg(resource_id) AS resources FROM pairs GROUP BY party_id"
            .to_owned(),
        condition: format!(
            "d.org_id = {org} AND d.party_id = u.party_id AND (d.resource_id = ANY (u.resources)) IS TRUE"
        ),
        is_in_order: lead == Key::ContentUpdatedAt,
    })
}

/// For what an index is read. Where it does not know the resources, they become a condition.
fn unit(
    asked: &Owned<'_>,
    org: &str,
    lead: Key,
    gate: &str,
    conditions: &mut Conditions,
    binds: &mut Binds,
) -> sqlx::Result<plan::Owned> {
    let by_content = lead == Key::ContentUpdatedAt;
    let resources = if asked.resources.is_empty() {
        None
    } else {
        Some(binds.add(asked.resources)?)
    };
    let of_values = |table: &str, urns: Placeholder| plan::Owned {
        units: format!("SELECT id AS {table}_id FROM {table} WHERE urn = ANY ({urns}) AND {gate}"),
        condition: format!("d.org_id = {org} AND d.{table}_id = u.{table}_id"),
        is_in_order: by_content,
    };
    if !asked.parties.is_empty() {
        let urns: Vec<_> = asked.parties.iter().map(PartyUrn::as_str).collect();
        let urns = binds.add(urns)?;
        conditions.in_table.push_str(&among("party", urns));
        if let Some(resources) = resources {
            conditions.in_table.push_str(&among("resource", resources));
        }
        return Ok(of_values("party", urns));
    }
    if let Some(resources) = resources {
        conditions.in_table.push_str(&among("resource", resources));
        if by_content || lead == Key::DueAt {
            return Ok(of_values("resource", resources));
        }
    }
    Ok(plan::Owned {
        units: format!("SELECT 1 AS one WHERE {gate}"),
        condition: format!("d.org_id = {org}"),
        is_in_order: lead != Key::DueAt,
    })
}

fn among(table: &str, urns: Placeholder) -> String {
    format!(" AND d.{table}_id = ANY (ARRAY (SELECT id FROM {table} WHERE urn = ANY ({urns})))")
}

/// `labelled`: dialogs that have a label, and `few`: whether these are all.
fn few(pattern: &LabelPattern, most: i64, binds: &mut Binds) -> sqlx::Result<[String; 2]> {
    let having = having(pattern, binds)?;
    let most = binds.add(most)?;
    Ok([
        format!(
            "labelled AS MATERIALIZED (
               SELECT l.dialog_id FROM service_owner_label l WHERE {having} LIMIT {most}::bigint + 1)"
        ),
        format!("few AS MATERIALIZED (SELECT count(*) <= {most}::bigint AS yes FROM labelled)"),
    ])
}

/// `by_label`: the leading dialogs among the few with a label.
fn by_label(plan: &Plan, org: &str) -> String {
    format!(
        "by_label AS MATERIALIZED (
           SELECT c.* FROM (SELECT DISTINCT dialog_id FROM labelled WHERE (SELECT yes FROM few)) AS l
            CROSS JOIN LATERAL (SELECT {} FROM dialog d
                                 WHERE d.id = l.dialog_id AND (d.org_id = {org}) IS TRUE{}{} LIMIT 1) AS c
            ORDER BY {} LIMIT {})",
        keyset::columns(&plan.parts, "d"),
        plan.conditions.all(),
        keyset::behind(&plan.parts),
        keyset::order_by(&plan.parts, "c"),
        plan.limit,
    )
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
