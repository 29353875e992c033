//! The labels that parties gave the dialogs of a service owner.

pub mod list;
pub mod search;
