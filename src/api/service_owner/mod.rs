//! What service owners can do.

pub mod activities;
pub mod dialogs;
pub mod seen_log;
pub mod transmissions;
