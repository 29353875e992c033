//! What happened with a dialog, in the hands of its service owner.

pub mod create;
pub mod get;
pub mod list;
pub mod move_time;
