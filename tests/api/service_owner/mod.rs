//! What service owners do.

mod activities;
mod dialogs;
mod end_user_context;
mod labels;
mod lookup;
mod notification;
mod parts;
mod system_labels;
mod transmissions;
