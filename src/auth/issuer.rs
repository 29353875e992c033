//! One issuer of tokens: its name and keys, found by discovery (RFC 8414) when they are first needed.
//!
//! What has been loaded once is kept until something newer replaces it, so an issuer that is away breaks nothing but
//! the first look at its keys. At most one request is on its way at a time; everybody else waits for its answer.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use chrono::Duration;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::keys::KeySet;
use crate::{
    clock::Clock,
    config::destination,
    dialog::timestamp::Timestamp,
    platform::{Client, Failed},
};

/// Longest discovery document and key set, in bytes.
const LONGEST: usize = 256 * 1024;

/// An issuer as it is configured.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// What operators call it; shows in logs.
    pub name: String,
    /// Where its discovery document is. Used as it stands: some end in a slash, some do not.
    pub well_known: Url,
    /// What must be among the `aud` of its tokens; `None` where that is not looked at.
    pub audience: Option<String>,
}

/// What an issuer says about itself.
pub struct Published {
    /// What stands in the `iss` of its tokens, letter by letter.
    pub issuer: String,
    /// Its public keys.
    pub keys: KeySet,
    loaded_at: Timestamp,
}

impl Published {
    /// What this process knows without asking anybody.
    pub fn fixed(issuer: String, keys: KeySet, now: Timestamp) -> Self {
        Self {
            issuer,
            keys,
            loaded_at: now,
        }
    }
}

/// Tasks that outlive the request that began them, and their end.
#[derive(Debug, Clone, Default)]
pub struct Background {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Background {
    /// Breaks off what is on its way and waits until it has ended.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// An issuer and what is known of it so far.
pub struct Issuer {
    published: ArcSwapOption<Published>,
    audience: Option<String>,
    discovery: Option<Discovery>,
}

struct Discovery {
    name: String,
    well_known: Url,
    client: Client,
    clock: Clock,
    background: Background,
    pace: Arc<Mutex<Pace>>,
}

/// When the next request may go out. Whoever holds the lock around it makes the request.
#[derive(Default)]
struct Pace {
    failures: u32,
    not_before: Option<Timestamp>,
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
enum NotLoaded {
    #[error("discovery: {0}")]
    Discovery(Failed),
    #[error("keys: {0}")]
    Keys(Failed),
    #[error("discovery: the address of the keys is not usable")]
    Address,
    #[error("keys: none of them verifies signatures")]
    NoKeys,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Value>,
}

impl Issuer {
    /// An issuer whose keys will be found by discovery.
    pub fn discovered(
        settings: IssuerSettings,
        client: Client,
        clock: Clock,
        background: Background,
    ) -> Self {
        Self {
            published: ArcSwapOption::empty(),
            audience: settings.audience,
            discovery: Some(Discovery {
                name: settings.name,
                well_known: settings.well_known,
                client,
                clock,
                background,
                pace: Arc::default(),
            }),
        }
    }

    /// An issuer whose keys do not change.
    pub fn fixed(published: Published) -> Self {
        Self {
            published: ArcSwapOption::from_pointee(published),
            audience: None,
            discovery: None,
        }
    }

    /// What must be among the `aud` of its tokens.
    pub fn audience(&self) -> Option<&str> {
        self.audience.as_deref()
    }

    /// What is known now. What is older than 12 h is loaded anew meanwhile.
    pub fn known(self: &Arc<Self>) -> Option<Arc<Published>> {
        let known = self.published.load_full()?;
        if let Some(discovery) = &self.discovery
            && discovery.clock.now() - Duration::hours(12) >= known.loaded_at
            && let Ok(pace) = Arc::clone(&discovery.pace).try_lock_owned()
            && pace.allows(discovery.clock.now())
        {
            // Not awaited here: what is known is good enough until the answer comes.
            drop(self.begin(pace));
        }
        Some(known)
    }

    /// What is known, after a look at the issuer if that is nothing; `None` when it does not answer.
    pub async fn load(self: &Arc<Self>) -> Option<Arc<Published>> {
        if let Some(known) = self.known() {
            return Some(known);
        }
        let discovery = self.discovery.as_ref()?;
        let pace = Arc::clone(&discovery.pace).lock_owned().await;
        if let Some(loaded) = self.published.load_full() {
            return Some(loaded);
        }
        if !pace.allows(discovery.clock.now()) {
            return None;
        }
        self.begin(pace)?.await.ok()?
    }

