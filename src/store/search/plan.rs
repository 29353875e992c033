//! How the dialogs of one party, or of one party about one resource, are read in order.
//!
//! The planner knows no values and believes that conditions leave nothing: left alone it would read all dialogs of a
//! party and sort them. So an index is asked for its entries in order, and the table is looked at entry by entry until
//! there are enough. Where the index holds all that is asked, the table is not looked at.

use super::{
    binds::Placeholder,
    filters::Conditions,
    keyset::{self, Part, Start},
};
use crate::dialog::search::order::{Direction, Key};

/// What one reading of an index is for.
pub(super) enum Unit {
    /// A party and a resource: where content leads in descending order an index knows both.
    Pair,
    /// A party.
    Party,
    /// What a service owner asks for.
    Owned(Owned),
}

/// Dialogs of a service owner.
pub(super) struct Owned {
    /// A query for the units.
    pub units: String,
    /// Tells which dialogs `d` are those of the unit `u`, in the terms of an index.
    pub condition: String,
    /// Whether the index has them in order. Otherwise they are all read and sorted.
    pub is_in_order: bool,
}

impl Unit {
    /// For the dialogs of a scope in this order.
    pub(super) fn of_scope(parts: &[Part]) -> Self {
        match parts.first() {
            Some(lead)
                if lead.key == Key::ContentUpdatedAt && lead.direction == Direction::Desc =>
            {
                Self::Pair
            }
            _ => Self::Party,
        }
    }
}

/// What the pieces of a statement share.
pub(super) struct Plan {
    /// For what an index is read.
    pub unit: Unit,
    /// The keys of the order, at least one.
    pub parts: Vec<Part>,
    /// What must hold of a dialog.
    pub conditions: Conditions,
    /// One more than the page holds.
    pub limit: Placeholder,
    /// Whether so few dialogs are read at most that it does not pay to read less of them.
    pub is_small: bool,
    /// A time that no dialog is before in order. The planner does not know that, and so prefers the index that can
    /// begin to read there.
    pub edge: Placeholder,
}

