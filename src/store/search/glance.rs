//! A glance at the newest dialogs of a single party.
//!
//! Most searches show the inbox of one party, whose dialogs are nearly all of resources that the caller may see. An index
//! has them in order, so the newest are looked at whatever their resources. Every other dialog of the party is older:
//! where those that fit make a page, or where there are no others, no pair is looked at.

use super::{
    keyset,
    plan::{Plan, Unit},
    scope::Sets,
};

/// Whether the newest dialogs of the only party can be looked at: in the order of the index, which has to know all that
/// is asked.
pub(super) fn is_possible(plan: &Plan, sets: &Sets) -> bool {
    matches!(plan.unit, Unit::Pair)
        && plan.conditions.in_table.is_empty()
        && plan.is_in_index_order()
        && sets.has_one_party
}

/// `newest`: so many of the newest dialogs, at most `size`. Returns a query for those of them that fit.
pub(super) fn newest(plan: &Plan, sets: &Sets, size: &str, with: &mut Vec<String>) -> String {
    let keys = keyset::columns(&plan.parts, "d");
    with.push(format!(
        "newest AS MATERIALIZED (
           SELECT c.* FROM ({}) AS a (id, group_no)
            CROSS JOIN LATERAL (SELECT {keys}, d.resource_id, (TRUE{}) AS fits FROM dialog d
                                 WHERE d.party_id = a.id AND d.content_updated_at <= {}::text::timestamptz{}{}
                                 ORDER BY {} LIMIT {size}) AS c)",
        sets.parties,
        plan.conditions.in_index,
        plan.edge,
        plan.conditions.of_index,
        keyset::behind(&plan.parts),
        keyset::order_by(&plan.parts, "d"),
    ));
    format!(
        "SELECT {} FROM newest AS c
          WHERE c.fits AND c.resource_id IN (SELECT r.id FROM ({}) AS r (id, group_no))",
        keyset::columns(&plan.parts, "c"),
        sets.resources
    )
}

/// That the page is not settled, for the gate of everything else. Twice as many dialogs as the page holds are looked at.
pub(super) const UNSETTLED: &str = "(SELECT yes FROM unsettled)";

/// Adds the glance, and returns a query for its page, if that is settled.
pub(super) fn page(plan: &Plan, sets: &Sets, with: &mut Vec<String>) -> String {
    let size = format!("2 * {}::bigint", plan.limit);
    let fitting = newest(plan, sets, &size, with);
    with.push(format!(
        "fitting AS MATERIALIZED (SELECT c.* FROM ({fitting}) AS c ORDER BY {} LIMIT {})",
        keyset::order_by(&plan.parts, "c"),
        plan.limit
    ));
    with.push(format!(
        "unsettled AS MATERIALIZED (
           SELECT (SELECT count(*) FROM fitting) < {} AND (SELECT count(*) FROM newest) = {size} AS yes)",
        plan.limit
    ));
    format!("SELECT * FROM fitting WHERE NOT {UNSETTLED}")
}
