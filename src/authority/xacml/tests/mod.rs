//! Tests of the decision point as a whole; each file below it tests its own rules.

mod documents;
mod hostile;
mod laws;
pub(super) mod sample;
