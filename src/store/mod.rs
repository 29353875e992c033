//! PostgreSQL.

pub mod search;
