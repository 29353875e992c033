//! What service owners do.

mod dialogs;
mod labels;
mod system_labels;
mod lookup;