    /// Something newer than `known`, for a token that none of its keys fits; `None` when there is nothing newer.
    /// However many such tokens come, the issuer is asked at most once in 5 min.
    pub async fn newer_than(self: &Arc<Self>, known: &Arc<Published>) -> Option<Arc<Published>> {
        let discovery = self.discovery.as_ref()?;
        let pace = Arc::clone(&discovery.pace).lock_owned().await;
        let current = self.published.load_full()?;
        if !Arc::ptr_eq(&current, known) {
            return Some(current);
        }
        if !pace.allows(discovery.clock.now()) {
            return None;
        }
        self.begin(pace)?.await.ok()?
    }

    /// Asks the issuer in a task of its own: a caller that goes away does not break it off.
    fn begin(
        self: &Arc<Self>,
        pace: OwnedMutexGuard<Pace>,
    ) -> Option<tokio::task::JoinHandle<Option<Arc<Published>>>> {
        let background = &self.discovery.as_ref()?.background;
        let issuer = Arc::clone(self);
        let stop = background.stop.clone();
        let task = async move { stop.run_until_cancelled(issuer.ask(pace)).await.flatten() };
        Some(background.tasks.spawn(task))
    }

    async fn ask(&self, mut pace: OwnedMutexGuard<Pace>) -> Option<Arc<Published>> {
        let discovery = self.discovery.as_ref()?;
        let name = &discovery.name;
        let fetched = discovery.fetch().await;
        let now = discovery.clock.now();
        match fetched {
            Ok(published) => {
                let published = Arc::new(published);
                let before = self.published.swap(Some(Arc::clone(&published)));
                pace.succeeded(now, before.is_none());
                tracing::info!(issuer = name, "loaded the keys of an issuer of tokens");
                Some(published)
            }
            Err(error) => {
                pace.failed(now);
                let has_keys = self.published.load().is_some();
                tracing::warn!(
                    issuer = name,
                    %error,
                    has_keys,
                    "cannot load the keys of an issuer of tokens"
                );
                None
            }
        }
    }
}

impl Discovery {
    async fn fetch(&self) -> Result<Published, NotLoaded> {
        let document: Document = self
            .client
            .get_json(self.well_known.clone(), LONGEST)
            .await
            .map_err(NotLoaded::Discovery)?;
        let jwks_uri = Url::parse(&document.jwks_uri).map_err(|_| NotLoaded::Address)?;
        // A document that came safely must not lead to keys that anybody on the way can replace, or to this machine.
        let is_as_safe = jwks_uri.scheme() == "https" || self.well_known.scheme() == "http";
        if !is_as_safe
            || !destination::is_private(&jwks_uri)
            || destination::is_link_local(&jwks_uri)
        {
            return Err(NotLoaded::Address);
        }
        let jwks: Jwks = self
            .client
            .get_json(jwks_uri, LONGEST)
            .await
            .map_err(NotLoaded::Keys)?;
        let keys = KeySet::read(&jwks.keys);
        if keys.is_empty() {
            return Err(NotLoaded::NoKeys);
        }
        Ok(Published {
            issuer: document.issuer,
            keys,
            loaded_at: self.clock.now(),
        })
    }
}

impl Pace {
    fn allows(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|moment| now >= moment)
    }

    /// Keys may be replaced right after the first look, so only looks after that one keep their distance.
    fn succeeded(&mut self, now: Timestamp, is_first: bool) {
        self.failures = 0;
        self.not_before = (!is_first).then(|| now + Duration::minutes(5));
    }

