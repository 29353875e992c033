//! Dialogs in the database: written by one statement, read by one statement.

mod change;
pub(super) mod document;
pub mod insert;
mod load;
pub mod remove;
mod seen;
pub mod update;
