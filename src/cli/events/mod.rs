//! `dialogporten events`: what waits to be delivered, what was given up, and sending that again.

mod list;
mod redrive;

use clap::Subcommand;

use super::{Invocation, database::Database};
use crate::store::Store;

/// Events on their way to those who want to hear of them, and those that were given up
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(list::Arguments),
    Redrive(redrive::Arguments),
}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        let database = Database::open(&config, invocation).await?;
        let outcome = async {
            database.require_migrated().await?;
            let store = Store::open(&config, &database.options)?;
            let outcome = match self.what {
                What::List(arguments) => arguments.run(&store).await,
                What::Redrive(arguments) => arguments.run(&store).await,
            };
            store.close().await;
            outcome
        }
        .await;
        let closed = database.close().await;
        outcome.and(closed)
    }
}
