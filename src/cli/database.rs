//! The database of a command: the configured one, else the embedded one.

use std::ffi::OsString;

use sqlx::postgres::PgConnectOptions;

use super::Invocation;
use crate::{
    config::Config,
    embedded::{self, Durability, Embedded},
    store::{self, RoleSettings, Store, bulk},
};

/// A database that can be connected to.
#[derive(Debug)]
pub(super) struct Database {
    /// How to connect.
    pub(super) options: PgConnectOptions,
    /// How to connect past a pooler.
    pub(super) direct: PgConnectOptions,
    embedded: Option<Embedded>,
}

impl Database {
    /// Starts the embedded database, if it is that one.
    pub(super) async fn open(config: &Config, invocation: &Invocation) -> anyhow::Result<Self> {
        if let Some(url) = &config.database.url {
            let direct = config.database.direct_url.as_ref().unwrap_or(url);
            return Ok(Self {
                options: store::connect_options(url)?,
                direct: store::connect_options(direct)?,
                embedded: None,
            });
        }
        let environment = &invocation.environment;
        let embedded = Embedded::start(&embedded::Options {
            state_dir: config.data_dir.clone(),
            // Whoever wrote a configuration file means it; local mode is for trying things out.
            durability: if config.local_mode {
                Durability::Relaxed
            } else {
                Durability::Full
            },
            binaries: config.database.postgres_directory.clone(),
            search_path: environment.get("PATH").map(OsString::from),
            cache_dir: embedded::cache_directory(environment),
            install_missing: config.local_mode,
            ends_when_unused: false,
            settings: Vec::new(),
        })
        .await?;
        Ok(Self {
            options: embedded.connect_options(),
            direct: embedded.connect_options(),
            embedded: Some(embedded),
        })
    }

    /// Brings the schema up to date.
    pub(super) async fn migrate(&self) -> anyhow::Result<()> {
        Ok(store::migrate(&self.direct).await?)
    }

    /// Demands that the schema is up to date.
    pub(super) async fn require_migrated(&self) -> anyhow::Result<()> {
        Ok(store::require_migrated(&self.direct).await?)
    }

    /// Brings the schema up to date, or demands that it is, as the settings say.
    pub(super) async fn migrate_or_require(&self, config: &Config) -> anyhow::Result<()> {
        if config.database.migrate {
            self.migrate().await
        } else {
            self.require_migrated().await
        }
    }

    /// The database with the schema that this program needs, ready for use.
    pub(super) async fn store(&self, config: &Config) -> anyhow::Result<Store> {
        self.ready(config, Store::open(config, &self.options)?)
            .await
    }

    /// The same for work in the background, by so many connections.
    pub(super) async fn store_for_work(
        &self,
        config: &Config,
        connections: u32,
    ) -> anyhow::Result<Store> {
        let store = Store::open_for_work(config, &self.options, connections)?;
        self.ready(config, store).await
    }

    async fn ready(&self, config: &Config, store: Store) -> anyhow::Result<Store> {
        self.migrate_or_require(config).await?;
        if bulk::are_indexes_aside(&self.direct).await? {
            anyhow::bail!(
                "indexes are missing: `dialogporten seed` is filling this database, or was killed when it did. Wait \
                 until it has ended; if none runs, `dialogporten migrate` builds them"
            );
        }
        match store.settle_role(config).await {
            Ok(RoleSettings::Unchanged) => {}
            Ok(RoleSettings::Set) => tracing::info!(
                "the settings of sessions are kept with the database role now; the pooler's connections have them \
                 when they are opened anew (RECONNECT)"
            ),
            Ok(RoleSettings::Reset) => tracing::info!(
                "the settings of sessions are not kept with the database role any more, as there is no pooler"
            ),
            Err(error) => tracing::warn!(
                %error,
                "the settings of sessions cannot be kept with the database role; statements may be slower than they \
                 should be"
            ),
        }
        Ok(store)
    }

    /// Waits until the database ends by itself, which it should not; only the embedded one is watched.
    pub(super) async fn ended(&mut self) -> anyhow::Error {
        match &mut self.embedded {
            Some(embedded) => {
                let log = embedded.ended().await;
                anyhow::anyhow!("the embedded database has ended; its log says:\n{log}")
            }
            None => std::future::pending().await,
        }
    }

    /// Stops the embedded database, if it is that one and nobody else uses it. Connections must be closed before.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        if let Some(embedded) = self.embedded {
            embedded.stop().await?;
        }
        Ok(())
    }
}
