//! The published OpenAPI documents: from the annotations on handlers to OpenAPI 3.0, as clients know it.
//!
//! utoipa collects what handlers and types say about themselves. Then [`scalars`] dissolves names for plain values,
//! [`operations`] adds what every operation has, [`convert`] turns 3.1 into 3.0, [`names`] gives shapes the names that
//! are published, and [`Document`] puts the parts for one reader together. Which operations there are is for a module
//! above to say.

pub mod answers;
mod convert;
mod document;
pub mod headers;
pub mod names;
mod operations;
pub mod page;
mod problem;
mod scalars;
mod security;

use serde_json::{Map, Value};

pub use document::{Document, Part};
pub use names::{Edit, Error, Names};
pub use operations::Audience;

/// Every operation of a document.
fn operations_of(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
}
