//! The built binary, as a user meets it.

mod browser;
mod commands;
mod compose;
mod durability;
mod events;
mod hostile;
mod jobs;
mod large;
mod operations;
mod seed;
mod server;
mod support;
