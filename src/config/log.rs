//! What is logged, and how.

use serde::{Deserialize, Serialize};

/// `[log]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// A level (`error`, `warn`, `info`, `debug`, `trace`), or one per module: `info,dialogporten::store=debug`.
    /// `RUST_LOG` is understood too.
    pub filter: String,
    /// How a line looks.
    pub format: Format,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info,sqlx::postgres::notice=warn".to_owned(),
            format: Format::Auto,
        }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people on a terminal, else JSON.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}
