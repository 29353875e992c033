//! Calls: one question to one system, one answer or the reason why there is none.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument;

use super::{
    Failed, System,
    base::Bases,
    breaker::{Admitted, Breaker},
    budget::Budget,
    client,
    gate::Gate,
    observe::Observed,
    own_token::{Held, OwnToken},
    system::Manner,
};
use crate::{
    clock::Clock,
    config::{self, Sink},
};

/// The header of the subscription key.
const KEY: &str = "Ocp-Apim-Subscription-Key";
/// How often a call is made again at most.
const RETRIES: u32 = 3;

/// The systems around this one. Clones share everything.
#[derive(Clone)]
pub struct Platform(Arc<Shared>);

struct Shared {
    http: reqwest::Client,
    bases: Bases,
    key: Option<HeaderValue>,
    token: Option<Arc<OwnToken>>,
    retry_after: Duration,
    /// In the order of [`System::ALL`].
    lines: [Line; System::ALL.len()],
}

/// All that stands between this server and one system.
struct Line {
    manner: Manner,
    gate: Gate,
    breaker: Breaker,
    budget: Budget,
}

/// A request that can be made several times.
struct Prepared<'a> {
    line: &'a Line,
    request: RequestBuilder,
    limit: usize,
    deadline: Instant,
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
    /// The key that signs requests for tokens.
    #[error("platform.maskinporten.jwk is not usable: {0}")]
    Jwk(&'static str),
    /// The subscription key.
    #[error("platform.subscription_key holds characters that no header can")]
    Key,
    /// The HTTP client.
    #[error("the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

impl Platform {
    /// Gets ready; nothing is asked of the network yet. Addresses that the settings do not use need not be there.
    pub fn open(
        config: &config::Platform,
        events: &config::Events,
        clock: Clock,
    ) -> Result<Self, Misconfigured> {
        Self::with(config, events, clock, System::manner)
    }

    fn with(
        config: &config::Platform,
        events: &config::Events,
        clock: Clock,
        manner: impl Fn(System) -> Manner,
    ) -> Result<Self, Misconfigured> {
        let http = client::builder().build()?;
        let key = match config.subscription_key.reveal() {
            "" => None,
            key => Some(header(key).ok_or(Misconfigured::Key)?),
        };
        let longest = Duration::from_secs(config.longest_call_seconds);
        let lines = System::ALL.map(|system| {
            let mut manner = manner(system);
            manner.hard = manner.hard.min(longest);
            // Nobody but Altinn can do anything with our token, or should see it.
            manner.token &= system != System::Events || events.sink == Sink::Altinn;
            Line {
                manner,
                gate: Gate::new(manner.at_once),
                breaker: Breaker::new(system.name(), clock.clone()),
                budget: Budget::new(clock.clone()),
            }
        });
        Ok(Self(Arc::new(Shared {
            bases: Bases::new(config, events)?,
            key,
            token: OwnToken::new(&config.maskinporten, http.clone(), clock, longest)?,
            http,
            retry_after: Duration::from_millis(config.retry_after_milliseconds),
            lines,
        })))
    }

    /// Asks. Every answer but a success is a failure. The deadline is the system's; the caller needs none of its own.
    pub async fn call(&self, system: System, call: Call<'_>) -> Result<Bytes, Failed> {
        let span = tracing::info_span!(
            "call",
            system = system.name(),
            operation = call.operation,
            attempts = tracing::field::Empty,
        );
        let mut observed = Observed::begin(system, call.operation);
        let result = self
            .0
            .ask(self.line(system), call, &mut observed.attempts)
            .instrument(span.clone())
            .await;
        span.record("attempts", observed.attempts);
        observed.end(&result);
        result
    }

    /// Ends what goes on in the background.
    pub async fn close(&self) {
        if let Some(token) = &self.0.token {
            token.close().await;
        }
    }

    #[cfg(test)]
    pub(super) fn own_token(&self) -> Option<&Arc<OwnToken>> {
        self.0.token.as_ref()
    }

    fn line(&self, system: System) -> &Line {
        &self.0.lines[system as usize]
    }
}

impl Shared {
    async fn ask(&self, line: &Line, call: Call<'_>, attempts: &mut u32) -> Result<Bytes, Failed> {
        let manner = &line.manner;
        let prepared = self.prepare(line, call)?;
        let deadline = prepared.deadline;
        line.budget.earn();
        let (mut last, mut retries, mut is_token_renewed) = (None, 0, false);
        let mut admitted = None;
        let result = loop {
            let token = match self.own_token(manner, deadline).await {
                Ok(token) => token,
                Err(failed) => break Err(failed),
            };
            let failed = match prepared.attempt(token.as_deref(), &mut admitted).await {
                // Why the attempt before it failed says more than why there was no other one.
                Err(failed @ (Failed::Open | Failed::Busy)) => break Err(last.unwrap_or(failed)),
                Ok(answer) => {
                    *attempts += 1;
                    break Ok(answer);
                }
                Err(failed) => failed,
            };
            *attempts += 1;
            if !is_token_renewed && self.is_token_refused(&failed, token.as_ref()) {
                is_token_renewed = true;
                last = Some(failed);
                continue;
            }
            let pause = pause(self.retry_after, retries);
            if !manner.retries
                || !failed.is_transient()
                || retries == RETRIES
                || Instant::now() + pause >= deadline
                || !line.budget.spend()
            {
                break Err(failed);
            }
            sleep(pause).await;
            retries += 1;
            last = Some(failed);
        };
        if let Some(admitted) = admitted {
            admitted.ended(result.as_ref().is_err_and(is_fault_of_system));
        }
        result
    }

    fn prepare<'a>(&self, line: &'a Line, call: Call<'_>) -> Result<Prepared<'a>, Failed> {
        let url = self.bases.url(line.manner.base, call.path)?;
        let mut request = self.http.request(call.method, url);
        if let (true, Some(key)) = (line.manner.key, &self.key) {
            request = request.header(KEY, key);
        }
        if let Some((content_type, bytes)) = call.body {
            request = request.header(CONTENT_TYPE, content_type).body(bytes);
        }
        if let Some(language) = call.accept_language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        Ok(Prepared {
            line,
            request,
            limit: call.limit,
            deadline: Instant::now() + line.manner.hard,
        })
    }

    async fn own_token(
        &self,
        manner: &Manner,
        deadline: Instant,
    ) -> Result<Option<Arc<Held>>, Failed> {
        match &self.token {
            Some(token) if manner.token => {
                let token = timeout_at(deadline, token.get()).await;
                Ok(Some(token.unwrap_or(Err(Failed::Token))?))
            }
            _ => Ok(None),
        }
    }

    fn is_token_refused(&self, failed: &Failed, token: Option<&Arc<Held>>) -> bool {
        matches!(failed, Failed::Status(StatusCode::UNAUTHORIZED))
            && matches!((&self.token, token), (Some(own), Some(held)) if own.refused(held))
    }
}

impl<'a> Prepared<'a> {
    /// One attempt. The breaker admits a call as a whole, at its first.
    async fn attempt(
        &self,
        token: Option<&Held>,
        admitted: &mut Option<Admitted<'a>>,
    ) -> Result<Bytes, Failed> {
        // Only streams cannot be sent twice; ours are bytes.
        let mut request = self.request.try_clone().ok_or(Failed::Address)?;
        if let Some(held) = token {
            request = request.header(AUTHORIZATION, &held.header);
        }
        let place = self.line.gate.enter(self.deadline).await;
        let _place = place.ok_or(Failed::Busy)?;
        match admitted {
            None => *admitted = Some(self.line.breaker.admit().ok_or(Failed::Open)?),
            Some(admitted) if admitted.may_try_again() => {}
            Some(_) => return Err(Failed::Open),
        }
        let answer = timeout_at(self.deadline, client::answer(request, self.limit)).await;
        answer.unwrap_or_else(|_| Err(Failed::late()))
    }
}

/// Whether the system is not well, rather than the call: a plain 500 may well be about what was asked.
fn is_fault_of_system(failed: &Failed) -> bool {
    match failed {
        Failed::Transport(_) => true,
        Failed::Status(status) => matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504),
        _ => false,
    }
}

/// Half to one and a half times the usual pause, so that those who failed together do not come back together.
fn pause(first: Duration, retries: u32) -> Duration {
    let chance = crate::dialog::id::random().into_bytes()[0];
    first * (1 << retries) * (128 + u32::from(chance)) / 256
}

fn header(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
