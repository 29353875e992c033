//! What service owners do.

mod dialogs;
mod lookup;
