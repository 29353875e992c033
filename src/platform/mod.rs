//! Outgoing HTTP. Every call has deadlines and a bound on what it reads; none follows a redirect or a proxy.
//!
//! [`Platform`] calls the systems around this one and knows what each wants: token, key, deadlines, how often and how
//! much at a time. What bodies mean is the business of those who call. [`Client`] gets public documents of anybody.

mod base;
mod breaker;
mod budget;
mod client;
mod escape;
mod failed;
mod gate;
mod grant;
mod observe;
mod own_token;
mod post;
mod reach;
mod system;
#[cfg(test)]
pub(crate) mod testing;
mod transport;

pub use client::Client;
pub use escape::escape;
pub use failed::Failed;
pub use reach::{Endpoint, Look, Outcome, Reach};
pub use system::System;
pub use transport::{Call, Misconfigured, Platform};
