//! The language of the tests: a town with service owners, people and companies, and a server of its own.
//!
//! All towns share one database and none of their numbers; each has its own clock, platform directory and keys.

mod answer;
mod bodies;
mod numbers;
mod platform;
mod town;

pub use answer::Answer;
pub use bodies::*;
pub use numbers::{organization_number, person_number};
pub use platform::{Directory, Party, Policy, Resource};
pub use town::{Caller, Town};
