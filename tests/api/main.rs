//! The server through its door: requests in, answers out, a real PostgreSQL behind. Folders mirror `src/api`.

mod authentication;
mod authorization;
mod end_user;
mod events;
mod hostile;
mod injection;
mod jobs;
mod matrix;
mod metadata;
mod operations;
mod platform;
mod public;
mod routing;
mod service_owner;
mod start;
mod statements;
mod support;
mod wire_tolerance;
mod worlds;
