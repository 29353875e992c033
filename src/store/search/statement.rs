//! The statement of a search, put together from literals and placeholders.
//!
//! ```text
//! known/new party, resource set ─ pairs ─ units ─┬─ first ─ threshold ─ rest ─┬─ page ─ list items
//!                                                └─ (text: window, probed) ──┤
//!                                   delegated ─ single ───────────────────────┘
//! ```
//!
//! * `pairs`: the combinations of party and resource that the caller may find and that have dialogs.
//! * `units`: what one index is read for: a pair where content leads the order (an index knows the resource too),
//!   a party otherwise. Numbered by the latest time that a dialog of theirs can have.
//! * `first`: the page made of the leading units. `threshold`: what a dialog must reach to get onto it. `rest`: what
//!   the other units have to offer, as far as their latest time reaches the threshold. Correct for any condition,
//!   as the latest time never understates. Other orders read all units at once.
//! * `single`: dialogs delegated by themselves, read by identifier under the same conditions.
//!
//! Plans must be right for one pair and for a hundred thousand: connections plan without looking at values, and
//! every step here is a nested loop into an index by construction.

use sqlx::{Postgres, QueryBuilder};

use super::{
    Asked, Error, Shown,
    binds::{Binds, Placeholder},
    filters,
    keyset::{self, Part},
    numbers::Numbers,
    service_owner, text,
};
use crate::dialog::search::{
    filter::Span,
    order::{Direction, Key},
    owner::DeletedFilter,
};

/// What one reading of an index is for.
#[derive(Clone, PartialEq, Eq)]
enum Unit {
    Pair,
    Party,
    /// The dialogs of a party with one service owner, deleted ones too: `FROM` and `WHERE`.
    OwnedParty(String),
}

/// The parts that the pieces share.
pub(super) struct Plan {
    unit: Unit,
    /// Whether the latest time of units can end the search.
    bounded: bool,
    pub(super) parts: Vec<Part>,
    pub(super) filters: String,
    /// One more than the page holds.
    pub(super) limit: Placeholder,
}

/// The statement for a page of the scope; it returns one row more where another page follows.
/// Words are looked for in `window` leading dialogs before the text index is asked.
pub(super) fn scoped(
    asked: &Asked<'_>,
    numbers: &Numbers<'_>,
    window: i64,
) -> Result<QueryBuilder<Postgres>, Error> {
    let mut binds = Binds::default();
    let parts = keyset::parts(asked.order, asked.cursor, &mut binds)?;
    let lead = parts.first().map_or(Key::Id, |part| part.key);
    let descending = parts
        .first()
        .is_some_and(|part| part.direction == Direction::Desc);
    let mut filters = filters::shown(asked.filter, asked.shown, lead, &mut binds)?;
    let mut unit = if lead == Key::ContentUpdatedAt && descending {
        Unit::Pair
    } else {
        Unit::Party
    };
    if let Shown::ToOwner { org, filter } = asked.shown {
        let org = service_owner::org(binds.add(org)?);
        filters.push_str(&format!(" AND (d.org_id = {org}) IS TRUE"));
        // What is read by party otherwise leaves deleted dialogs out.
        if filter.deleted != DeletedFilter::Exclude {
            unit = Unit::OwnedParty(service_owner::of_party(&org, lead));
        }
    }
    let plan = Plan {
        bounded: descending
            && !matches!(lead, Key::DueAt | Key::Id)
            && !matches!(unit, Unit::OwnedParty(_)),
        unit,
        filters,
        limit: binds.add(i64::from(asked.limit) + 1)?,
        parts,
    };
    let query = asked
        .text
        .map(|text| text::query(text, window, &mut binds))
        .transpose()?;
    let mut with = Vec::new();
    with.extend(query.as_ref().map(|query| query.cte.clone()));
    scope(
        &plan,
        asked,
        numbers,
        query.is_some(),
        &mut with,
        &mut binds,
    )?;
    let mut sources = match &query {
        None => {
            candidates(&plan, plan.limit, &mut with);
            vec![found(&plan)]
        }
        Some(query) => text::sources(&plan, query, &mut with),
    };
    if numbers.has_delegated() {
        delegated(&plan, numbers, query.is_some(), &mut with, &mut binds)?;
        sources.push("SELECT * FROM single".to_owned());
    }
    // The same dialog may have been found in several ways.
    with.push(page(&plan.parts, plan.limit, &sources.join("\n UNION ")));
    let sql = format!(
        "WITH {}\n{}",
        with.join(",\n"),
        list_items(&learned(numbers))
    );
    Ok(QueryBuilder::with_arguments(sql, binds.into_arguments()))
}

