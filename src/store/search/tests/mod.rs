//! Searches compared with the slow way, plans, and list items.

mod items;
mod plans;
mod property;
mod service_owner;
mod town;
