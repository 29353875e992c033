//! Labels in the database: the system's with their log, and the service owner's own.

mod log;
mod one;
mod service_owner;
mod system;

#[cfg(test)]
mod tests;

pub use log::LogEntry;
pub use system::{Expected, Labelling};
