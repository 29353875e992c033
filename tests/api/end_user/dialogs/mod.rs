//! Dialogs in the eyes of end users.

mod get;
mod search;
