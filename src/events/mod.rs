//! Carries events out of the database to whoever wants to hear of them.
//!
//! Each change stores its events in the same transaction, so that there is an event if and only if there was the change.
//! A [`Dispatcher`] delivers them afterwards: each at least once, those of one dialog one after the other in their order,
//! those of different dialogs side by side. Several processes share the work; see [`crate::store::outbox::Session`].

mod backoff;
mod delivery;
mod dispatcher;
mod outage;
mod signature;
mod sink;
mod status;

pub use self::{
    dispatcher::Dispatcher,
    sink::{Sink, Unusable},
    status::Status,
};
