//! Dialogs in the hands of their service owner.

mod change;
mod create;
mod get;
mod get_for_person;
mod lifecycle;
mod patch;
mod search;
mod update;
