//! Settings: what an operator can say, in one structure per concern.
//!
//! Later layers win: the defaults written here, a TOML file, the environment, flags of the command line. An
//! environment variable is `DIALOGPORTEN__` and the path of the key with `__` between its parts
//! (`DIALOGPORTEN__DATABASE__URL`); `DATABASE_URL` is understood too. A key that does not exist is an error that
//! names it, wherever it stands; so are settings that contradict each other.

mod auth;
mod check;
mod costs;
mod database;
pub mod destination;
mod dialog_token;
mod environment;
mod events;
mod health;
mod http;
mod jobs;
mod keys;
mod layers;
mod limits;
mod live;
mod log;
mod maintenance;
mod metrics;
mod platform;
mod rate_limit;
mod retention;
mod secret;
mod telemetry;
#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

pub use self::{
    auth::{Auth, Issuer},
    costs::{Coefficients, Costs},
    database::Database,
    dialog_token::{DialogToken, SigningKey},
    environment::Environment,
    events::{Events, Sink},
    health::{Endpoint, Health},
    http::Http,
    jobs::Jobs,
    layers::Error,
    limits::{EndUserSearch, Limits, ServiceOwnerSearch},
    live::is_live,
    log::{Format, Log},
    maintenance::Maintenance,
    metrics::Metrics,
    platform::{Cache, Maskinporten, Mode, Platform},
    rate_limit::RateLimit,
    retention::{OrganizationRetention, Retention},
    secret::{ConnectionUrl, Secret},
    telemetry::Telemetry,
};

/// Everything that can be configured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the embedded database, generated keys and the copied platform directory live. `--data-dir`.
    pub data_dir: PathBuf,
    /// The listener and the addresses that clients see.
    pub http: Http,
    /// Which PostgreSQL, and how many connections.
    pub database: Database,
    /// Whose tokens are believed.
    pub auth: Auth,
    /// Where policies, parties, names and organisations come from.
    pub platform: Platform,
    /// The keys that sign dialog tokens.
    pub dialog_token: DialogToken,
    /// Where events go.
    pub events: Events,
    /// Work that no request waits for.
    pub jobs: Jobs,
    /// How long dialogs are kept that nobody needs any more.
    pub retention: Retention,
    /// Bounds on what one request may ask for.
    pub limits: Limits,
    /// What is logged, and how.
    pub log: Log,
    /// Where the numbers for Prometheus are told.
    pub metrics: Metrics,
    /// Where traces go.
    pub telemetry: Telemetry,
    /// What `/health/deep` looks at.
    pub health: Health,
    /// Whether this server is in maintenance.
    pub maintenance: Maintenance,
    /// How often one caller may ask.
    pub rate_limit: RateLimit,
    /// How the use of the API is weighed.
    pub costs: Costs,
    /// Neither a file nor a database was named: the server keeps a database of its own and accepts tokens of the
    /// local issuer. Not a key.
    #[serde(skip)]
    pub local_mode: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from(".dialogporten"),
            http: Http::default(),
            database: Database::default(),
            auth: Auth::default(),
            platform: Platform::default(),
            dialog_token: DialogToken::default(),
            events: Events::default(),
            jobs: Jobs::default(),
            retention: Retention::default(),
            limits: Limits::default(),
            log: Log::default(),
            metrics: Metrics::default(),
            telemetry: Telemetry::default(),
            health: Health::default(),
            maintenance: Maintenance::default(),
            rate_limit: RateLimit::default(),
            costs: Costs::default(),
            local_mode: false,
        }
    }
}

/// Settings given on the command line; they win over everything.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<SocketAddr>,
    /// `--database-url`.
    pub database_url: Option<String>,
}

impl Config {
    /// Puts the layers together and refuses what cannot work.
    pub fn load(
        file: Option<&Path>,
        environment: &Environment,
        flags: &Flags,
    ) -> Result<Self, Error> {
        let mut config = layers::merge(file, environment, flags)?;
        config.http.settle(config.http.listen);
        check::check(&config).map_err(Error::Refused)?;
        Ok(config)
    }

    /// Whether pages are served on which everybody at this machine can be anybody: in local mode, where nobody else
    /// can reach the server, and where tokens of the local issuer are believed.
    pub fn has_start_page(&self) -> bool {
        self.local_mode && self.auth.local_issuer && self.http.listen.ip().is_loopback()
    }

    /// The settings in force, one `key = value` a line in the order of the keys, secrets masked.
    pub fn effective(&self) -> String {
        layers::flatten(self)
    }

    /// The directory of the platform's data: as configured, else `platform` in the data directory.
    pub fn platform_directory(&self) -> PathBuf {
        match &self.platform.directory {
            Some(directory) => directory.clone(),
            None => self.data_dir.join("platform"),
        }
    }
}
