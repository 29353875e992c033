//! What others build on, and what holds for the whole code.

mod configuration;
mod layers;
mod openapi;
mod schema;
