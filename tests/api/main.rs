//! The server through its door: requests in, answers out, a real PostgreSQL behind. Folders mirror `src/api`.

mod authentication;
mod end_user;
mod metadata;
mod service_owner;
mod support;
mod wire_tolerance;
