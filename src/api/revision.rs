//! Changes that build on what a client has read: the revision that it expects, and what to say when it has moved on.

use uuid::Uuid;

use crate::{dialog::Violations, http::problem::Problem};

/// Refuses a change that builds on another revision than the `current` one.
pub fn check(expected: Option<Uuid>, current: Uuid) -> Result<(), Problem> {
    if expected.is_some_and(|expected| expected != current) {
        return Err(Problem::Stale);
    }
    Ok(())
}

/// Somebody else was faster between reading and writing. A client that named a revision learns that it is stale; any
/// other did nothing wrong and may try again.
pub fn lost_race(expected: Option<Uuid>) -> Problem {
    match expected {
        Some(_) => Problem::Stale,
        None => Problem::Conflict(Violations::one(
            "",
            "It was changed by somebody else at the same time. Please try again.",
        )),
    }
}
