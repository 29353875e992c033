//! Where events go.

mod altinn;
mod webhook;

use self::{altinn::Altinn, webhook::Webhook};
use crate::{
    config::{self, Events},
    dialog::{event::CloudEvent, timestamp::Timestamp},
    platform::{Client, Failed, Platform},
};

/// The content type of an event in JSON (CloudEvents 1.0, JSON format).
const CONTENT_TYPE: &str = "application/cloudevents+json";

/// What becomes of events.
pub enum Sink {
    /// Nothing: they are dropped.
    None,
    /// A line in the log.
    Log,
    /// They are posted to Altinn Events.
    Altinn(Altinn),
    /// They are posted to an address of the operator's own.
    Webhook(Box<Webhook>),
}

/// Why events cannot go where the settings say.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No address.
    #[error("events.base_uri must be an absolute http or https address")]
    Address,
    /// Another secret than it has to be. It is not shown.
    #[error("events.webhook_secret must be whsec_ and 24 to 64 bytes in base64")]
    Secret,
}

impl Sink {
    /// What the settings ask for.
    pub fn open(config: &Events, platform: &Platform, client: &Client) -> Result<Self, Unusable> {
        Ok(match config.sink {
            config::Sink::None => Self::None,
            config::Sink::Log => Self::Log,
            config::Sink::Altinn => Self::Altinn(Altinn::new(platform)),
            config::Sink::Webhook => Self::Webhook(Box::new(Webhook::open(config, client)?)),
        })
    }

    /// Delivers an event, or says why not.
    pub(super) async fn deliver(&self, event: &CloudEvent, now: Timestamp) -> Result<(), Failed> {
        match self {
            Self::None => Ok(()),
            Self::Log => {
                tracing::info!(time = %event.time, r#type = event.kind, "event published");
                Ok(())
            }
            Self::Altinn(altinn) => altinn.post(event).await,
            Self::Webhook(webhook) => webhook.post(event, now).await,
        }
    }
}
