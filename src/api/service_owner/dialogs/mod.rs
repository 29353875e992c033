//! Dialogs in the hands of their service owner.

pub mod create;
pub mod delete;
pub mod freeze;
pub mod get;
pub mod patch;
pub mod purge;
pub mod restore;
pub mod shape;
pub mod update;

mod asked;
mod change;
mod mark;
