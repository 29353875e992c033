//! Where events go.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use super::Secret;

/// What secrets of webhooks start with, so that they are recognized where they lie about.
const SECRET_PREFIX: &str = "whsec_";

/// `[events]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// What becomes of an event.
    pub sink: Sink,
    /// `altinn`: events are posted to `{base_uri}events/api/v1/events`. `webhook`: to this address.
    pub base_uri: String,
    /// `webhook`: what events are signed with, `whsec_` and 24 to 64 bytes in base64. Empty: they are not signed.
    pub webhook_secret: Secret,
    /// Events of a dialog that end users cannot see yet wait until they can.
    pub hold_until_visible: bool,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sink: Sink::Log,
            base_uri: String::new(),
            webhook_secret: Secret::default(),
            hold_until_visible: true,
        }
    }
}

impl Events {
    /// The key that events are signed with, if there is one that can be used.
    pub fn webhook_key(&self) -> Option<Vec<u8>> {
        let text = self.webhook_secret.reveal().strip_prefix(SECRET_PREFIX)?;
        let key = BASE64_STANDARD.decode(text).ok()?;
        (24..=64).contains(&key.len()).then_some(key)
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
