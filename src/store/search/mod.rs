//! Searching dialogs: one statement that returns whole list items.
//!
//! The caller's parties and resources are few beside all dialogs, so the newest dialogs of each of them are read from
//! an index and merged. `pair` knows which combinations exist at all and tells of each a time that no dialog of it
//! lies behind: once a page is full, the combinations that cannot contribute any more are not looked at.
//! See [`statement`] for how the pieces fit together.

mod binds;
mod candidates;
mod contexts;
mod filters;
mod glance;
mod keyset;
mod numbers;
mod plan;
mod row;
mod scope;
mod service_owner;
mod statement;
mod text;
pub mod vector;

#[cfg(test)]
mod tests;

use sqlx::{error::DatabaseError, postgres::PgRow};

pub use self::service_owner::Owned;

use self::{
    numbers::{Names, Numbers},
    row::{Further, Row},
};
use super::{Store, keys::Keys, pool::Pool};
use crate::dialog::{
    search::{Cursor, Filter, Order, OwnerFilter, Page, Scope, TextQuery, owner::DeletedFilter},
    timestamp::Timestamp,
};

/// What to search for, and how much of it to show.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What the caller may find.
    pub scope: &'a Scope,
    /// What must hold of each dialog.
    pub filter: &'a Filter,
    /// Words that must be found in it.
    pub text: Option<&'a TextQuery>,
    /// In which order.
    pub order: &'a Order,
    /// Behind which dialog to begin; must have every key of the order.
    pub cursor: Option<&'a Cursor>,
    /// Most dialogs on the page.
    pub limit: u16,
    /// Which dialogs of the scope can be found at all.
    pub shown: Shown<'a>,
}

/// Which dialogs a caller can find of those that it may see.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// Visible, not expired, not deleted.
    ToEndUser {
        /// The time by which they are visible.
        now: Timestamp,
    },
    /// The service owner's own, as it wants them.
    ToOwner {
        /// Its short name.
        org: &'a str,
        /// What it wants.
        filter: &'a OwnerFilter,
    },
}

impl Shown<'_> {
    /// Whether deleted dialogs are among them.
    fn has_deleted(self) -> bool {
        matches!(self, Self::ToOwner { filter, .. } if filter.deleted != DeletedFilter::Exclude)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database gave up after the time that a search may take: the search is too broad.
    #[error("the search took too long")]
    TimedOut,
    /// The cursor belongs to another order.
    #[error("the cursor lacks a key of the order")]
    Cursor,
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        // query_canceled: nobody cancels statements but the timeout.
        let code = error.as_database_error().and_then(DatabaseError::code);
        if code.as_deref() == Some("57014") {
            Self::TimedOut
        } else {
            Self::Database(error)
        }
    }
}

impl Store {
    /// A page of the dialogs in a scope.
    pub async fn find(&self, asked: &Asked<'_>) -> Result<Page, Error> {
        let reader = self.reader();
        let found = page(reader.pool(), &self.keys, asked, text::WINDOW).await;
        match reader.instead(&found) {
            Some(pool) => page(pool, &self.keys, asked, text::WINDOW).await,
            None => found,
        }
    }

    /// A page of the dialogs of a service owner.
    pub async fn find_owned(&self, asked: &Owned<'_>) -> Result<Page, Error> {
        let reader = self.reader();
        let found = owned_page(reader.pool(), asked, service_owner::LABELLED).await;
        match reader.instead(&found) {
            Some(pool) => owned_page(pool, asked, service_owner::LABELLED).await,
            None => found,
        }
    }
}

async fn page(pool: &Pool, keys: &Keys, asked: &Asked<'_>, window: i64) -> Result<Page, Error> {
    if asked.scope.is_empty() {
        return Ok(Page::default());
    }
    let numbers = Numbers::of(asked.scope, keys);
    let of_org = match asked.shown {
        Shown::ToEndUser { .. } => None,
        Shown::ToOwner { org, .. } => Some(org),
    };
    let names = |rows: &[Row<'_>]| numbers.names(rows, keys, of_org);
    if let Some(mut statement) = statement::glanced(asked, &numbers)? {
        let rows = statement.build().fetch_all(pool).await?;
        if let Some(rows) = glance::settled(rows, asked.limit)? {
            return page_of(&rows, asked.limit, names);
        }
    }
    let mut statement = statement::scoped(asked, &numbers, window)?;
    let rows = statement.build().fetch_all(pool).await?;
    page_of(&rows, asked.limit, names)
}

async fn owned_page(pool: &Pool, asked: &Owned<'_>, labelled: i64) -> Result<Page, Error> {
    let mut statement = service_owner::statement(asked, labelled)?;
    let rows = statement.build().fetch_all(pool).await?;
    page_of(&rows, asked.limit, |_| Ok(Names::of_org(asked.org)))
}

fn page_of(
    rows: &[PgRow],
    limit: u16,
    names: impl FnOnce(&[Row<'_>]) -> sqlx::Result<Names>,
) -> Result<Page, Error> {
    let limit = usize::from(limit);
    let further = rows.first().map(Further::of).unwrap_or_default();
    let rows: Vec<_> = rows
        .iter()
        .map(|columns| Row {
            columns,
            further: &further,
        })
        .collect();
    let names = names(&rows)?;
    let mut types = Vec::new();
    let hits = rows
        .iter()
        .take(limit)
        .map(|row| row.hit(&names, &mut types))
        .collect::<Result<_, _>>()?;
    Ok(Page {
        hits,
        has_next: rows.len() > limit,
    })
}
