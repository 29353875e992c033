//! Events on their way out: claimed and settled by one session per process, listed and redriven by operators.

mod backlog;
mod dead;
mod session;
#[cfg(test)]
mod tests;

pub use self::{
    backlog::Lag,
    dead::Entry,
    session::{Dead, LANES, Retry, Session, Waiting, dispatchers},
};
