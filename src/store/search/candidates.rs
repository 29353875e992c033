//! The leading dialogs of a whole scope, without reading more than a few of each unit.
//!
//! Each unit first offers a small share (`offers`). The worst of the best of these is reached by dialogs that exist,
//! so no worse one gets onto the page (`threshold`): only units that offered their full share, or were not asked yet,
//! are read again, and only as far as that (`rest`). Where later means better, units are asked in the order of the
//! latest time that a dialog of theirs can have, not more of them than the page has places; those that cannot reach
//! the threshold are never read. This is right for any conditions, as a unit's latest time never understates.

use uuid::Uuid;

use super::{
    binds::Placeholder,
    keyset,
    plan::{Plan, Unit},
};
use crate::dialog::search::order::{Direction, Key};

/// Fewest dialogs that a unit is asked for.
const SMALLEST_SHARE: i32 = 4;

/// Adds what it takes, and returns a query for at least the `limit` leading dialogs of `pairs`, some perhaps twice.
pub(super) fn candidates(plan: &Plan, limit: Placeholder, with: &mut Vec<String>) -> String {
    with.push(units(plan));
    let order_by = keyset::order_by(&plan.parts, "c");
    let keys = keyset::columns(&plan.parts, "c");
    // By identifier there is nothing to stop at; an order that nobody asks for on purpose.
    if plan.lead() == Key::Id || plan.is_small && plan.offers_leading() {
        let all = plan.some_of_unit(&limit.to_string());
        return format!("SELECT {keys} FROM units u CROSS JOIN LATERAL ({all}) AS c");
    }
    // The limit on their number says nothing new, but ends the scan.
    let asked = if plan.is_bounded() {
        format!("(SELECT * FROM units u WHERE u.n <= {limit} LIMIT {limit}) AS u")
    } else {
        "units u".to_owned()
    };
    with.push(format!(
        "share AS MATERIALIZED (
           SELECT least({limit}::bigint, greatest({SMALLEST_SHARE}, 2 * {limit}::bigint / greatest(count(*), 1))) AS size
             FROM {asked})"
    ));
    with.push(format!(
        "offers AS MATERIALIZED (
           SELECT u.n, c.* FROM {asked} CROSS JOIN LATERAL ({}) AS c)",
        plan.some_of_unit("(SELECT size FROM share)")
    ));
    with.push(format!(
        "best AS MATERIALIZED (SELECT {keys} FROM offers AS c ORDER BY {order_by} LIMIT {limit})"
    ));
    with.push(threshold(plan, limit));
    // Who has offered as much as fits on the page, or something beyond the threshold, need not be asked again.
    let has_more = if plan.offers_leading() {
        format!(
            " AND (SELECT size FROM share) < {limit}{}",
            plan.has_not_passed_threshold()
        )
    } else {
        String::new()
    };
    let unasked = if plan.is_bounded() {
        format!("u.n > {limit} AND u.bound >= t.reached OR ")
    } else {
        String::new()
    };
    with.push(format!(
        "rest AS MATERIALIZED (
           SELECT c.* FROM threshold t CROSS JOIN units u CROSS JOIN LATERAL ({}) AS c
            WHERE {unasked}u.n IN (SELECT n FROM offers GROUP BY n
                                   HAVING count(*) >= (SELECT size FROM share){has_more})
            ORDER BY {order_by} LIMIT {limit})",
        plan.reaching_of_unit(&limit.to_string())
    ));
    "SELECT * FROM best UNION ALL SELECT * FROM rest".to_owned()
}

/// `threshold`: what a dialog must reach. Without a full page everything does. A missing due date is the last in
/// ascending order, where all dated dialogs then reach it, and the first in descending order, where none does and the
/// identifier decides.
fn threshold(plan: &Plan, limit: Placeholder) -> String {
    let lead = keyset::column(plan.lead());
    let reached = match plan.direction() {
        Direction::Asc => {
            format!(
                "CASE WHEN count(c.{lead}) = {limit} THEN max(c.{lead}) ELSE 'infinity' END AS reached"
            )
        }
        Direction::Desc => format!(
            "CASE WHEN count(*) = {limit} THEN coalesce(min(c.{lead}), 'infinity') ELSE '-infinity' END AS reached"
        ),
    };
    let reached_id = match plan.parts.as_slice() {
        [due, id] if due.key == Key::DueAt && due.direction == Direction::Desc => {
            let (last_first, everything) = match id.direction {
                Direction::Asc => ("DESC", Uuid::max()),
                Direction::Desc => ("ASC", Uuid::nil()),
            };
            format!(
                ", CASE WHEN count(*) = {limit} AND count(c.due_at) = 0
                        THEN (array_agg(c.id ORDER BY c.id {last_first}))[1] ELSE '{everything}' END AS reached_id"
            )
        }
        _ => String::new(),
    };
    format!("threshold AS MATERIALIZED (SELECT {reached}{reached_id} FROM best AS c)")
}

/// `units`: what an index is read for, numbered by the latest time.
fn units(plan: &Plan) -> String {
    match &plan.unit {
        Unit::Pair => "units AS MATERIALIZED (
           SELECT party_id, resource_id, bound, row_number() OVER (ORDER BY bound DESC) AS n FROM pairs)"
            .to_owned(),
        Unit::Party => "units AS MATERIALIZED (
           SELECT party_id, array_agg(resource_id) AS resources, max(bound) AS bound,
                  row_number() OVER (ORDER BY max(bound) DESC) AS n
             FROM pairs GROUP BY party_id)"
            .to_owned(),
        Unit::Owned(owned) => format!("units AS MATERIALIZED ({})", owned.units),
    }
}
