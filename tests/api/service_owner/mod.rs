//! What service owners do.

mod dialogs;
mod labels;
mod lookup;
mod system_labels;
