//! What a run reports when it has ended.

use std::fmt;

/// What was done: counts of things, in the order in which they matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report(Vec<(&'static str, u64)>);

impl Report {
    /// Adds a count.
    #[must_use]
    pub fn with(mut self, what: &'static str, count: u64) -> Self {
        self.0.push((what, count));
        self
    }

    /// Whether there was nothing to count.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The count of this name; 0 where there is none.
    pub fn count(&self, what: &str) -> u64 {
        self.0
            .iter()
            .find(|(name, _)| *name == what)
            .map_or(0, |(_, count)| *count)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing to do");
        }
        for (i, (what, count)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{what}: {count}")?;
        }
        Ok(())
    }
}

/// Why a run did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Somebody asked for what the job cannot do.
    #[error("{0}")]
    Usage(String),
    /// Another run of the same job is going on.
    #[error("job {0} is running already, here or in another process; try again when it has ended")]
    Running(&'static str),
    /// The lock of the run is gone: another process may have begun one.
    #[error("the connection that held the lock of the job was lost: {0}")]
    LockLost(sqlx::Error),
    /// Some of it could not be done; the log says what, and why.
    #[error("not everything could be done; {0}")]
    Partial(Report),
    /// It was asked to end before it had done all; what it did remains.
    #[error("stopped before it was done")]
    Stopped,
    /// Something else, in words without personal data.
    #[error("{0}")]
    Other(String),
}
