//! All that a request may need: built once, shared by every request, closed once.

mod live;
mod outbox;
mod traces;
mod usage;
mod vital;
mod warm_up;

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use axum::extract::FromRef;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    auth::{
        Authenticator, Identity, authenticator,
        dialog_token::{self, DialogTokens, Grant},
    },
    authority::{self, Altinn, Authority, Local, Permitted},
    clock::Clock,
    config::{Config, Mode},
    dialog::{Dialog, event::Announced, timestamp::Timestamp, view::actors::ActorMask},
    events::{self, Dispatcher, Sink},
    http::{rate_limit::RateLimit, serve::Lifecycle},
    jobs::{JOBS, Scheduler, Work},
    platform::{self, Client, Endpoint, Platform, Reach},
    store::Store,
    telemetry::{metrics, spans, usage::Usage},
};
use live::Live;
use vital::vital;
use warm_up::WarmUp;

pub use warm_up::Phase;

/// A handle to everything; clones are the same.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    config: Arc<Config>,
    clock: Clock,
    store: Store,
    authenticator: Arc<Authenticator>,
    authority: Authority,
    platform: Platform,
    dialog_tokens: DialogTokens,
    lifecycle: Lifecycle,
    events: watch::Receiver<events::Status>,
    dispatcher: Mutex<Option<Dispatcher>>,
    reach: Reach,
    live: Live,
    outbox: outbox::Lately,
    warm_up: WarmUp,
    usage: Usage,
    background: TaskTracker,
    stop: CancellationToken,
}