/// The dialogs of the page and their place on it, as `page`.
pub(super) fn page(parts: &[Part], limit: Placeholder, sources: &str) -> String {
    let order_by = keyset::order_by(parts, "s");
    format!(
        "page AS (
           SELECT s.id, row_number() OVER (ORDER BY {order_by}) AS n FROM ({sources}) AS s
            ORDER BY {order_by} LIMIT {limit})"
    )
}

/// The parties and resources of the scope, as `pairs`.
fn scope(
    plan: &Plan,
    asked: &Asked<'_>,
    numbers: &Numbers<'_>,
    for_text: bool,
    with: &mut Vec<String>,
    binds: &mut Binds,
) -> sqlx::Result<()> {
    let (ids, groups) = (
        binds.add(&numbers.party_ids)?,
        binds.add(&numbers.party_groups)?,
    );
    let mut parties = format!("SELECT * FROM unnest({ids}::int[], {groups}::int[])");
    let (ids, groups) = (
        binds.add(&numbers.resource_ids)?,
        binds.add(&numbers.resource_groups)?,
    );
    let mut resources = format!("SELECT * FROM unnest({ids}::int[], {groups}::int[])");
    if numbers.has_new() {
        for (table, urns, groups, known) in [
            (
                "party",
                &numbers.new_parties,
                &numbers.new_party_groups,
                &mut parties,
            ),
            (
                "resource",
                &numbers.new_resources,
                &numbers.new_resource_groups,
                &mut resources,
            ),
        ] {
            let (urns, groups) = (binds.add(urns)?, binds.add(groups)?);
            with.push(format!(
                "new_{table} AS MATERIALIZED (
                   SELECT t.id, t.urn, n.group_no
                     FROM unnest({urns}::text[], {groups}::int[]) AS n (urn, group_no)
                     JOIN {table} t ON t.urn = n.urn)"
            ));
            known.push_str(&format!(" UNION ALL SELECT id, group_no FROM new_{table}"));
        }
    }
    with.push(format!(
        "resource_set AS MATERIALIZED (
           SELECT group_no, array_agg(id) AS resources FROM ({resources}) AS r (id, group_no) GROUP BY group_no)"
    ));
    let mut gates = String::new();
    if for_text {
        gates.push_str(" AND (SELECT usable FROM query)");
    }
    let Span { after, .. } = asked.filter.content_updated;
    let afters = [
        after,
        asked.filter.created.after,
        asked.filter.updated.after,
    ];
    // Of deleted dialogs the latest time of a pair tells nothing.
    let bounds_hold = !matches!(plan.unit, Unit::OwnedParty(_));
    for after in afters.into_iter().flatten().filter(|_| bounds_hold) {
        let after = binds.add(after)?;
        gates.push_str(&format!(" AND p.bound >= {after}"));
    }
    // Behind a cursor no dialog is later than its first key.
    let bound = match plan.parts.first().and_then(|part| part.start.flatten()) {
        Some(start) if plan.bounded => format!("least(p.bound, {start})"),
        _ => "p.bound".to_owned(),
    };
    with.push(format!(
        "pairs AS (
           SELECT p.party_id, p.resource_id, {bound} AS bound
             FROM ({parties}) AS a (id, group_no)
             JOIN resource_set r ON r.group_no = a.group_no
             JOIN pair p ON p.party_id = a.id AND p.resource_id = ANY (r.resources)
            WHERE TRUE{gates})"
    ));
    Ok(())
}

