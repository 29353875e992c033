//! One part by its identifier.

use uuid::Uuid;

use crate::http::problem::{Noun, Problem};

/// The only item, which is there unless the dialog has no such part.
pub fn only<T>(items: Vec<T>, noun: Noun, id: Uuid) -> Result<T, Problem> {
    items
        .into_iter()
        .next()
        .ok_or_else(|| Problem::NotFound(noun, id.to_string()))
}
