//! Outgoing HTTP. Every call has deadlines and a bound on what it reads; none follows a redirect or a proxy.

mod client;

pub use client::{Client, Failed};
