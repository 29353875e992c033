//! Altinn Events: one request per event.

use reqwest::Method;

use super::CONTENT_TYPE;
use crate::{
    dialog::event::CloudEvent,
    platform::{Call, Failed, Platform, System},
};

/// Nobody reads the answers; they are bounded all the same.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Posts to Altinn Events, with a token where one is configured.
pub struct Altinn {
    platform: Platform,
}

impl Altinn {
    pub(super) fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
        }
    }

    pub(super) async fn post(&self, event: &CloudEvent) -> Result<(), Failed> {
        let call = Call {
            operation: "publish event",
            method: Method::POST,
            path: "events/api/v1/events",
            body: Some((CONTENT_TYPE, serde_json::to_vec(event)?)),
            accept_language: None,
            limit: LONGEST_ANSWER,
        };
        match self.platform.call(System::Events, call).await {
            // The status said that it was taken.
            Ok(_) | Err(Failed::TooLong(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }
}
