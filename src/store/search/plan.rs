//! How the dialogs of one party, or of one party about one resource, are read in order.
//!
//! The planner knows no values and believes that conditions leave nothing: left alone it would read all dialogs of a
//! party and sort them. So an index is asked for its entries in order, and the table is looked at entry by entry until
//! there are enough. Where the index holds all that is asked, the table is not looked at.

use super::{
    binds::Placeholder,
    filters::Conditions,
    keyset::{self, Part},
};
use crate::dialog::search::order::{Direction, Key};

/// What one reading of an index is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A party and a resource: where content leads in descending order an index knows both.
    Pair,
    /// A party.
    Party,
}

/// What the pieces of a statement share.
pub(super) struct Plan {
    /// The keys of the order, at least one.
    pub parts: Vec<Part>,
    /// What must hold of a dialog.
    pub conditions: Conditions,
    /// One more than the page holds.
    pub limit: Placeholder,
}

impl Plan {
    /// The key that the index is read by.
    pub(super) fn lead(&self) -> Key {
        self.parts.first().map_or(Key::Id, |part| part.key)
    }

    /// The direction in which it is read.
    pub(super) fn direction(&self) -> Direction {
        self.parts
            .first()
            .map_or(Direction::Desc, |part| part.direction)
    }

    /// For what the index is read.
    pub(super) fn unit(&self) -> Unit {
        match (self.lead(), self.direction()) {
            (Key::ContentUpdatedAt, Direction::Desc) => Unit::Pair,
            _ => Unit::Party,
        }
    }

    /// Whether the latest time of a unit tells that it has nothing to offer.
    pub(super) fn is_bounded(&self) -> bool {
        self.direction() == Direction::Desc && !matches!(self.lead(), Key::DueAt | Key::Id)
    }

    /// The leading dialogs of the unit `u`; with `reached`, only those that lead before or at its row `t`.
    pub(super) fn of_unit(&self, reached: bool, limit: &str) -> String {
        let lead = keyset::column(self.lead());
        let reached = match (reached, self.direction()) {
            (false, _) => String::new(),
            (true, Direction::Asc) => format!(" AND d.{lead} <= t.reached"),
            (true, Direction::Desc) => format!(" AND d.{lead} >= t.reached"),
        };
        match self.parts.split_first() {
            Some((first, others)) if first.key == Key::DueAt => {
                self.by_due_date(*first, others, &reached, limit)
            }
            _ => self.leading(&self.parts, &reached, limit),
        }
    }

    /// An index cannot begin to read between a value and a missing one, so dialogs without due date are read by
    /// themselves: behind those with one in ascending, before them in descending order.
    fn by_due_date(&self, due: Part, others: &[Part], reached: &str, limit: &str) -> String {
        let dated = Part {
            may_be_missing: false,
            ..due
        };
        let dated: Vec<Part> = [dated].iter().chain(others).copied().collect();
        let (dated, undated) = match (due.start, due.direction) {
            (None, _) => (Some(dated), Some(others.to_vec())),
            (Some(None), Direction::Asc) => (None, Some(others.to_vec())),
            (Some(None), Direction::Desc) => (Some(from_start(&dated)), Some(others.to_vec())),
            (Some(Some(_)), Direction::Asc) => (Some(dated), Some(from_start(others))),
            (Some(Some(_)), Direction::Desc) => (Some(dated), None),
        };
        let dated = dated.map(|parts| {
            let reached = format!(" AND d.due_at IS NOT NULL{reached}");
            self.leading(&parts, &reached, limit)
        });
        let undated = undated.map(|parts| self.leading(&parts, " AND d.due_at IS NULL", limit));
        let branches: Vec<_> = [dated, undated]
            .into_iter()
            .flatten()
            .map(|branch| format!("({branch})"))
            .collect();
        branches.join(" UNION ALL ")
    }

    /// Dialogs of the unit in the order of `parts`, which may lack the first key where that is equal.
    fn leading(&self, parts: &[Part], condition: &str, limit: &str) -> String {
        let unit = match self.unit() {
            Unit::Pair => "d.party_id = u.party_id AND d.resource_id = u.resource_id",
            // Otherwise the planner would prefer the index of pairs.
            Unit::Party => {
                "d.party_id = u.party_id AND (d.resource_id = ANY (u.resources)) IS TRUE"
            }
        };
        let keys = keyset::columns(&self.parts, "d");
        let Conditions { in_index, in_table } = &self.conditions;
        let behind = keyset::behind(parts);
        let in_order = self.index_order(parts);
        if in_table.is_empty()
            && let Some(in_order) = &in_order
        {
            return format!(
                "SELECT {keys} FROM dialog d WHERE {unit}{condition}{in_index}{behind}
                  ORDER BY {in_order} LIMIT {limit}"
            );
        }
        match in_order {
            Some(in_order) => format!(
                "SELECT i.* FROM (SELECT {keys} FROM dialog d WHERE {unit}{condition}{in_index}{behind}
                                   ORDER BY {in_order}) AS i
                  CROSS JOIN LATERAL (SELECT FROM dialog d WHERE d.id = i.id{in_table} LIMIT 1) AS d
                  ORDER BY {} LIMIT {limit}",
                in_order.replace("d.", "i.")
            ),
            // Equal in the first key, the dialogs are told apart by what is in the table.
            None => {
                let lead = keyset::column(self.lead());
                let first = keyset::order_by(&self.parts[..1], "i");
                let order_by = keyset::order_by(parts, "d");
                format!(
                    "SELECT d.* FROM (SELECT d.id, d.{lead} FROM dialog d
                                       WHERE {unit}{condition}{in_index}{}
                                       ORDER BY {}) AS i
                      CROSS JOIN LATERAL (SELECT {keys} FROM dialog d
                                           WHERE d.id = i.id{in_table}{behind} LIMIT 1) AS d
                      ORDER BY {first}, {order_by} LIMIT {limit}",
                    keyset::not_before(parts),
                    keyset::order_by(&self.parts[..1], "d"),
                )
            }
        }
    }

    /// The order in which an index has its entries, where it is all that is asked for: by the first key and the
    /// identifier. Where all dialogs are equal in the first key it takes the direction of the identifier.
    fn index_order(&self, parts: &[Part]) -> Option<String> {
        match parts {
            [lead, id] if lead.key == self.lead() && id.key == Key::Id => {
                Some(keyset::order_by(parts, "d"))
            }
            [_] if self.lead() == Key::Id => Some(keyset::order_by(parts, "d")),
            [id] if id.key == Key::Id => {
                let lead = Part {
                    key: self.lead(),
                    ..*id
                };
                Some(keyset::order_by(&[lead, *id], "d"))
            }
            _ => None,
        }
    }
}

fn from_start(parts: &[Part]) -> Vec<Part> {
    parts
        .iter()
        .map(|part| Part {
            start: None,
            ..*part
        })
        .collect()
}
