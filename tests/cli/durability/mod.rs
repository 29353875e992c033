//! What an acknowledgement is worth: servers and databases are killed under load, and nothing that was acknowledged is
//! lost; the schema changes under load, and nobody notices. The usual run is a short form; the long one is
//! `cargo test --test cli -- --ignored durability`.

mod chance;
mod dialog;
mod kills;
mod load;
mod migrations;
mod outage;
mod process;
mod readers;
mod receiver;
mod servers;
mod standby;
mod verify;
