//! Orders as SQL: what to sort by, and what comes behind a cursor.
//!
//! `PostgreSQL` sorts a missing value last in ascending and first in descending order, which is the order of the public
//! API. Where all keys have one direction and none can be missing, a cursor is one comparison of rows, at which an
//! index can begin to read. Otherwise the first key alone bounds the index and the rest is told at length.

use super::{
    Error,
    binds::{Binds, Placeholder},
};
use crate::dialog::search::{
    Cursor, Order,
    cursor::Value,
    order::{Direction, Key},
};

/// The column of a key.
pub(super) fn column(key: Key) -> &'static str {
    match key {
        Key::ContentUpdatedAt => "content_updated_at",
        Key::UpdatedAt => "updated_at",
        Key::CreatedAt => "created_at",
        Key::DueAt => "due_at",
        Key::Id => "id",
    }
}

/// One key, and its value where the page begins behind a dialog.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub key: Key,
    pub direction: Direction,
    /// Whether the dialogs that are read may lack it.
    pub may_be_missing: bool,
    /// Where the page begins.
    pub start: Start,
}

/// Where a page begins, as far as one key goes.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// At the beginning.
    First,
    /// Behind a dialog with this value.
    Behind(Placeholder),
    /// Behind a dialog that has no value.
    BehindMissing,
}

impl Part {
    fn has_start(&self) -> bool {
        !matches!(self.start, Start::First)
    }
}

impl Start {
    /// The value of the dialog before the page, if it has one.
    pub(super) fn value(self) -> Option<Placeholder> {
        match self {
            Self::Behind(value) => Some(value),
            Self::First | Self::BehindMissing => None,
        }
    }
}

/// The keys that make a difference, with the values of the cursor.
pub(super) fn parts(
    order: &Order,
    cursor: Option<&Cursor>,
    binds: &mut Binds,
) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    for (key, direction) in order.effective() {
        let start = match cursor {
            None => Start::First,
            Some(cursor) => match cursor.value(key).ok_or(Error::Cursor)? {
                Value::Time(Some(time)) => Start::Behind(binds.add(time)?),
                Value::Time(None) => Start::BehindMissing,
                Value::Id(id) => Start::Behind(binds.add(id)?),
            },
        };
        parts.push(Part {
            key,
            direction,
            may_be_missing: key == Key::DueAt,
            start,
        });
    }
    Ok(parts)
}

/// `{alias}.content_updated_at DESC, {alias}.id DESC`
pub(super) fn order_by(parts: &[Part], alias: &str) -> String {
    let keys: Vec<_> = parts
        .iter()
        .map(|part| {
            let direction = match part.direction {
                Direction::Asc => "ASC",
                Direction::Desc => "DESC",
            };
            format!("{alias}.{} {direction}", column(part.key))
        })
        .collect();
    keys.join(", ")
}

/// The columns of the keys and the identifier, of `{alias}`.
pub(super) fn columns(parts: &[Part], alias: &str) -> String {
    let columns: Vec<_> = parts
        .iter()
        .map(|part| format!("{alias}.{}", column(part.key)))
        .collect();
    columns.join(", ")
}

/// The condition that a dialog `d` comes behind the cursor, with `AND` before it; empty without a cursor.
pub(super) fn behind(parts: &[Part]) -> String {
    let (Some(first), true) = (parts.first(), parts.iter().all(Part::has_start)) else {
        return String::new();
    };
    let uniform = parts
        .iter()
        .all(|part| !part.may_be_missing && part.direction == first.direction);
    if uniform {
        let values: Vec<_> = parts
            .iter()
            .filter_map(|part| part.start.value())
            .map(|value| value.to_string())
            .collect();
        return format!(
            " AND ({}) {} ({})",
            columns(parts, "d"),
            comparison(first.direction),
            values.join(", ")
        );
    }
    format!("{} AND {}", not_before(parts), lexically_behind(parts))
}

/// The condition that a dialog `d` is not before the cursor in the first key, with `AND` before it: what an index can
/// begin to read at. Empty where it cannot.
pub(super) fn not_before(parts: &[Part]) -> String {
    match parts.first() {
        Some(Part {
            key,
            direction,
            may_be_missing: false,
            start: Start::Behind(value),
        }) => format!(
            " AND d.{} {}= {value}",
            column(*key),
            comparison(*direction)
        ),
        _ => String::new(),
    }
}

fn comparison(direction: Direction) -> &'static str {
    match direction {
        Direction::Asc => ">",
        Direction::Desc => "<",
    }
}

/// Behind in the first key, or equal in it and behind in the others. Missing values are equal to each other.
fn lexically_behind(parts: &[Part]) -> String {
    let Some((first, others)) = parts.split_first() else {
        return "FALSE".to_owned();
    };
    let column = column(first.key);
    let (behind, equal) = match (first.start.value(), first.direction) {
        (Some(value), Direction::Asc) if first.may_be_missing => (
            format!("d.{column} > {value} OR d.{column} IS NULL"),
            format!("d.{column} = {value}"),
        ),
        (Some(value), direction) => (
            format!("d.{column} {} {value}", comparison(direction)),
            format!("d.{column} = {value}"),
        ),
        (None, Direction::Asc) => ("FALSE".to_owned(), format!("d.{column} IS NULL")),
        (None, Direction::Desc) => (
            format!("d.{column} IS NOT NULL"),
            format!("d.{column} IS NULL"),
        ),
    };
    if others.is_empty() {
        return format!("({behind})");
    }
    format!("({behind} OR ({equal} AND {}))", lexically_behind(others))
}
