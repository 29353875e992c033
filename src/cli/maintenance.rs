//! `dialogporten maintenance`: the switch that all servers of a database look at.

use anyhow::Context;
use chrono::DateTime;

use super::{Invocation, database::Database, say};
use crate::{clock::Clock, dialog::timestamp::Timestamp, store::Store};

/// Put all servers of the database into maintenance, or end it
///
/// Servers notice within five seconds. While it is on they answer every request with 503, but those about health.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten maintenance on --retry-at 2026-03-01T08:00:00Z\n  dialogporten maintenance off"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Begin, or change when it is expected to end
    #[command(
        after_help = "Example:\n  dialogporten maintenance on --retry-at 2026-03-01T08:00:00Z"
    )]
    On {
        /// When it is expected to end (RFC 3339); clients are told
        #[arg(long, value_name = "TIME", value_parser = moment)]
        retry_at: Option<Timestamp>,
    },
    /// End
    #[command(after_help = "Example:\n  dialogporten maintenance off")]
    Off,
    /// Tell whether it is on
    #[command(after_help = "Example:\n  dialogporten maintenance status")]
    Status,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| Timestamp::new(moment.to_utc()))
        .map_err(|_| "a time looks like 2026-03-01T08:00:00Z".to_owned())
}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        let database = Database::open(&config, invocation).await?;
        let store = Store::open(&config, &database.options)?;
        let outcome = self.switch(&store).await;
        store.close().await;
        outcome.and(database.close().await)
    }

    async fn switch(self, store: &Store) -> anyhow::Result<()> {
        let failed = "the switch in the database cannot be reached";
        match self.action {
            Action::On { retry_at } => {
                let now = Clock::system().now();
                store
                    .begin_maintenance(now, retry_at)
                    .await
                    .context(failed)?;
                say("maintenance is on; servers notice within five seconds");
            }
            Action::Off => {
                let was_on = store.end_maintenance().await.context(failed)?;
                say(if was_on {
                    "maintenance is over; servers notice within five seconds"
                } else {
                    "maintenance was not on"
                });
            }
            Action::Status => match store.maintenance().await.context(failed)? {
                None => say("off"),
                Some(on) => {
                    let until = on.retry_at.map(|at| format!(", until {at}"));
                    say(format!(
                        "on since {}{}",
                        on.since,
                        until.unwrap_or_default()
                    ));
                }
            },
        }
        Ok(())
    }
}
