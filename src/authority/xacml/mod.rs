//! The decision point: policies of XACML 3.0 as Altinn writes them.
//!
//! Text goes in, a [`Policy`] comes out or is refused; a [`Request`] goes in, a [`Decision`] comes out. Nothing here
//! reads files, asks the network or knows the time. What a policy leaves unclear is never a Permit.
//!
//! "The platform" is Altinn's own decision point. Policies are written against it, so this one answers as it does, except
//! where it is looser than the standard: there the stricter answer is given.

mod evaluate;
mod explain;
mod function;
mod grants;
mod names;
mod parse;
mod policy;
mod request;
#[cfg(test)]
mod tests;

pub use evaluate::{Decision, Evaluation};
pub use explain::{Considered, Explanation};
pub use grants::Actions;
pub use names::{ACCESS_PACKAGE, ACTION_ID, Category, DataType, ROLE_CODE};
pub use parse::Refused;
pub use policy::{Assignment, Effect, Obligation, Policy};
pub use request::Request;
