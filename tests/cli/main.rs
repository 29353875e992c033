//! The built binary, as a user meets it.

mod commands;
mod compose;
mod events;
mod jobs;
mod large;
mod server;
mod support;
