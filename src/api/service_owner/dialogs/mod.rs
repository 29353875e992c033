//! Dialogs in the hands of their service owner.

pub mod create;
pub mod get;
pub mod shape;
