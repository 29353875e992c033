//! What anybody may know about this server.

pub mod limits;
pub mod service_resources;
