//! The language of the tests: a town with service owners, people and companies, and a server of its own.
//!
//! All towns share one database and none of their numbers; each has its own clock, platform directory and keys.

mod altinn;
mod answer;
mod bodies;
mod builder;
mod caller;
mod directory;
mod event_sink;
mod numbers;
mod policy;
mod proxy;
mod routes;
mod token;
mod town;

pub use altinn::{Altinn, Fault, SECRETS};
pub use answer::Answer;
pub use bodies::*;
pub(crate) use builder::in_both_worlds;
pub use builder::{Builder, on_the_platform};
pub use caller::{Caller, FOUND, OWNED};
pub use directory::{Directory, Party, Resource};
pub use event_sink::{Delivery, EventSink, Reply};
pub use numbers::{organization_number, person_number};
pub use policy::Policy;
pub use proxy::Proxy;
pub use routes::{routes, routes_of_end_users, routes_of_owners, routes_with_scopes};
pub use token::{Key, Token, verifies};
pub use town::Town;
