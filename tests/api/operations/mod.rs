//! What an operator sees and does: numbers, health, maintenance, limits, counts, logs.

mod browsers;
mod health;
mod logs;
mod metrics;
mod settings;
mod usage;
