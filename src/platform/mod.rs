//! Outgoing HTTP. Every call has deadlines and a bound on what it reads; none follows a redirect or a proxy.

mod client;
mod reach;

pub use client::{Client, Failed};
pub use reach::{Endpoint, Look, Outcome, Reach};
