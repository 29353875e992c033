//! JSON Pointers (RFC 6901) into a document of known shape.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::shape::{Member, Shape};
use crate::json::is_member;

/// Deepest path; no document goes deeper.
const DEPTH: usize = 12;
/// Longest index, digits.
const DIGITS: usize = 9;

/// The steps of a path, unescaped. Slashes at the end, doubled or missing at the start do not count.
pub fn segments(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            if segment.contains('~') {
                segment.replace("~1", "/").replace("~0", "~").into()
            } else {
                segment.into()
            }
        })
}

/// Where a path leads.
pub enum Place<'a> {
    /// A member of an object.
    Member {
        /// The object, which has the member.
        object: &'a mut Map<String, Value>,
        /// The member.
        member: &'static Member,
    },
    /// An element of a list, which may be the one behind the last.
    Element {
        /// The list.
        list: &'a mut Vec<Value>,
        /// Which; `None` for the end.
        index: Option<usize>,
        /// What its elements are.
        shape: &'static Shape,
    },
}

/// Follows a path; `None` where it leads nowhere.
pub fn find<'a>(document: &'a mut Value, shape: &'static Shape, path: &str) -> Option<Place<'a>> {
    let steps: Vec<_> = segments(path).take(DEPTH + 1).collect();
    let (last, parents) = steps.split_last().filter(|_| steps.len() <= DEPTH)?;
    let (mut value, mut shape) = (document, shape);
    for step in parents {
        (value, shape) = match enter(value, shape, step)? {
            Place::Member { object, member } => (object.get_mut(member.name)?, &member.shape),
            Place::Element { list, index, shape } => {
                let index = existing(list, index)?;
                (list.get_mut(index)?, shape)
            }
        };
    }
    enter(value, shape, last)
}

fn enter<'a>(value: &'a mut Value, shape: &'static Shape, step: &str) -> Option<Place<'a>> {
    match (shape, value) {
        (Shape::Object(members), Value::Object(object)) => {
            let member = members.iter().find(|member| is_member(step, member.name))?;
            Some(Place::Member { object, member })
        }
        (Shape::List(shape), Value::Array(list)) => {
            let index = if step == "-" {
                None
            } else {
                Some(index(step)?)
            };
            Some(Place::Element { list, index, shape })
        }
        _ => None,
    }
}

fn index(step: &str) -> Option<usize> {
    let is_number = step.len() <= DIGITS && step.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| step.parse().ok()).flatten()
}

/// The index of an element that is there; the end means the last.
pub fn existing(list: &[Value], index: Option<usize>) -> Option<usize> {
    match index {
        Some(index) => (index < list.len()).then_some(index),
        None => list.len().checked_sub(1),
    }
}
