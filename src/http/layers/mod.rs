//! What happens around every request: one small file each.

pub mod path;
pub mod problem;
