//! What was sent within a dialog, in the hands of its service owner.

pub mod create;
pub mod get;
pub mod list;
pub mod replace;
