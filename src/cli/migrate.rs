//! `dialogporten migrate`: brings the schema of the database up to date.

use super::{Invocation, database::Database, say, seed};
use crate::store::bulk;

/// Bring the schema of the database up to date, and exit
///
/// Indexes that a killed `dialogporten seed` left unbuilt are built, too.
/// `serve` does this by itself unless `database.migrate = false`. Several processes may do it at once; a database
/// behind a transaction pooler needs its direct address here.
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Example:\n  dialogporten migrate --database-url postgres://user:password@host/database"
)]
pub(super) struct Arguments {}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        let database = Database::open(&config, invocation).await?;
        let outcome = migrate(&database).await;
        database.close().await?;
        outcome?;
        say("the schema is up to date");
        Ok(())
    }
}

async fn migrate(database: &Database) -> anyhow::Result<()> {
    database.migrate().await?;
    if bulk::are_indexes_aside(&database.direct).await? {
        let locks = seed::begin(&database.direct).await?;
        say("building indexes that a killed `dialogporten seed` has set aside");
        seed::restore(&database.direct).await?;
        locks.close().await;
    }
    Ok(())
}
