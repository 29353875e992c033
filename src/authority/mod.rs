//! Who may do what.

pub mod xacml;
