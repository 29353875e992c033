//! The built binary, as a user meets it.

mod commands;
mod compose;
mod operations;
mod server;
mod support;
