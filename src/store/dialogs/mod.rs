//! Dialogs in the database: written by one statement, read by one statement.

pub(super) mod document;
pub mod insert;
mod load;
mod seen;
