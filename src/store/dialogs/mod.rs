//! Dialogs in the database: written by one statement, read by one statement, in full or just the head.

mod change;
pub(super) mod document;
mod happened;
mod header;
pub mod insert;
pub(super) mod load;
mod plain;
pub mod remove;
mod seen;
pub mod update;

pub(super) use load::whole;
