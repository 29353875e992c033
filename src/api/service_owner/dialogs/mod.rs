//! Dialogs in the hands of their service owner.

pub mod create;
pub mod delete;
pub mod freeze;
pub mod get;
pub mod list;
pub mod patch;
pub mod purge;
pub mod restore;
pub mod search;
pub mod shape;
pub mod update;

mod asked;
mod change;
mod mark;
mod parameters;
