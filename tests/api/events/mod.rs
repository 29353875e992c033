//! Events on their way to whoever wants to hear of them: what is told, in which order, and what happens when nobody
//! listens.

mod documents;
mod failures;
mod held;
mod operations;
mod order;
mod sharing;
mod webhook;
