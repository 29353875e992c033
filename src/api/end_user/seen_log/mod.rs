//! Who has seen a dialog, in the eyes of end users.

pub mod get;
pub mod list;
