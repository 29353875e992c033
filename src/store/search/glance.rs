//! A glance at the newest dialogs of a single party.
//!
//! Most searches show the inbox of one party, whose dialogs are nearly all of resources that the caller may see. An index
//! has them in order, so the newest are looked at whatever their resources. Every other dialog of the party is older:
//! where those that fit make a page, or where there are no others, no pair is looked at.

use std::iter;

use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{
    candidates::Of,
    keyset,
    plan::{Plan, Unit},
    row::COLUMNS,
    scope::Sets,
};

/// How many times as many dialogs as the page holds are looked at.
const GENEROSITY: i64 = 2;

/// Whether the newest dialogs of a party can be looked at: in the order of the index, which has to know all that is
/// asked.
pub(super) fn is_possible(plan: &Plan) -> bool {
    matches!(plan.unit, Unit::Pair)
        && plan.conditions.in_table.is_empty()
        && plan.is_in_index_order()
}

/// Adds `newest…`, the newest dialogs of the party, and returns a query for those of them that fit.
pub(super) fn newest(plan: &Plan, sets: &Sets, of: Of<'_>, with: &mut Vec<String>) -> String {
    let Of { limit, gate, name } = of;
    let keys = keyset::columns(&plan.parts, "d");
    with.push(format!(
        "newest{name} AS MATERIALIZED (
           SELECT c.* FROM (SELECT {keys}, d.resource_id, (TRUE{}) AS fits {} LIMIT {limit}) AS c WHERE {gate})",
        plan.conditions.in_index,
        from(plan, sets),
    ));
    format!(
        "SELECT {} FROM newest{name} AS c
          WHERE c.fits AND c.resource_id IN (SELECT r.id FROM ({}) AS r (id, group_no))",
        keyset::columns(&plan.parts, "c"),
        sets.resources
    )
}

/// The dialogs `d` of the party in order.
fn from(plan: &Plan, sets: &Sets) -> String {
    format!(
        "FROM dialog d WHERE d.party_id = ({})[1] AND d.content_updated_at <= {}::text::timestamptz{}{} ORDER BY {}",
        sets.party_ids,
        plan.edge,
        plan.conditions.of_index,
        keyset::behind(&plan.parts),
        keyset::order_by(&plan.parts, "d"),
    )
}

/// `columns` of those of the newest dialogs that fit. Only where they do not fill the page a last row without identifier
/// tells how many were looked at: a limit ends before it is asked for, and an append has its parts one after the other.
pub(super) fn items(plan: &Plan, sets: &Sets, columns: &str) -> String {
    let limit = plan.limit;
    let newest = from(plan, sets);
    let further = columns.matches(" AS learned_").count();
    let nothing: String = iter::repeat_n(", NULL", COLUMNS - 2 + further).collect();
    format!(
        "(SELECT {columns}
            FROM (SELECT * {newest} LIMIT {GENEROSITY} * {limit}::bigint) AS d
           WHERE (d.resource_id IN (SELECT r.id FROM ({}) AS r (id, group_no))) IS TRUE{}
           LIMIT {limit})
         UNION ALL
         SELECT NULL, count(*)::int{nothing} FROM (SELECT {newest} LIMIT {GENEROSITY} * {limit}::bigint) AS d
         LIMIT {limit}",
        sets.resources, plan.conditions.in_index,
    )
}

/// The rows of [`items`], for pages of so many dialogs and one; `None` where other dialogs may belong on the page.
pub(super) fn settled(mut rows: Vec<PgRow>, limit: u16) -> sqlx::Result<Option<Vec<PgRow>>> {
    let Some(last) = rows.last() else {
        return Ok(Some(rows));
    };
    if last.try_get::<Option<Uuid>, _>(0)?.is_some() {
        return Ok(Some(rows));
    }
    let looked_at: i32 = last.try_get(1)?;
    rows.pop();
    let all = GENEROSITY * (i64::from(limit) + 1);
    Ok((i64::from(looked_at) < all).then_some(rows))
}
