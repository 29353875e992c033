//! Where events go.

use serde::{Deserialize, Serialize};

/// `[events]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// What becomes of an event.
    pub sink: Sink,
    /// `altinn`: events are posted to `{base_uri}events/api/v1/events`. `webhook`: to this address.
    pub base_uri: String,
    /// Events of a dialog that end users cannot see yet wait until they can.
    pub hold_until_visible: bool,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sink: Sink::Log,
            base_uri: String::new(),
            hold_until_visible: true,
        }
    }
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sink {
    /// Nothing.
    None,
    /// A line in the log: when, and of what type.
    Log,
    /// It is posted to Altinn Events.
    Altinn,
    /// It is posted to an address of one's own.
    Webhook,
}
