//! The token with which this server itself goes to the platform: a grant becomes an access token, that becomes one of
//! the platform's own.
//!
//! It is got when it is first needed, by one at a time, and again in good time before it ends. Where that fails it is
//! tried again after longer and longer pauses, however many calls wait; the old token serves as long as it is good.

use std::{sync::Arc, time};

use arc_swap::ArcSwapOption;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use reqwest::{
    Method, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::Deserialize;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Failed, client, grant::Grant, transport::Misconfigured};
use crate::{clock::Clock, config::Maskinporten, dialog::timestamp::Timestamp};

/// Longest answer with a token in it, in bytes.
const LONGEST: usize = 64 * 1024;
/// How long getting a token may take as a whole at most.
const LONGEST_WAIT: time::Duration = time::Duration::from_secs(10);
/// A token is thrown away when the platform refuses it, unless it is as new as this: then another one would not help.
const NEW: Duration = Duration::seconds(60);
/// No token is kept for longer, whatever it says.
const DAY: Duration = Duration::days(1);

/// Gets the token and keeps it.
pub(super) struct OwnToken {
    http: reqwest::Client,
    clock: Clock,
    grant: Grant,
    token_url: Url,
    exchange_url: Option<Url>,
    held: ArcSwapOption<Held>,
    pace: Arc<Mutex<Pace>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    whole: time::Duration,
}

/// A token.
pub(super) struct Held {
    /// `Bearer …`, marked so that nothing shows it.
    pub(super) header: HeaderValue,
    since: Timestamp,
    /// From then on a new one is looked for.
    ages: Timestamp,
    /// From then on it is not used.
    ends: Timestamp,
}

/// When the next attempt may be made. Whoever holds the lock around it makes the attempt.
#[derive(Default)]
struct Pace {
    failures: u32,
    not_before: Option<Timestamp>,
}

/// RFC 6749, section 5.1.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
enum NotGot {
    #[error("the grant cannot be signed")]
    Unsigned,
    #[error("the token endpoint: {0}")]
    Token(Failed),
    #[error("the exchange: {0}")]
    Exchange(Failed),
    #[error("what came is not a token")]
    Unusable,
    #[error("not in time")]
    Late,
}

impl OwnToken {
    /// `None` where the server goes without a token. Getting one takes `longest` at most.
    pub(super) fn new(
        client: &Maskinporten,
        http: reqwest::Client,
        clock: Clock,
        longest: time::Duration,
    ) -> Result<Option<Arc<Self>>, Misconfigured> {
        if client.token_url.is_empty() {
            return Ok(None);
        }
        let address = |key, text: &str| {
            let url = Url::parse(text).ok();
            url.filter(|url| matches!(url.scheme(), "http" | "https"))
                .ok_or(Misconfigured::Address(key))
        };
        let token_url = address("platform.maskinporten.token_url", &client.token_url)?;
        let exchange_url = match client.exchange_url.as_str() {
            "" => None,
            text => Some(address("platform.maskinporten.exchange_url", text)?),
        };
        let grant = Grant::new(client, &token_url).map_err(Misconfigured::Jwk)?;
        Ok(Some(Arc::new(Self {
            http,
            clock,
            grant,
            token_url,
            exchange_url,
            held: ArcSwapOption::empty(),
            pace: Arc::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            whole: longest.min(LONGEST_WAIT),
        })))
    }

    /// A token that is good now.
    pub(super) async fn get(self: &Arc<Self>) -> Result<Arc<Held>, Failed> {
        if let Some(held) = self.good() {
            if self.clock.now() >= held.ages
                && let Ok(pace) = Arc::clone(&self.pace).try_lock_owned()
                && pace.allows(self.clock.now())
            {
                drop(self.begin(pace));
            }
            return Ok(held);
        }
        let pace = Arc::clone(&self.pace).lock_owned().await;
        if let Some(held) = self.good() {
            return Ok(held);
        }
        if !pace.allows(self.clock.now()) {
            return Err(Failed::Token);
        }
        let asked = self.begin(pace).await;
        asked.ok().flatten().ok_or(Failed::Token)
    }

