//! Who may do what.

pub mod answer;
pub mod attributes;
pub mod question;
pub mod registry;
pub mod rights;
pub mod subject;
pub mod target;
mod word_order;
pub mod xacml;

pub use answer::Permitted;
pub use question::Question;
pub use registry::Registry;
pub use rights::{Represented, SubjectMap};
pub use subject::Subject;
pub use target::Target;
