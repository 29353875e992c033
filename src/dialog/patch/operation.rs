//! One operation as it is read.

use serde_json::Value;

use super::pointer;
use crate::json::{Cursor, Read, Refusal, is_member};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Set a member, or insert an element.
    Add,
    /// Empty a member, or take out an element.
    Remove,
    /// Set a member or an element.
    Replace,
    /// Take from one place, and add at another.
    Move,
    /// Add what another place has.
    Copy,
    /// Go on only if the place has this value.
    Test,
    /// Something else, which fails when its turn comes.
    Unknown,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "add" => Self::Add,
            "remove" => Self::Remove,
            "replace" => Self::Replace,
            "move" => Self::Move,
            "copy" => Self::Copy,
            "test" => Self::Test,
            _ => Self::Unknown,
        }
    }
}

/// An operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What to do.
    pub kind: Kind,
    /// Where.
    pub path: String,
    /// From where; empty where that is not needed.
    pub from: String,
    /// With what; null where it was left out.
    pub value: Value,
}

impl Operation {
    /// Whether it may add transmissions or activities.
    pub fn appends(&self) -> bool {
        pointer::segments(&self.path).next().is_some_and(|first| {
            ["transmissions", "activities"]
                .iter()
                .any(|list| is_member(&first, list))
        })
    }
}

/// Names of members in any letter case, as everywhere.
impl Read for Operation {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let (mut kind, mut path, mut from, mut value) = (None, None, None, Value::Null);
        cursor.object(|cursor, name| {
            match name {
                name if is_member(name, "op") => kind = Some(Kind::of(&String::read(cursor)?)),
                name if is_member(name, "path") => path = Some(String::read(cursor)?),
                name if is_member(name, "from") => from = Option::<String>::read(cursor)?,
                name if is_member(name, "value") => value = Value::read(cursor)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let needs_from = matches!(kind, Some(Kind::Move | Kind::Copy));
        match (kind, path, from) {
            (Some(kind), Some(path), from) if from.is_some() || !needs_from => Ok(Self {
                kind,
                path,
                from: from.unwrap_or_default(),
                value,
            }),
            _ => Err(Refusal::new(
                "An operation must have 'op' and 'path', and 'from' where it moves or copies.",
            )),
        }
    }
}
