//! What people, their systems and portals do.

mod dialogs;
mod indistinguishable;
mod label_log;
mod labels;
mod lookup;
mod parties;
mod parts;
mod service_resources;
