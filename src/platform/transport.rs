//! Calls: one question to one system, one answer or the reason why there is none.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Method, Url,
    header::{ACCEPT_LANGUAGE, CONTENT_TYPE},
};

use super::{Failed, System, client, system::Base};
use crate::{
    clock::Clock,
    config::{self, Mode, Sink},
};

/// The systems around this one. Clones share everything.
#[derive(Clone)]
pub struct Platform(Arc<Shared>);

struct Shared {
    http: reqwest::Client,
    bases: Bases,
    key: config::Secret,
}

/// One question.
pub struct Call<'a> {
    /// What it is called in traces and metrics: a few words, the same for all calls of this kind.
    pub operation: &'static str,
    /// GET or POST.
    pub method: Method,
    /// Relative to the address of the system; may hold a query. Empty: that address itself.
    pub path: &'a str,
    /// Content type and bytes.
    pub body: Option<(&'static str, Vec<u8>)>,
    /// The language that the answer should be in.
    pub accept_language: Option<&'a str>,
    /// Longest answer that is read, in bytes.
    pub limit: usize,
}

/// Why the platform cannot be called as configured.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// An address.
    #[error("{0} must be an absolute http or https address without a query")]
    Address(&'static str),
    /// The HTTP client.
    #[error("the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

struct Bases {
    platform: Option<Url>,
    files: Option<Url>,
    events: Option<Url>,
}

impl Platform {
    /// Gets ready; nothing is asked of the network yet. Addresses that the settings do not use need not be there.
    pub fn open(
        config: &config::Platform,
        events: &config::Events,
        clock: Clock,
    ) -> Result<Self, Misconfigured> {
        let _ = clock;
        let is_altinn = config.mode == Mode::Altinn;
        let posts = matches!(events.sink, Sink::Altinn | Sink::Webhook);
        let bases = Bases {
            platform: base(is_altinn, "platform.base_uri", &config.base_uri)?,
            files: base(is_altinn, "platform.cdn_base_uri", &config.cdn_base_uri)?,
            events: base(posts, "events.base_uri", &events.base_uri)?,
        };
        Ok(Self(Arc::new(Shared {
            http: client::builder().build()?,
            bases,
            key: config.subscription_key.clone(),
        })))
    }

    /// Asks. Every answer but a success is a failure. Deadlines are the system's; the caller needs none of its own.
    pub async fn call(&self, system: System, call: Call<'_>) -> Result<Bytes, Failed> {
        let shared = &self.0;
        let manner = system.manner();
        let url = shared.bases.url(manner.base, call.path)?;
        let mut request = shared.http.request(call.method, url);
        if manner.key && !shared.key.is_empty() {
            request = request.header("Ocp-Apim-Subscription-Key", shared.key.reveal());
        }
        if let Some((content_type, bytes)) = call.body {
            request = request.header(CONTENT_TYPE, content_type).body(bytes);
        }
        if let Some(language) = call.accept_language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        tokio::time::timeout(manner.hard, client::answer(request, call.limit))
            .await
            .unwrap_or_else(|_| Err(Failed::Transport("not in time".to_owned())))
    }
}

impl System {
    /// After this long a caller who has an older answer goes on with that.
    pub fn soft_deadline(self) -> Duration {
        self.manner().soft
    }
}

impl Bases {
    fn url(&self, base: Base, path: &str) -> Result<Url, Failed> {
        let base = match base {
            Base::Platform => &self.platform,
            Base::Files => &self.files,
            Base::Events => &self.events,
        };
        let base = base.as_ref().ok_or(Failed::Address)?;
        if path.is_empty() {
            return Ok(base.clone());
        }
        let below = format!("{}/", base.as_str().trim_end_matches('/'));
        let url = Url::parse(&format!("{below}{}", path.trim_start_matches('/')));
        // Dots in a path must not lead to a neighbour.
        url.ok()
            .filter(|url| url.as_str().starts_with(&below))
            .ok_or(Failed::Address)
    }
}

fn base(is_used: bool, key: &'static str, address: &str) -> Result<Option<Url>, Misconfigured> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .filter(|url| url.query().is_none() && url.fragment().is_none());
    if url.is_none() && is_used {
        return Err(Misconfigured::Address(key));
    }
    Ok(url)
}
