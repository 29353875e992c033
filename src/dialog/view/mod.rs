//! What a caller may see of a dialog: unauthorized and expired links hidden, one language per text, actors masked.

pub mod actors;
pub mod languages;
pub mod links;
pub mod seen;
