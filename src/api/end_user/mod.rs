//! What end users can do: people, systems that act for them, and users known by e-mail only.

pub mod activities;
pub mod dialogs;
pub mod label_log;
pub mod labels;
pub mod lookup;
pub mod parties;
pub mod seen_log;
pub mod service_resources;
pub mod transmissions;
