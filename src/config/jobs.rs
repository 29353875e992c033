//! Work that no request waits for.

use serde::{Deserialize, Serialize};

/// `[jobs]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    /// Whether this process may run jobs by the clock. One of the processes that may does; `dialogporten job` works
    /// either way.
    pub enabled: bool,
    /// Hours between clean-ups of pairs without dialogs; 0 never.
    pub pairs_interval_hours: u32,
    /// `platform.mode = "altinn"`: seconds between fetches of what roles and access packages open; 0 never.
    pub subjects_interval_seconds: u32,
    /// `platform.mode = "altinn"`: hours between readings of the levels that policies ask for; 0 never.
    pub levels_interval_hours: u32,
    /// Seconds between looks at events that could not be delivered; 0 never.
    pub dead_letter_alarm_interval_seconds: u32,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            enabled: true,
            pairs_interval_hours: 7 * 24,
            subjects_interval_seconds: 300,
            levels_interval_hours: 1,
            dead_letter_alarm_interval_seconds: 300,
        }
    }
}
