//! The built binary, as a user meets it.

mod commands;
mod compose;
mod jobs;
mod server;
mod support;
