//! Applying operations.

use serde_json::Value;

use super::{
    operation::{Kind, Operation},
    pointer::{self, Place},
    shape::{Shape, UPDATE},
};
use crate::dialog::limits;

/// Most operations of one patch.
const OPERATIONS: usize = 2_000;
/// Most that all operations of one patch may add or copy, bytes of JSON more or less: what one body may hold.
const GROWTH: usize = limits::BODY_BYTES;
/// How much of a path a message repeats, characters.
const SHOWN: usize = 100;

/// Why a patch cannot be applied; nothing of it counts then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Inapplicable(String);

impl Inapplicable {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// Applies all operations in order.
pub fn all(document: &mut Value, operations: &[Operation]) -> Result<(), Inapplicable> {
    if operations.len() > OPERATIONS {
        return Err(Inapplicable::new(format!(
            "A patch must not have more than {OPERATIONS} operations."
        )));
    }
    let mut patch = Patch {
        document,
        growth: 0,
    };
    for (index, operation) in operations.iter().enumerate() {
        patch
            .apply(operation)
            .map_err(|reason| Inapplicable(format!("Operation {index}: {reason}")))?;
    }
    Ok(())
}

struct Patch<'a> {
    document: &'a mut Value,
    growth: usize,
}

impl Patch<'_> {
    fn apply(&mut self, operation: &Operation) -> Result<(), String> {
        let Operation {
            kind,
            path,
            from,
            value,
        } = operation;
        match kind {
            Kind::Add => self.add(path, value.clone()),
            Kind::Remove => self.take(path).map(drop),
            Kind::Replace => self.replace(path, value.clone()),
            Kind::Move => {
                let value = self.take(from)?;
                self.add(path, value)
            }
            Kind::Copy => {
                let value = self.current(from)?.0.clone();
                self.add(path, value)
            }
            Kind::Test => {
                let (current, shape) = self.current(path)?;
                if shape.fit(value.clone()).as_ref() == Some(current) {
                    Ok(())
                } else {
                    Err(format!("The value at '{}' is another one.", shown(path)))
                }
            }
            Kind::Unknown => Err("There is no such operation.".to_owned()),
        }
    }

    fn find(&mut self, path: &str) -> Result<Place<'_>, String> {
        pointer::find(self.document, &UPDATE, path).ok_or_else(|| nowhere(path))
    }

    /// The value in the form that the place wants.
    fn fitted(&mut self, shape: &Shape, path: &str, value: Value) -> Result<Value, String> {
        let is_element = matches!(self.find(path)?, Place::Element { .. });
        let value = Some(value)
            .filter(|value| !(is_element && value.is_null()))
            .and_then(|value| shape.fit(value))
            .ok_or_else(|| format!("The value is not of the kind that '{}' has.", shown(path)))?;
        self.growth = self.growth.saturating_add(weight(&value));
        if self.growth > GROWTH {
            return Err("The patch adds too much.".to_owned());
        }
        Ok(value)
    }

    fn shape(&mut self, path: &str) -> Result<&'static Shape, String> {
        Ok(match self.find(path)? {
            Place::Member { member, .. } => &member.shape,
            Place::Element { shape, .. } => shape,
        })
    }

    fn add(&mut self, path: &str, value: Value) -> Result<(), String> {
        let shape = self.shape(path)?;
        let value = self.fitted(shape, path, value)?;
        match self.find(path)? {
            Place::Member { object, member } => {
                object.insert(member.name.to_owned(), value);
            }
            Place::Element { list, index, .. } => {
                let index = index.unwrap_or(list.len());
                if index > list.len() {
                    return Err(nowhere(path));
                }
                list.insert(index, value);
            }
        }
        Ok(())
    }

    fn replace(&mut self, path: &str, value: Value) -> Result<(), String> {
        let shape = self.shape(path)?;
        let value = self.fitted(shape, path, value)?;
        match self.find(path)? {
            Place::Member { object, member } => {
                object.insert(member.name.to_owned(), value);
            }
            Place::Element { list, index, .. } => {
                let index = pointer::existing(list, index).ok_or_else(|| nowhere(path))?;
                list[index] = value;
            }
        }
        Ok(())
    }

    fn take(&mut self, path: &str) -> Result<Value, String> {
        match self.find(path)? {
            Place::Member { object, member } => Ok(object
                .insert(member.name.to_owned(), member.shape.nothing())
                .unwrap_or_default()),
            Place::Element { list, index, .. } => {
                let index = pointer::existing(list, index).ok_or_else(|| nowhere(path))?;
                Ok(list.remove(index))
            }
        }
    }

    fn current(&mut self, path: &str) -> Result<(&Value, &'static Shape), String> {
        let found = match self.find(path)? {
            Place::Member { object, member } => {
                object.get(member.name).map(|value| (value, &member.shape))
            }
            Place::Element { list, index, shape } => {
                pointer::existing(list, index).map(|index| (&list[index], shape))
            }
        };
        found.ok_or_else(|| nowhere(path))
    }
}

fn nowhere(path: &str) -> String {
    format!("There is no '{}'.", shown(path))
}

fn shown(path: &str) -> String {
    path.chars().take(SHOWN).collect()
}

/// The size of a value as JSON, roughly, and never nothing.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 3,
        Value::Array(items) => 3 + items.iter().map(weight).sum::<usize>(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| name.len() + 3 + weight(value));
            3 + members.sum::<usize>()
        }
        _ => 5,
    }
}
