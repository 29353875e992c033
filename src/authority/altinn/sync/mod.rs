//! Brings the copies of what the platform says about resources up to date: the database keeps them for all replicas.

mod levels;
mod subjects;
mod updated;

pub use levels::levels;
pub use subjects::subjects;

/// What a run has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// How many things were looked at.
    pub read: usize,
    /// How many of them could not be read; what was known of them stays.
    pub skipped: usize,
    /// How many rows have changed.
    pub changed: i64,
}