    /// 1, 2, 4 … 64 s.
    fn failed(&mut self, now: Timestamp) {
        self.not_before = Some(now + Duration::seconds(1 << self.failures.min(6)));
        self.failures = self.failures.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::mint::{KEYS, Provider};

    struct Setting {
        provider: Provider,
        issuer: Arc<Issuer>,
        clock: Clock,
        background: Background,
    }

    async fn setting() -> Setting {
        let provider = Provider::start(&[&KEYS[0]]).await;
        let clock = Clock::stopped_at(Clock::system().now());
        let background = Background::default();
        let settings = IssuerSettings {
            name: "Test".to_owned(),
            well_known: provider.well_known.clone(),
            audience: None,
        };
        let client = Client::new().unwrap();
        let issuer = Issuer::discovered(settings, client, clock.clone(), background.clone());
        Setting {
            provider,
            issuer: Arc::new(issuer),
            clock,
            background,
        }
    }

    impl Setting {
        async fn refresh(&self) -> bool {
            let known = self.issuer.known().unwrap();
            self.issuer.newer_than(&known).await.is_some()
        }
    }

    #[tokio::test]
    async fn is_asked_once_by_many_and_then_not_again() {
        let s = setting().await;
        assert!(s.issuer.known().is_none());
        let held = s.provider.held().await;
        let loads = futures_util::future::join_all((0..20).map(|_| s.issuer.load()));
        let (loaded, ()) = tokio::join!(loads, async {
            s.provider.asked(1).await;
            drop(held);
        });
        assert!(loaded.iter().all(Option::is_some));
        assert!(s.issuer.load().await.is_some());
        assert_eq!(s.provider.documents(), 1);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_does_not_break_the_question_off() {
        let s = setting().await;
        let held = s.provider.held().await;
        let issuer = Arc::clone(&s.issuer);
        let caller = tokio::spawn(async move { issuer.load().await.is_some() });
        s.provider.asked(1).await;
        caller.abort();
        drop(held);
        assert!(s.issuer.load().await.is_some());
        assert_eq!(s.provider.documents(), 1);
    }

    #[tokio::test]
    async fn is_asked_again_after_longer_and_longer_pauses_until_it_answers() {
        let s = setting().await;
        s.provider.is_up(false);
        for pause in [1, 2, 4, 8, 16, 32, 64, 64] {
            let before = s.provider.documents();
            assert!(s.issuer.load().await.is_none());
            s.clock.advance(Duration::milliseconds(pause * 1_000 - 500));
            assert!(s.issuer.load().await.is_none());
            assert_eq!(s.provider.documents(), before + 1, "within {pause} s");
            s.clock.advance(Duration::milliseconds(500));
        }
        s.provider.is_up(true);
        assert!(s.issuer.load().await.is_some());
    }

    #[tokio::test]
    async fn newer_keys_are_looked_for_at_most_once_in_5_minutes() {
        let s = setting().await;
        s.issuer.load().await.unwrap();
        assert!(s.refresh().await, "the first look comes at once");
        s.clock.advance(Duration::seconds(299));
        assert!(!s.refresh().await);
        assert_eq!(s.provider.documents(), 2);
        s.clock.advance(Duration::seconds(1));
        assert!(s.refresh().await);
        assert_eq!(s.provider.documents(), 3);
    }

    #[tokio::test]
    async fn what_is_known_outlives_an_issuer_that_is_away_or_has_lost_its_keys() {
        let s = setting().await;
        let first = s.issuer.load().await.unwrap();
        s.provider.is_up(false);
        assert!(!s.refresh().await);
        s.provider.is_up(true);
        s.provider.publish(Vec::new());
        s.clock.advance(Duration::seconds(1));
        assert!(!s.refresh().await);
        assert!(Arc::ptr_eq(&s.issuer.known().unwrap(), &first));
        assert_eq!(s.provider.documents(), 3);
    }

    #[tokio::test]
    async fn what_is_12_hours_old_is_loaded_anew_while_nobody_waits() {
        let s = setting().await;
        let first = s.issuer.load().await.unwrap();
        s.clock.advance(Duration::hours(12) - Duration::minutes(1));
        assert!(Arc::ptr_eq(&s.issuer.known().unwrap(), &first));
        s.clock.advance(Duration::minutes(1));
        let held = s.provider.held().await;
        for _ in 0..10 {
            assert!(Arc::ptr_eq(&s.issuer.known().unwrap(), &first));
        }
        s.provider.asked(2).await;
        drop(held);
        s.background.tasks.close();
        s.background.tasks.wait().await;
        assert!(!Arc::ptr_eq(&s.issuer.known().unwrap(), &first));
        assert_eq!(s.provider.documents(), 2);
    }

    #[tokio::test]
    async fn closing_breaks_off_what_is_on_its_way() {
        let s = setting().await;
        let _held = s.provider.held().await;
        let (loaded, ()) = tokio::join!(s.issuer.load(), async {
            s.provider.asked(1).await;
            s.background.close().await;
        });
        assert!(loaded.is_none());
    }
}
