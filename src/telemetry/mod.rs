//! What an operator sees of a running server: logs, numbers, traces. Nothing in them tells who somebody is.

mod logs;
pub mod metrics;
mod process;
pub mod spans;
pub mod trace;
pub mod usage;

pub use logs::{Error, init, set_filter};
