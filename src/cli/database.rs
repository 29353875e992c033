//! The database of a command: the configured one, else the embedded one.

use std::ffi::OsString;

use sqlx::postgres::PgConnectOptions;

use super::Invocation;
use crate::{
    config::Config,
    embedded::{self, Durability, Embedded},
    store,
};

/// A database that can be connected to.
#[derive(Debug)]
pub(super) struct Database {
    /// How to connect.
    pub(super) options: PgConnectOptions,
    embedded: Option<Embedded>,
}

impl Database {
    /// Starts the embedded database, if it is that one.
    pub(super) async fn open(config: &Config, invocation: &Invocation) -> anyhow::Result<Self> {
        if let Some(url) = &config.database.url {
            return Ok(Self {
                options: store::connect_options(url)?,
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
            embedded: Some(embedded),
        })
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