/// The leading dialogs of the scope, at most `limit`, as `first` and `rest`.
pub(super) fn candidates(plan: &Plan, limit: Placeholder, with: &mut Vec<String>) {
    with.push(match &plan.unit {
        Unit::Pair => "units AS MATERIALIZED (
               SELECT party_id, resource_id, bound, row_number() OVER (ORDER BY bound DESC) AS n FROM pairs)"
            .to_owned(),
        Unit::Party | Unit::OwnedParty(_) => "units AS MATERIALIZED (
               SELECT party_id, array_agg(resource_id) AS resources, max(bound) AS bound,
                      row_number() OVER (ORDER BY max(bound) DESC) AS n
                 FROM pairs GROUP BY party_id)"
            .to_owned(),
    });
    let order_by = keyset::order_by(&plan.parts, "c");
    let all = plan.of_unit("", limit);
    if !plan.bounded {
        with.push(format!(
            "first AS MATERIALIZED (
               SELECT c.* FROM units u CROSS JOIN LATERAL ({all}) AS c ORDER BY {order_by} LIMIT {limit})"
        ));
        return;
    }
    let lead = plan
        .parts
        .first()
        .map_or("id", |part| keyset::column(part.key));
    let reaching = plan.of_unit(&format!(" AND d.{lead} >= t.reached"), limit);
    with.push(format!(
        "first AS MATERIALIZED (
           SELECT c.* FROM units u CROSS JOIN LATERAL ({all}) AS c
            WHERE u.n <= {limit} ORDER BY {order_by} LIMIT {limit})"
    ));
    with.push(format!(
        "threshold AS MATERIALIZED (
           SELECT CASE WHEN count(*) = {limit} THEN min({lead}) ELSE '-infinity' END AS reached FROM first)"
    ));
    with.push(format!(
        "rest AS MATERIALIZED (
           SELECT c.* FROM threshold t CROSS JOIN units u CROSS JOIN LATERAL ({reaching}) AS c
            WHERE u.n > {limit} AND u.bound >= t.reached ORDER BY {order_by} LIMIT {limit})"
    ));
}

/// What [`candidates`] has found.
pub(super) fn found(plan: &Plan) -> String {
    if plan.bounded {
        "(SELECT * FROM first UNION ALL SELECT * FROM rest)".to_owned()
    } else {
        "SELECT * FROM first".to_owned()
    }
}

impl Plan {
    /// The leading dialogs of the unit `u`.
    fn of_unit(&self, condition: &str, limit: Placeholder) -> String {
        let unit = match &self.unit {
            Unit::Pair => {
                "dialog d WHERE d.party_id = u.party_id AND d.resource_id = u.resource_id"
            }
            Unit::Party => {
                "dialog d WHERE d.party_id = u.party_id AND d.resource_id = ANY (u.resources)"
            }
            Unit::OwnedParty(owned) => {
                let resources = " AND (d.resource_id = ANY (u.resources)) IS TRUE";
                return self.leading(owned, resources, &self.parts, limit);
            }
        };
        match self.parts.split_first() {
            Some((first, others)) if first.key == Key::DueAt => {
                self.by_due_date(unit, *first, others, limit)
            }
            _ => self.leading(unit, condition, &self.parts, limit),
        }
    }

    /// An index cannot begin to read at a missing value, so dialogs without due date are read by themselves.
    fn by_due_date(&self, unit: &str, due: Part, others: &[Part], limit: Placeholder) -> String {
        let with = self.leading(unit, " AND d.due_at IS NOT NULL", &self.parts, limit);
        let open: Vec<Part>;
        // Behind a dialog without due date come the others without, by the other keys; before it, or behind one with
        // a due date, all of them or none.
        let (with, without) = match (due.start, due.direction) {
            (None, _) => (Some(with), Some(others)),
            (Some(None), Direction::Asc) => (None, Some(others)),
            (Some(None), Direction::Desc) => {
                let from_start = |part: &Part| Part {
                    start: None,
                    ..*part
                };
                open = self.parts.iter().map(from_start).collect();
                let with = self.leading(unit, " AND d.due_at IS NOT NULL", &open, limit);
                (Some(with), Some(others))
            }
            (Some(Some(_)), Direction::Asc) => {
                let from_start = |part: &Part| Part {
                    start: None,
                    ..*part
                };
                open = others.iter().map(from_start).collect();
                (Some(with), Some(open.as_slice()))
            }
            (Some(Some(_)), Direction::Desc) => (Some(with), None),
        };
        let without =
            without.map(|parts| self.leading(unit, " AND d.due_at IS NULL", parts, limit));
        let branches: Vec<_> = with
            .into_iter()
            .chain(without)
            .map(|branch| format!("({branch})"))
            .collect();
        branches.join(" UNION ALL ")
    }

    fn leading(&self, unit: &str, condition: &str, parts: &[Part], limit: Placeholder) -> String {
        let unit = format!("{unit}{condition}{}", self.filters);
        leading(&unit, &self.parts, parts, limit)
    }
}

/// The leading dialogs of `unit`, which is given as `FROM` and `WHERE`: what is in `all` of each, in the order of
/// `parts`.
pub(super) fn leading(unit: &str, all: &[Part], parts: &[Part], limit: Placeholder) -> String {
    format!(
        "SELECT {} FROM {unit}{} ORDER BY {} LIMIT {limit}",
        keyset::columns(all, "d"),
        keyset::behind(parts),
        keyset::order_by(parts, "d"),
    )
}

