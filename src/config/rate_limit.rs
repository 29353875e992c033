//! How often one caller may ask.

use serde::{Deserialize, Serialize};

/// `[rate_limit]`: for each caller and each server; who asks too often gets 429. Usually a gateway does this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimit {
    /// Requests a second that an organization or person may send on average; 0: any number.
    pub requests_per_second: u32,
    /// Requests that a caller who has been quiet may send at once.
    pub burst: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            requests_per_second: 0,
            burst: 100,
        }
    }
}
