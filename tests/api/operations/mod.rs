//! What an operator sees and does: numbers, health, maintenance, limits, counts.

mod browsers;
mod health;
mod lost;
mod metrics;
mod settings;
mod usage;