    /// The platform has refused this token. Whether asking again makes sense: there will be another one.
    pub(super) fn refused(&self, token: &Arc<Held>) -> bool {
        if self.clock.now() < token.since + NEW {
            return false;
        }
        self.held.compare_and_swap(token, None);
        true
    }

    /// Breaks off what is on its way.
    pub(super) async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn good(&self) -> Option<Arc<Held>> {
        let now = self.clock.now();
        self.held.load_full().filter(|held| now < held.ends)
    }

    /// Asks in a task of its own: a caller that goes away does not break it off.
    fn begin(self: &Arc<Self>, pace: OwnedMutexGuard<Pace>) -> JoinHandle<Option<Arc<Held>>> {
        let token = Arc::clone(self);
        let stop = self.stop.clone();
        let task = async move { stop.run_until_cancelled(token.ask(pace)).await.flatten() };
        self.tasks.spawn(task)
    }

    async fn ask(&self, mut pace: OwnedMutexGuard<Pace>) -> Option<Arc<Held>> {
        let asked = timeout(self.whole, self.fetch()).await;
        match asked.unwrap_or(Err(NotGot::Late)) {
            Ok(held) => {
                let held = Arc::new(held);
                self.held.store(Some(Arc::clone(&held)));
                *pace = Pace::default();
                Some(held)
            }
            Err(error) => {
                pace.failed(self.clock.now());
                let is_without = self.good().is_none();
                tracing::warn!(%error, is_without, "cannot get a token for the platform");
                None
            }
        }
    }

    async fn fetch(&self) -> Result<Held, NotGot> {
        let now = self.clock.now();
        let form = self.grant.form(now).ok_or(NotGot::Unsigned)?;
        let request = self
            .http
            .post(self.token_url.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let answer = client::answer(request, LONGEST)
            .await
            .map_err(NotGot::Token)?;
        let granted: Granted = serde_json::from_slice(&answer).map_err(|_| NotGot::Unusable)?;
        let ends = now + Duration::seconds(granted.expires_in.clamp(0, DAY.num_seconds()));
        let Some(exchange_url) = &self.exchange_url else {
            return Held::new(&granted.access_token, now, ends);
        };
        let request = self
            .http
            .request(Method::GET, exchange_url.clone())
            .header(AUTHORIZATION, bearer(&granted.access_token)?);
        let answer = client::answer(request, LONGEST)
            .await
            .map_err(NotGot::Exchange)?;
        let text = str::from_utf8(&answer).map_err(|_| NotGot::Unusable)?;
        let token = text.trim().trim_matches('"');
        Held::new(token, now, end_of(token).unwrap_or(ends))
    }
}

impl Held {
    fn new(token: &str, now: Timestamp, ends: Timestamp) -> Result<Self, NotGot> {
        let ends = ends.min(now + DAY);
        let life = ends.to_datetime() - now.to_datetime();
        if life <= Duration::zero() {
            return Err(NotGot::Unusable);
        }
        Ok(Self {
            header: bearer(token)?,
            since: now,
            ages: now + life * 3 / 4,
            // Calls take their time, and clocks differ.
            ends: ends - (life / 8).min(Duration::seconds(30)),
        })
    }
}

impl Pace {
    fn allows(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|moment| now >= moment)
    }

    /// 1, 2, 4 … 64 s.
    fn failed(&mut self, now: Timestamp) {
        self.not_before = Some(now + Duration::seconds(1 << self.failures.min(6)));
        self.failures = self.failures.saturating_add(1);
    }
}

fn bearer(token: &str) -> Result<HeaderValue, NotGot> {
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(NotGot::Unusable);
    }
    let mut header =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| NotGot::Unusable)?;
    header.set_sensitive(true);
    Ok(header)
}

/// The `exp` of a JWT. Nothing is verified: whoever we got it from can say anything.
fn end_of(token: &str) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    chrono::DateTime::from_timestamp(exp, 0).map(Timestamp::new)
}

#[cfg(test)]
mod tests;
