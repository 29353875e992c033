//! What service owners can do.

pub mod activities;
pub mod dialogs;
pub mod end_user_context;
pub mod labels;
pub mod lookup;
pub mod notification;
pub mod seen_log;
pub mod system_labels;
pub mod transmissions;