/// Why the parts do not come together.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A signing key.
    #[error(transparent)]
    DialogTokens(#[from] dialog_token::Misconfigured),
    /// The issuers of tokens.
    #[error(transparent)]
    Authenticator(#[from] authenticator::Misconfigured),
    /// The HTTP client.
    #[error("the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// The platform's addresses.
    #[error(transparent)]
    Platform(#[from] platform::Misconfigured),
    /// Where events go.
    #[error(transparent)]
    Sink(#[from] events::Unusable),
    /// The platform directory.
    #[error(transparent)]
    Authority(#[from] authority::local::Unusable),
}

impl App {
    /// Puts together what the settings ask for. Nothing is asked of the network or the database yet. Must be called
    /// within a Tokio runtime.
    pub fn open(
        config: Config,
        clock: Clock,
        store: Store,
        lifecycle: Lifecycle,
    ) -> Result<Self, Unusable> {
        let base = &config.http.public_base_uri;
        let dialog_tokens = DialogTokens::open(&config.dialog_token, &config.data_dir, base)?;
        let client = Client::new()?;
        let authenticator = Authenticator::open(
            &config.auth,
            &config.data_dir,
            dialog_tokens.issuer().to_owned(),
            &client,
            clock.clone(),
        )?;
        let platform = Platform::open(&config.platform, &config.events, clock.clone())?;
        let authority = match config.platform.mode {
            Mode::Local => Authority::Local(Local::open(config.platform_directory())?),
            Mode::Altinn => Authority::Altinn(Altinn::open(
                platform.clone(),
                store.clone(),
                clock.clone(),
                &config.platform.cache,
            )),
        };
        let sink = Sink::open(&config.events, &platform, &client)?;
        let dispatcher = Dispatcher::new(store.clone(), sink, clock.clone());
        let (background, stop) = (TaskTracker::new(), CancellationToken::new());
        let watch = authority.clone().watch(stop.clone());
        background.spawn(vital(lifecycle.clone(), "authority", watch));
        metrics::install();
        Ok(Self(Arc::new(Parts {
            reach: Reach::new(endpoints(&config), client),
            live: Live::new(&config, clock.clone()),
            outbox: outbox::Lately::default(),
            warm_up: WarmUp::default(),
            usage: Usage::default(),
            config: Arc::new(config),
            clock,
            store,
            authenticator: Arc::new(authenticator),
            authority,
            platform,
            dialog_tokens,
            lifecycle,
            events: dispatcher.status(),
            dispatcher: Mutex::new(Some(dispatcher)),
            background,
            stop,
        })))
    }

    /// Starts what goes on beside requests, for a server that stays; what a second call does is nothing. Tests do without,
    /// or one by one. Ends when it is known whether the server is in maintenance, or that this cannot be told: until
    /// then no request may be answered.
    pub async fn start(&self) {
        let Parts {
            background,
            stop,
            store,
            lifecycle,
            ..
        } = &*self.0;
        let dispatcher = self
            .0
            .dispatcher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(dispatcher) = dispatcher else { return };
        self.look_at_switch().await;
        let keep = |name, work: Pin<Box<dyn Future<Output = ()> + Send>>| {
            background.spawn(vital(lifecycle.clone(), name, work));
        };
        keep("events", Box::pin(dispatcher.run(stop.clone())));
        keep("words", Box::pin(store.clone().merge_words(stop.clone())));
        keep("fan-out", Box::pin(store.clone().fan_out(stop.clone())));
        keep(
            "replicas",
            Box::pin(store.clone().watch_replicas(stop.clone())),
        );
        if self.0.config.jobs.enabled {
            let work = Work {
                rest: self.rest(),
                ..self.work()
            };
            let scheduler = Scheduler::new(work, JOBS);
            keep("jobs", Box::pin(scheduler.run()));
        }
        keep("metrics", Box::pin(metrics::keep_sorted(stop.clone())));
        keep("maintenance", Box::pin(self.clone().watch_switch()));
        keep("costs", Box::pin(self.clone().keep_counts()));
        let collector = &self.0.config.telemetry.otlp_endpoint;
        if let Ok(to) = format!("{}/v1/traces", collector.trim_end_matches('/')).parse()
            && let Some(queue) = spans::open()
        {
            let client = self.0.reach.client().clone();
            keep(
                "traces",
                Box::pin(self.clone().post_spans(client, to, queue)),
            );
        }
    }

    /// What background jobs work with. They are to stop when this closes.
    pub fn work(&self) -> Work {
        Work::new(
            self.0.config.clone(),
            self.0.clock.clone(),
            self.0.store.clone(),
            self.0.authority.clone(),
            self.0.stop.child_token(),
        )
    }

    /// Ends what goes on in the background, then closes the connections.
    pub async fn close(&self) {
        self.0.stop.cancel();
        self.0.background.close();
        self.0.background.wait().await;
        self.0.platform.close().await;
        self.0.authenticator.close().await;
        self.0.store.close().await;
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The moment of this request.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Tells the time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// How the delivery of events is going.
    pub fn events(&self) -> watch::Receiver<events::Status> {
        self.0.events.clone()
    }

    /// Who may do what.
    pub fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// Addresses elsewhere that the server needs.
    pub fn reach(&self) -> &Reach {
        &self.0.reach
    }

    /// Signs dialog tokens.
    pub fn dialog_tokens(&self) -> &DialogTokens {
        &self.0.dialog_tokens
    }

    /// Whether the server has been asked to stop: it answers, but wants no new work.
    pub fn is_stopping(&self) -> bool {
        self.0.lifecycle.is_leaving()
    }

    /// The address under which the world knows this server, without a slash at its end.
    pub fn public_base(&self) -> &str {
        self.0.config.http.public_base_uri.trim_end_matches('/')
    }

    /// Until when events of this dialog wait: nobody hears of a dialog before its time.
    pub fn hold_until(&self, dialog: &impl Announced, now: Timestamp) -> Option<Timestamp> {
        dialog
            .topic()
            .visible_from
            .filter(|from| *from > now && self.0.config.events.hold_until_visible)
    }

    /// Proof of what `caller` may do with `dialog`, for other systems.
    pub fn dialog_token(
        &self,
        caller: &Identity,
        dialog: &Dialog,
        permitted: &Permitted,
        now: Timestamp,
    ) -> String {
        let grant = Grant {
            caller,
            party: &dialog.party,
            service_resource: &dialog.service_resource,
            dialog_id: dialog.id,
            actions: &permitted.token_actions(),
        };
        self.0
            .dialog_tokens
            .sign(&grant, crate::dialog::id::random(), now)
    }

    /// Hides identity numbers of actors from end users; the same in every replica with the same signing key.
    pub fn actor_mask(&self, now: Timestamp) -> ActorMask {
        ActorMask::new(&self.0.dialog_tokens.derived_secret("actor mask"), now)
    }
}

impl FromRef<App> for Arc<Authenticator> {
    fn from_ref(app: &App) -> Self {
        Self::clone(&app.0.authenticator)
    }
}

impl FromRef<App> for RateLimit {
    fn from_ref(app: &App) -> Self {
        app.0.live.rate_limit.clone()
    }
}

/// The list of service owners, below the address of the public files.
const ORGS: &str = "orgs/altinn-orgs.json";
/// The list of roles, below the address of the platform.
const ROLES: &str = "accessmanagement/api/v1/meta/info/roles";

/// What has to be reached: what is configured, the platform if the server lives on it, and every issuer.
fn endpoints(config: &Config) -> Vec<Endpoint> {
    let endpoint = |name: &str, url: String, is_hard| Endpoint {
        name: name.to_owned(),
        url,
        is_hard,
    };
    let configured = config.health.endpoints.iter();
    let mut found: Vec<_> = configured
        .map(|given| endpoint(&given.name, given.url.clone(), given.hard))
        .collect();
    let platform = &config.platform;
    if platform.mode == Mode::Altinn {
        let below = |base: &str, path| format!("{}/{path}", base.trim_end_matches('/'));
        found.push(endpoint(
            "Altinn CDN",
            below(&platform.cdn_base_uri, ORGS),
            false,
        ));
        found.push(endpoint(
            "Altinn Platform",
            below(&platform.base_uri, ROLES),
            true,
        ));
    }
    let issuers = config.auth.issuers.iter();
    found.extend(issuers.map(|issuer| endpoint(&issuer.name, issuer.well_known.clone(), false)));
    found
}
