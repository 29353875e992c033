//! Webhooks: the same document to an address of the operator's own, signed as Standard Webhooks are.

use reqwest::{
    Url,
    header::{CONTENT_TYPE as CONTENT_TYPE_HEADER, HeaderMap, HeaderName, HeaderValue},
};

use super::{CONTENT_TYPE, Unusable};
use crate::{
    config::Events,
    dialog::{event::CloudEvent, timestamp::Timestamp},
    events::signature::Signer,
    platform::{Client, Failed},
};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Posts to one address.
pub struct Webhook {
    client: Client,
    url: Url,
    signer: Option<Signer>,
}

impl Webhook {
    pub(super) fn open(config: &Events, client: &Client) -> Result<Self, Unusable> {
        let signer = match config.webhook_key() {
            Some(key) => Some(Signer::new(&key)),
            None if config.webhook_secret.is_empty() => None,
            None => return Err(Unusable::Secret),
        };
        Ok(Self {
            client: client.clone(),
            url: Url::parse(&config.base_uri).map_err(|_| Unusable::Address)?,
            signer,
        })
    }

    pub(super) async fn post(&self, event: &CloudEvent, now: Timestamp) -> Result<(), Failed> {
        let body = serde_json::to_vec(event)?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE_HEADER, HeaderValue::from_static(CONTENT_TYPE));
        let mut set = |name, value: String| {
            // They are made of letters, digits and what base64 uses.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        set(ID, event.id.to_string());
        set(TIMESTAMP, now.seconds().to_string());
        if let Some(signer) = &self.signer {
            set(SIGNATURE, signer.sign(event.id, now.seconds(), &body));
        }
        self.client.post(self.url.clone(), headers, body).await
    }
}
