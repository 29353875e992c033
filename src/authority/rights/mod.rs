//! Whom a caller represents and what follows: what may be found, and why.
//!
//! Everything here is computed from lists that somebody else delivers, the platform or a directory.

pub mod evidence;
pub mod party;
mod represented;
pub mod resource_set;
pub mod scope;
mod subject_map;

pub use evidence::Evidence;
pub use represented::{Held, Represented};
pub use scope::Wanted;
pub use subject_map::SubjectMap;
