//! Where one search reads from.

use std::time::Instant;

use sqlx::error::DatabaseError;

use super::{pool::Pool, replica::Replica, search};

/// The server that a search is to ask, and the one to ask if that fails.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) primary: &'a Pool,
    pub(super) replica: Option<&'a Replica>,
}

impl<'a> Reader<'a> {
    /// The server to ask.
    pub(super) fn pool(&self) -> &'a Pool {
        self.replica.map_or(self.primary, |replica| &replica.pool)
    }

    /// The server to ask again: the primary one, after any failure of a replica but that the search took too long.
    pub(super) fn instead<T, E: Broken>(&self, outcome: &Result<T, E>) -> Option<&'a Pool> {
        let (Some(replica), Err(error)) = (self.replica, outcome) else {
            return None;
        };
        if !error.may_be_of_the_replica() {
            return None;
        }
        replica.shun(Instant::now());
        Some(self.primary)
    }
}

/// An error that another server may not have.
pub(super) trait Broken {
    /// Whether it is worth to ask another server.
    fn may_be_of_the_replica(&self) -> bool;
}

impl Broken for sqlx::Error {
    fn may_be_of_the_replica(&self) -> bool {
        // query_canceled: the search took too long, and would there, too.
        let code = self.as_database_error().and_then(DatabaseError::code);
        code.as_deref() != Some("57014")
    }
}

impl Broken for search::Error {
    fn may_be_of_the_replica(&self) -> bool {
        match self {
            Self::Database(error) => error.may_be_of_the_replica(),
            Self::TimedOut | Self::Cursor => false,
        }
    }
}
