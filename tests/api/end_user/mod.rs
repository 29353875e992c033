//! What end users do.

mod lookup;
mod parties;
mod service_resources;
