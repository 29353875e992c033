//! The parts of a dialog: what was read becomes what can be kept, or violations.

mod action;
mod activity;
mod actor;
mod attachment;
mod content;
mod localized;
mod transmission;
mod words;

pub use action::{api_actions, gui_actions};
pub use activity::{activities, activity};
pub use actor::actor;
pub use attachment::attachments;
pub use content::{content, transmission_content};
pub use localized::localizations;
pub use transmission::{navigational_actions, transmission, transmissions};
pub use words::{search_tags, service_owner_labels};
