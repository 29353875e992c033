//! What anybody may know.

mod service_resources;
