//! Dialogs in the eyes of end users.

pub mod get;
pub mod list;
mod parameters;
pub mod search;
pub mod shape;
