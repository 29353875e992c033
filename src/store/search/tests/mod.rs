//! Searches compared with the slow way, plans, and list items.

mod property;
mod town;
