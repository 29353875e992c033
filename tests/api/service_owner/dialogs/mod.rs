//! Dialogs in the hands of their service owner.

mod create;
