//! Who is calling: a header comes in; a verified caller, or the reason why there is none, goes out.
//!
//! Nothing here knows what a caller may do beyond entering a route, and nothing here writes a response.

pub mod claims;
pub mod dialog_token;
pub mod identity;
pub mod policy;
pub mod scope;
pub mod signing_key;
