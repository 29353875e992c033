//! What people, their systems and portals do.

mod dialogs;
mod indistinguishable;
mod label_log;
mod labels;
mod lookup;
mod masking;
mod parties;
mod parts;
mod service_resources;
