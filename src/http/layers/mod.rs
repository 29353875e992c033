//! What happens around every request: one small file each.

pub mod observe;
pub mod path;
pub mod problem;
