//! Dialogs in the database: written by one statement, read by one statement.

mod document;
pub mod insert;
mod load;
mod seen;
