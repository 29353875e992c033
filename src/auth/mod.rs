//! Who is calling: a header comes in; a verified caller, or the reason why there is none, goes out.
//!
//! Nothing here knows what a caller may do beyond entering a route, and nothing here writes a response.

pub mod authenticator;
pub mod claims;
pub mod dialog_token;
pub mod identity;
pub mod issuer;
pub mod keys;
pub mod local_issuer;
#[cfg(test)]
mod mint;
pub mod policy;
pub mod scope;
pub mod signing_key;
#[cfg(test)]
mod tests;
pub mod token;

pub use authenticator::{Authenticator, Refusal};
pub use identity::Identity;
pub use policy::Policy;
