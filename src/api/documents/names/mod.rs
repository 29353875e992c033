//! What shapes are called in the documents, where that is not the name of the Rust type.
//!
//! Clients generated from the public API have these names in their code, so they are kept. The tables name the names
//! of operations that are still to come as well: a row that nothing needs does nothing.

mod end_user;
mod service_owner;
mod whole;

pub use end_user::END_USER;
pub use service_owner::SERVICE_OWNER;
pub use whole::{WHOLE_ANYBODY, WHOLE_END_USER, WHOLE_SERVICE_OWNER};
