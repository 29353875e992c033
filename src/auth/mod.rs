//! Who is calling.

pub mod claims;
pub mod identity;
pub mod scope;
