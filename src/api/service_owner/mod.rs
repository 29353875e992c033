//! What service owners can do.

pub mod dialogs;
