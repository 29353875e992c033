//! System labels in the hands of end users, who share them with everybody else who finds the dialog.

pub mod bulk_set;
pub mod set;
