//! What an operator sees and does: numbers, health, maintenance, costs.

mod metrics;
