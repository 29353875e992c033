//! What an operator sees of a running server: logs, numbers, traces. Nothing in them tells who somebody is.

mod logs;
pub mod metrics;
mod process;
pub mod trace;

pub use logs::{Error, init};
