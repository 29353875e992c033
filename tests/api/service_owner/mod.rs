//! What service owners do.

mod dialogs;
mod labels;
mod lookup;
mod parts;
mod system_labels;
