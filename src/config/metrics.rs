//! Where the numbers for Prometheus are told.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::secret::absent_when_empty;

/// `[metrics]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Address and port of a listener of its own that answers `GET /metrics`, for a network that only operators reach.
    /// Absent: nothing tells the numbers, but in local mode the server itself does.
    #[serde(deserialize_with = "absent_when_empty")]
    pub listen: Option<SocketAddr>,
}
