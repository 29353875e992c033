//! All that a request may need: built once, shared by every request, closed once.

use std::sync::Arc;

use axum::extract::FromRef;
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
    http::serve::Lifecycle,
    platform::{self, Client, Platform},
    store::Store,
};

/// A handle to everything; clones are the same.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    config: Config,
    clock: Clock,
    store: Store,
    authenticator: Arc<Authenticator>,
    authority: Authority,
    dialog_tokens: DialogTokens,
    lifecycle: Lifecycle,
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
    /// The platform.
    #[error(transparent)]
    Platform(#[from] platform::Misconfigured),
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
        let authenticator = Authenticator::open(
            &config.auth,
            &config.data_dir,
            dialog_tokens.issuer().to_owned(),
            &Client::new()?,
            clock.clone(),
        )?;
        let authority = match config.platform.mode {
            Mode::Local => Authority::Local(Local::open(config.platform_directory())?),
            Mode::Altinn => {
                let platform = Platform::open(&config.platform, &config.events, clock.clone())?;
                let cache = &config.platform.cache;
                Authority::Altinn(Altinn::open(platform, store.clone(), clock.clone(), cache))
            }
        };
        let (background, stop) = (TaskTracker::new(), CancellationToken::new());
        background.spawn(authority.clone().watch(stop.clone()));
        Ok(Self(Arc::new(Parts {
            config,
            clock,
            store,
            authenticator: Arc::new(authenticator),
            authority,
            dialog_tokens,
            lifecycle,
            background,
            stop,
        })))
    }

    /// Ends what goes on in the background, then closes the connections.
    pub async fn close(&self) {
        self.0.stop.cancel();
        self.0.background.close();
        self.0.background.wait().await;
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

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Who may do what.
    pub fn authority(&self) -> &Authority {
        &self.0.authority
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
