//! The web and nothing else: what a request says, how a problem looks, what surrounds a handler.

pub mod accept;
pub mod body;
pub mod compression;
pub mod extract;
pub mod layers;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod query;
pub mod rate_limit;
pub mod serve;
