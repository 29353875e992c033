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
    let order_by = keyset::order_by(&plan.parts, "c");
    let keys = keyset::columns(&plan.parts, "c");
    with.extend(units(&plan.unit));
    let units = match plan.unit {
        Unit::Pair => "pairs",
        Unit::Party | Unit::Owned(_) => "units",
    };
    // By identifier there is nothing to stop at; an order that nobody asks for on purpose.
    if plan.lead() == Key::Id || plan.is_small && plan.offers_leading() {
        let all = plan.some_of_unit(&limit.to_string());
        return format!("SELECT {keys} FROM {units} u CROSS JOIN LATERAL ({all}) AS c");
    }
    let first = if plan.is_bounded() {
        format!("SELECT * FROM {units} ORDER BY bound DESC LIMIT {limit}")
    } else {
        format!("SELECT * FROM {units}")
    };
    with.push(format!(
        "asked AS MATERIALIZED (SELECT u.*, row_number() OVER () AS n FROM ({first}) AS u)"
    ));
    with.push(format!(
        "share AS MATERIALIZED (
           SELECT least({limit}::bigint, greatest({SMALLEST_SHARE}, 2 * {limit}::bigint / greatest(count(*), 1))) AS size
             FROM asked)"
    ));
    with.push(format!(
        "offers AS MATERIALIZED (
           SELECT u.n, c.* FROM asked AS u CROSS JOIN LATERAL ({}) AS c)",
        plan.some_of_unit("(SELECT size FROM share)")
    ));
    with.push(format!(
        "best AS MATERIALIZED (SELECT {keys} FROM offers AS c ORDER BY {order_by} LIMIT {limit})"
    ));
    with.push(threshold(plan, limit));
    with.push(format!(
        "rest AS MATERIALIZED (
           SELECT c.* FROM threshold t CROSS JOIN ({}) AS u CROSS JOIN LATERAL ({}) AS c
            ORDER BY {order_by} LIMIT {limit})",
        unsettled(plan, limit, units),
        plan.reaching_of_unit(&limit.to_string())
    ));
    "SELECT * FROM best UNION ALL SELECT * FROM rest".to_owned()
}

/// Units that may have more to offer: of those that were asked, who offered a full share, unless that was as much as
/// fits on the page, or reached beyond the threshold; of the others, whose latest time reaches the threshold.
fn unsettled(plan: &Plan, limit: Placeholder, units: &str) -> String {
    let has_more = if plan.offers_leading() {
        format!(
            " AND (SELECT size FROM share) < {limit}{}",
            plan.has_not_passed_threshold()
        )
    } else {
        String::new()
    };
    let (columns, identity) = match &plan.unit {
        Unit::Pair => ("party_id, resource_id", "party_id, resource_id"),
        Unit::Party => ("party_id, resources", "party_id"),
        Unit::Owned(_) => ("*", ""),
    };
    let of_asked = format!(
        "SELECT {columns} FROM asked WHERE n IN (SELECT n FROM offers GROUP BY n
                                                  HAVING count(*) >= (SELECT size FROM share){has_more})"
    );
    if !plan.is_bounded() {
        return of_asked;
    }
    // The last of those asked has the earliest latest time; few others share it.
    format!(
        "{of_asked}
          UNION ALL
         SELECT {columns} FROM {units}
          WHERE bound >= (SELECT reached FROM threshold) AND bound <= (SELECT min(bound) FROM asked)
            AND ({identity}) NOT IN (SELECT {identity} FROM asked)"
    )
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

/// `units`: what an index is read for, where that is not a pair.
fn units(unit: &Unit) -> Option<String> {
    let query = match unit {
        Unit::Pair => return None,
        Unit::Party => {
            "SELECT party_id, array_agg(resource_id) AS resources, max(bound) AS bound
               FROM pairs GROUP BY party_id"
        }
        Unit::Owned(owned) => &owned.units,
    };
    Some(format!("units AS MATERIALIZED ({query})"))
}
