//! What `/health/deep` looks at.

use serde::{Deserialize, Serialize};

/// `[health]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
    /// `[[health.endpoints]]`, besides the platform's and the issuers'.
    pub endpoints: Vec<Endpoint>,
}

/// `[[health.endpoints]]`: an address that is asked by `/health/deep`. Anybody can read it there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Endpoint {
    /// What the report calls it.
    pub name: String,
    /// The address, which must answer a GET with a status of success.
    pub url: String,
    /// Without an answer the report is `Unhealthy`, not only `Degraded`.
    pub hard: bool,
}
