//! Formats of single texts: addresses, HTML, names of what is asked for.

pub mod attribute;
pub mod html;
pub mod uri;
