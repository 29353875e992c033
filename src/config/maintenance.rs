//! Whether this server is in maintenance.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `[maintenance]`: for one server. `dialogporten maintenance on` does it for all servers of a database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Maintenance {
    /// Answer every request but those about health with 503.
    pub enabled: bool,
    /// When it is expected to end, such as `2026-03-01T08:00:00Z`; told to clients as `Retry-After`. Empty: not told.
    pub retry_at: String,
}

impl Maintenance {
    /// When it is expected to end, if that is told.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.retry_at)
            .ok()
            .map(|moment| moment.to_utc())
    }
}