/// The value of [`Plan::edge`].
pub(super) fn edge(parts: &[Part]) -> &'static str {
    match parts.first().map(|part| part.direction) {
        Some(Direction::Asc) => "-infinity",
        _ => "infinity",
    }
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

    /// Whether the index of a party has its entries in just this order.
    pub(super) fn is_in_index_order(&self) -> bool {
        matches!(self.index_order(&self.parts), Some(parts) if parts.len() == self.parts.len())
    }

    /// Whether the latest time of a unit tells that it has nothing to offer.
    pub(super) fn is_bounded(&self) -> bool {
        self.direction() == Direction::Desc
            && !matches!(self.lead(), Key::DueAt | Key::Id)
            && !matches!(self.unit, Unit::Owned(_))
    }

    /// Dialogs of the unit `u`: its leading ones, at least `size` if there are so many, and perhaps others. Where that
    /// would mean to read all dialogs without due date, just so many of any ([`Self::offers_leading`]).
    pub(super) fn some_of_unit(&self, size: &str) -> String {
        if let Some(sorted) = self.sorted(size) {
            return sorted;
        }
        let edge = match (self.lead(), self.direction()) {
            (Key::Id, _) => String::new(),
            (lead, Direction::Asc) => self.edge_of(lead, ">="),
            (lead, Direction::Desc) => self.edge_of(lead, "<="),
        };
        let Some(branches) = self.by_due_date() else {
            return self.leading(&self.parts, &edge, size);
        };
        let branches = branches.map(|branch| self.branch(branch, &edge, "", size));
        let branches: Vec<_> = branches.into_iter().flatten().collect();
        let all = branches.join(" UNION ALL ");
        if self.offers_leading() {
            all
        } else {
            format!("SELECT * FROM ({all}) AS b LIMIT {size}")
        }
    }

    /// Whether [`Self::some_of_unit`] has the leading dialogs of a unit.
    pub(super) fn offers_leading(&self) -> bool {
        self.lead() != Key::DueAt
            || self.index_order(&self.parts).is_some()
            || self.sorted("").is_some()
    }

    /// That `offers` of a unit do not reach beyond the threshold, with `AND` before it. Missing due dates are no place in
    /// their order, so nothing is said there.
    pub(super) fn has_not_passed_threshold(&self, name: &str) -> String {
        let lead = keyset::column(self.lead());
        match (self.lead(), self.direction()) {
            (Key::DueAt | Key::Id, _) => String::new(),
            (_, Direction::Asc) => {
                format!(" AND max({lead}) <= (SELECT reached FROM threshold{name})")
            }
            (_, Direction::Desc) => {
                format!(" AND min({lead}) >= (SELECT reached FROM threshold{name})")
            }
        }
    }

    /// The leading dialogs of the unit `u`, at least `limit` if there are so many, as far as the threshold `t`.
    pub(super) fn reaching_of_unit(&self, limit: &str) -> String {
        if let Some(sorted) = self.sorted(limit) {
            return sorted;
        }
        let lead = keyset::column(self.lead());
        let reached = match self.direction() {
            Direction::Asc => format!(" AND d.{lead} <= t.reached"),
            Direction::Desc => format!(" AND d.{lead} >= t.reached"),
        };
        match self.by_due_date() {
            None => self.leading(&self.parts, &reached, limit),
            Some(branches) => {
                let branches =
                    branches.map(|branch| self.branch(branch, &reached, &reached, limit));
                let branches: Vec<_> = branches.into_iter().flatten().collect();
                branches.join(" UNION ALL ")
            }
        }
    }

    /// The leading dialogs of the unit `u` where no index has them in order. To walk through those of everybody, which
    /// an index has in order, may take a thousand times as long; the planner must not try.
    fn sorted(&self, limit: &str) -> Option<String> {
        let Unit::Owned(Owned {
            condition,
            is_in_order: false,
            ..
        }) = &self.unit
        else {
            return None;
        };
        Some(format!(
            "SELECT {} FROM (SELECT * FROM dialog d WHERE {condition} OFFSET 0) AS d
              WHERE TRUE{}{} ORDER BY {} LIMIT {limit}",
            keyset::columns(&self.parts, "d"),
            self.conditions.all(),
            keyset::behind(&self.parts),
            keyset::order_by(&self.parts, "d"),
        ))
    }

    fn edge_of(&self, lead: Key, comparison: &str) -> String {
        let column = keyset::column(lead);
        format!(
            " AND d.{column} {comparison} {}::text::timestamptz",
            self.edge
        )
    }

    /// One branch; `dated` is a condition on due dates, `reached` is empty where everything is good enough.
    fn branch(
        &self,
        branch: Option<Branch>,
        dated: &str,
        reached: &str,
        limit: &str,
    ) -> Option<String> {
        let sql = match branch? {
            Branch::Dated(parts) => {
                let dated = format!(" AND d.due_at IS NOT NULL{dated}");
                self.leading(&parts, &dated, limit)
            }
            Branch::Undated(parts) => {
                let reached = match (reached, self.direction(), parts.as_slice()) {
                    ("", ..) => "",
                    // All of them lie behind the dated ones.
                    (_, Direction::Asc, _) => " AND t.reached = 'infinity'",
                    // All of them lie before, but perhaps too many.
                    (_, Direction::Desc, [id]) if id.key == Key::Id => match id.direction {
                        Direction::Asc => " AND d.id <= t.reached_id",
                        Direction::Desc => " AND d.id >= t.reached_id",
                    },
                    (_, Direction::Desc, _) => "",
                };
                self.leading(&parts, &format!(" AND d.due_at IS NULL{reached}"), limit)
            }
        };
        Some(format!("({sql})"))
    }

    /// An index cannot begin to read between a value and a missing one, so dialogs without due date are read by
    /// themselves: behind those with one in ascending, before them in descending order.
    fn by_due_date(&self) -> Option<[Option<Branch>; 2]> {
        let (due, others) = self.parts.split_first()?;
        if due.key != Key::DueAt {
            return None;
        }
        let dated = Part {
            may_be_missing: false,
            ..*due
        };
        let dated: Vec<Part> = [dated].iter().chain(others).copied().collect();
        let others = others.to_vec();
        Some(match (due.direction, due.start) {
            (Direction::Asc, Start::First) => {
                [Some(Branch::Dated(dated)), Some(Branch::Undated(others))]
            }
            (Direction::Asc, Start::Behind(_)) => [
                Some(Branch::Dated(dated)),
                Some(Branch::Undated(from_start(&others))),
            ],
            (Direction::Asc, Start::BehindMissing) => [None, Some(Branch::Undated(others))],
            (Direction::Desc, Start::First) => {
                [Some(Branch::Undated(others)), Some(Branch::Dated(dated))]
            }
            (Direction::Desc, Start::BehindMissing) => [
                Some(Branch::Undated(others)),
                Some(Branch::Dated(from_start(&dated))),
            ],
            (Direction::Desc, Start::Behind(_)) => [None, Some(Branch::Dated(dated))],
        })
    }

    /// Dialogs of the unit in the order of `parts`, which lack the first key where all are equal in it. Where an index
    /// does not have them in just this order, those equal in its key all count.
    fn leading(&self, parts: &[Part], condition: &str, limit: &str) -> String {
        let unit = match &self.unit {
            Unit::Pair => "d.party_id = u.party_id AND d.resource_id = u.resource_id",
            // Otherwise the planner would prefer the index of pairs.
            Unit::Party => {
                "d.party_id = u.party_id AND (d.resource_id = ANY (u.resources)) IS TRUE"
            }
            Unit::Owned(owned) => &owned.condition,
        };
        let keys = keyset::columns(&self.parts, "d");
        let Conditions {
            of_index,
            in_index,
            in_table,
        } = &self.conditions;
        let behind = keyset::behind(parts);
        let from = format!("FROM dialog d WHERE {unit}{condition}{of_index}{in_index}");
        let Some(in_order) = self.index_order(parts) else {
            let lead = keyset::column(self.lead());
            let first = |alias| keyset::order_by(&self.parts[..1], alias);
            return format!(
                "SELECT {keys} FROM (SELECT d.id, d.{lead} {from}{} ORDER BY {}) AS i
                  CROSS JOIN LATERAL (SELECT * FROM dialog d WHERE d.id = i.id{in_table}{behind} LIMIT 1) AS d
                  ORDER BY {} FETCH FIRST ({limit}) ROWS WITH TIES",
                keyset::not_before(parts),
                first("d"),
                first("i"),
            );
        };
        let cut = match in_order.as_slice() {
            [lead] if lead.key != Key::Id => format!("FETCH FIRST ({limit}) ROWS WITH TIES"),
            _ => format!("LIMIT {limit}"),
        };
        let ordered = format!(
            "SELECT {keys} {from}{behind} ORDER BY {}",
            keyset::order_by(&in_order, "d")
        );
        if in_table.is_empty() {
            return format!("{ordered} {cut}");
        }
        format!(
            "SELECT i.* FROM ({ordered}) AS i
              CROSS JOIN LATERAL (SELECT FROM dialog d WHERE d.id = i.id{in_table} LIMIT 1) AS d
              ORDER BY {} {cut}",
            keyset::order_by(&in_order, "i"),
        )
    }

    /// The order in which an index has its entries, where it knows all keys of `parts`: by the first key and the
    /// identifier, both in one direction; otherwise by the first key alone. Where all dialogs are equal in the first
    /// key it takes the direction of the identifier.
    fn index_order(&self, parts: &[Part]) -> Option<Vec<Part>> {
        match parts {
            [lead, id] if lead.key == self.lead() && id.key == Key::Id => {
                let length = if lead.direction == id.direction { 2 } else { 1 };
                Some(parts[..length].to_vec())
            }
            [_] if self.lead() == Key::Id => Some(parts.to_vec()),
            [id] if id.key == Key::Id => {
                let lead = Part {
                    key: self.lead(),
                    ..*id
                };
                Some(vec![lead, *id])
            }
            _ => None,
        }
    }
}

/// Dialogs with and without due date, in the order of the keys that tell them apart.
enum Branch {
    Dated(Vec<Part>),
    Undated(Vec<Part>),
}

fn from_start(parts: &[Part]) -> Vec<Part> {
    parts
        .iter()
        .map(|part| Part {
            start: Start::First,
            ..*part
        })
        .collect()
}
