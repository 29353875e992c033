//! Rows that this program would not have written.

use uuid::Uuid;

/// A combination of columns that means nothing.
#[derive(Debug, thiserror::Error)]
#[error("column {column} of {table} holds a value that means nothing, in row {id}")]
pub struct Inconsistent {
    table: &'static str,
    column: &'static str,
    id: Uuid,
}

impl Inconsistent {
    /// Names the value.
    pub fn new(table: &'static str, column: &'static str, id: Uuid) -> Self {
        Self { table, column, id }
    }
}

impl From<Inconsistent> for sqlx::Error {
    fn from(error: Inconsistent) -> Self {
        Self::Decode(Box::new(error))
    }
}
