//! `dialogporten migrate`: brings the schema of the database up to date.

use super::{Invocation, database::Database, say};

/// Bring the schema of the database up to date, and exit
///
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
        let migrated = database.migrate().await;
        database.close().await?;
        migrated?;
        say("the schema is up to date");
        Ok(())
    }
}
