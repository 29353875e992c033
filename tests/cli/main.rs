//! The built binary, as a user meets it.

mod commands;
mod compose;
mod large;
mod server;
mod support;
