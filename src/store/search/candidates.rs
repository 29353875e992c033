//! The leading dialogs of a whole scope, without reading more than a few of each unit.
//!
//! Each unit first offers a small share (`offers`). The worst of the best of these is reached by dialogs that exist,
//! so no worse one gets onto the page (`threshold`): only units that offered their full share, or were not asked yet,
//! are read again, and only as far as that (`rest`). Where later means better, units are asked in the order of the
//! latest time that a dialog of theirs can have, not more of them than the page has places; those that cannot reach
//! the threshold are never read. This is right for any conditions, as a unit's latest time never understates.

use uuid::Uuid;

use super::{
    keyset,
    plan::{Plan, Unit},
};
use crate::dialog::search::order::{Direction, Key};

/// Fewest dialogs that a unit is asked for.
const SMALLEST_SHARE: i32 = 4;

/// What there may be several times in one statement.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    /// How many of the leading dialogs are wanted.
    pub limit: &'a str,
    /// A condition on everything.
    pub gate: &'a str,
    /// What names end with.
    pub name: &'a str,
}

impl<'a> Of<'a> {
    /// As many as the page holds.
    pub(super) fn page(limit: &'a str) -> Self {
        Self {
            limit,
            gate: "TRUE",
            name: "",
        }
    }
}

/// Adds what it takes, and returns a query for at least the `limit` leading dialogs of `pairs`, some perhaps twice.
pub(super) fn candidates(plan: &Plan, of: Of<'_>, with: &mut Vec<String>) -> String {
    let Of { limit, gate, name } = of;
    let order_by = keyset::order_by(&plan.parts, "c");
    let keys = keyset::columns(&plan.parts, "c");
    let units = match plan.unit {
        Unit::Pair => "pairs".to_owned(),
        Unit::Party | Unit::Owned(_) => format!("units{name}"),
    };
    with.extend(self::units(&plan.unit, &units));
    // By identifier there is nothing to stop at; an order that nobody asks for on purpose.
    if plan.lead() == Key::Id || plan.is_small && plan.offers_leading() {
        let all = plan.some_of_unit(limit);
        return format!(
            "SELECT {keys} FROM {units} u CROSS JOIN LATERAL ({all}) AS c WHERE {gate}"
        );
    }
    let mut first = format!("SELECT * FROM {units} WHERE {gate}");
    if plan.is_bounded() {
        first = format!("{first} ORDER BY bound DESC LIMIT {limit}");
    }
    with.push(format!(
        "asked{name} AS MATERIALIZED (SELECT u.*, row_number() OVER () AS n FROM ({first}) AS u)"
    ));
    with.push(format!(
        "share{name} AS MATERIALIZED (
           SELECT least({limit}::bigint, greatest({SMALLEST_SHARE}, 2 * {limit}::bigint / greatest(count(*), 1))) AS size
             FROM asked{name})"
    ));
    with.push(format!(
        "offers{name} AS MATERIALIZED (
           SELECT u.n, c.* FROM asked{name} AS u CROSS JOIN LATERAL ({}) AS c)",
        plan.some_of_unit(&format!("(SELECT size FROM share{name})"))
    ));
    with.push(format!(
        "best{name} AS MATERIALIZED (SELECT {keys} FROM offers{name} AS c ORDER BY {order_by} LIMIT {limit})"
    ));
    with.push(threshold(plan, of));
    with.push(format!(
        "rest{name} AS MATERIALIZED (
           SELECT c.* FROM threshold{name} t CROSS JOIN ({}) AS u CROSS JOIN LATERAL ({}) AS c
            ORDER BY {order_by} LIMIT {limit})",
        unsettled(plan, of, &units),
        plan.reaching_of_unit(limit)
    ));
    format!("SELECT * FROM best{name} UNION ALL SELECT * FROM rest{name}")
}

/// Units that may have more to offer: of those that were asked, who offered a full share, unless that was as much as
/// fits on the page, or reached beyond the threshold; of the others, whose latest time reaches the threshold.
fn unsettled(plan: &Plan, of: Of<'_>, units: &str) -> String {
    let Of { limit, gate, name } = of;
    let has_more = if plan.offers_leading() {
        format!(
            " AND (SELECT size FROM share{name}) < {limit}{}",
            plan.has_not_passed_threshold(name)
        )
    } else {
        String::new()
    };
    let (columns, identity) = match &plan.unit {
        Unit::Pair => ("party_id, resource_id", "party_id, resource_id"),
        Unit::Party => ("party_id, resources", "party_id"),
        Unit::Owned(_) => ("*", ""),
    };
    // As a truth value it is looked up in one hash table, and not counted anew for each unit.
    let of_asked = format!(
        "SELECT {columns} FROM asked{name}
          WHERE (n IN (SELECT n FROM offers{name} GROUP BY n
                        HAVING count(*) >= (SELECT size FROM share{name}){has_more})) IS TRUE"
    );
    if !plan.is_bounded() {
        return of_asked;
    }
    // The last of those asked has the earliest latest time; few others share it.
    format!(
        "{of_asked}
          UNION ALL
         SELECT {columns} FROM {units}
          WHERE {gate} AND bound >= (SELECT reached FROM threshold{name})
            AND bound <= (SELECT min(bound) FROM asked{name})
            AND ({identity}) NOT IN (SELECT {identity} FROM asked{name})"
    )
}

/// `threshold`: what a dialog must reach. Without a full page everything does. A missing due date is the last in
/// ascending order, where all dated dialogs then reach it, and the first in descending order, where none does and the
/// identifier decides.
fn threshold(plan: &Plan, of: Of<'_>) -> String {
    let Of { limit, name, .. } = of;
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
    format!("threshold{name} AS MATERIALIZED (SELECT {reached}{reached_id} FROM best{name} AS c)")
}

/// What an index is read for, under a `name`, where that is not a pair.
fn units(unit: &Unit, name: &str) -> Option<String> {
    let query = match unit {
        Unit::Pair => return None,
        Unit::Party => {
            "SELECT party_id, array_agg(resource_id) AS resources, max(bound) AS bound
               FROM pairs GROUP BY party_id"
        }
        Unit::Owned(owned) => &owned.units,
    };
    Some(format!("{name} AS MATERIALIZED ({query})"))
}
