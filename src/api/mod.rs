//! What each audience can do: one operation, one file.
//!
//! A handler reads top to bottom: who calls, what they ask, load, decide, apply, answer.

pub mod documents;
pub mod end_user;
pub mod health;
pub mod metadata;
pub mod metering;
pub mod metrics;
pub mod service_owner;
pub mod start;
pub mod well_known;
pub mod wire;

mod access;
mod actors;
mod catalogue;
mod labelling;
mod lookup;
mod ownership;
mod parts;
mod refusals;
mod revision;
mod seen;
