//! What happens around every request: one small file each.

pub mod maintenance;
pub mod observe;
pub mod path;
pub mod private;
pub mod problem;
pub mod protection;
