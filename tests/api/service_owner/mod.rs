//! What service owners do.

mod dialogs;
