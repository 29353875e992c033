//! The matter itself: what a dialog is, what makes one valid, how it changes and what a caller may see of it.
//!
//! Nothing here does I/O, knows SQL or HTTP, or is `async`; time and randomness come in as arguments.
//! Types are named by their place: `dialog::Content` is a dialog's content.

pub mod action;
pub mod activity;
pub mod actor;
pub mod alphabet;
pub mod append;
pub mod attachment;
pub mod change;
pub mod content;
pub mod draft;
pub mod event;
mod header;
pub mod id;
pub mod instance;
pub mod label;
pub mod language;
pub mod limits;
pub mod localization;
pub mod moment;
pub mod named;
pub mod party;
pub mod patch;
pub mod preference;
pub mod reading;
pub mod resource;
pub mod search;
pub mod seen;
pub mod status;
pub mod timestamp;
pub mod transmission;
pub mod view;
pub mod violations;

mod aggregate;

pub use aggregate::Dialog;
pub use header::Header;
pub use violations::Violations;