/// Dialogs delegated by themselves, as `delegated` with their names and `single` under the conditions of the search.
fn delegated(
    plan: &Plan,
    numbers: &Numbers<'_>,
    for_text: bool,
    with: &mut Vec<String>,
    binds: &mut Binds,
) -> sqlx::Result<()> {
    let dialogs = &numbers.dialogs;
    let labels = &numbers.labels;
    let [ids, id_parties, id_resources] = [
        binds.add(&dialogs.instances)?,
        binds.add(&dialogs.parties)?,
        binds.add(&dialogs.resources)?,
    ];
    let [texts, label_parties, label_resources] = [
        binds.add(&labels.instances)?,
        binds.add(&labels.parties)?,
        binds.add(&labels.resources)?,
    ];
    // Lateral and limited, so that it is read by identifier however many dialogs a label seems to have.
    with.push(format!(
        "delegated AS MATERIALIZED (
           SELECT d.id, d.party_id, n.party, d.resource_id, n.resource
             FROM (SELECT * FROM unnest({ids}::uuid[], {id_parties}::text[], {id_resources}::text[])
                   UNION ALL
                   SELECT l.dialog_id, n.party, n.resource
                     FROM unnest({texts}::text[], {label_parties}::text[], {label_resources}::text[])
                          AS n (label, party, resource)
                    CROSS JOIN LATERAL (SELECT dialog_id FROM service_owner_label l
                                         WHERE l.value = n.label OFFSET 0) AS l) AS n (id, party, resource)
            CROSS JOIN LATERAL (SELECT d.id, d.party_id, d.resource_id FROM dialog d
                                 WHERE d.id = n.id
                                   AND d.party_id = (SELECT p.id FROM party p WHERE p.urn = n.party)
                                   AND d.resource_id = (SELECT r.id FROM resource r WHERE r.urn = n.resource)
                                 LIMIT 1) AS d)"
    ));
    let text = if for_text { text::CONDITION } else { "" };
    with.push(format!(
        "single AS MATERIALIZED (
           SELECT c.* FROM (SELECT DISTINCT id FROM delegated) AS n
            CROSS JOIN LATERAL (SELECT {} FROM dialog d
                                 WHERE d.id = n.id{}{}{text} LIMIT 1) AS c
            ORDER BY {} LIMIT {})",
        keyset::columns(&plan.parts, "d"),
        plan.filters,
        keyset::behind(&plan.parts),
        keyset::order_by(&plan.parts, "c"),
        plan.limit,
    ));
    Ok(())
}

/// Numbers that the statement found by name.
fn learned(numbers: &Numbers<'_>) -> String {
    let learned = |table: &str| {
        let mut sources = Vec::new();
        if numbers.has_new() {
            sources.push(format!("SELECT id, urn FROM new_{table}"));
        }
        if numbers.has_delegated() {
            sources.push(format!("SELECT {table}_id, {table} FROM delegated"));
        }
        if sources.is_empty() {
            return "NULL::json".to_owned();
        }
        // On the first row only; there may be many.
        format!(
            "CASE WHEN page.n = 1 THEN
               (SELECT json_object_agg(urn, id) FROM ({}) AS l (id, urn)) END",
            sources.join(" UNION ")
        )
    };
    format!(
        "{} AS learned_parties, {} AS learned_resources",
        learned("party"),
        learned("resource")
    )
}

/// Everything that a list shows of the dialogs on `page`; `names` are the columns about names.
pub(super) fn list_items(names: &str) -> String {
    format!(
        "SELECT {names},
                d.id, d.party_id, d.resource_id, o.short_name AS org, d.revision, d.status, d.flags, d.label_mask,
                d.eu_revision, d.so_revision, d.created_at, d.updated_at, d.content_updated_at, d.due_at,
                d.visible_from, d.deleted_at, d.external_reference, d.extended_status, d.process, d.preceding_process,
                d.resource_type, d.progress, d.so_transmissions, d.party_transmissions, d.gui_attachments, d.so_labels,
                d.list, d.latest_activity,
                (SELECT json_agg(json_build_array(s.id, s.created_at, s.actor_id, s.actor_name, s.via_service_owner)
                                 ORDER BY s.created_at, s.id)
                   FROM seen_log s
                  WHERE s.dialog_id = d.id AND s.created_at >= least(d.updated_at, d.content_updated_at)) AS seen
           FROM page CROSS JOIN LATERAL (SELECT * FROM dialog WHERE id = page.id LIMIT 1) AS d
           JOIN org o ON o.id = d.org_id
          ORDER BY page.n"
    )
}
