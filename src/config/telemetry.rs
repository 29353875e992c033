//! Where traces go.

use serde::{Deserialize, Serialize};

/// `[telemetry]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// The base address of a collector that takes OTLP by HTTP in JSON, such as `http://127.0.0.1:4318`; traces are
    /// posted to `v1/traces` below it. Empty: nothing is sent. Traces of callers go on to other systems all the same.
    pub otlp_endpoint: String,
    /// How many of a hundred requests are traced, whatever their callers trace.
    pub sample_percent: u8,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            otlp_endpoint: String::new(),
            sample_percent: 5,
        }
    }
}
