//! What service owners can do.

pub mod dialogs;
pub mod labels;
pub mod system_labels;
