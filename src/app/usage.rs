//! Keeps what was counted: every few seconds, in one statement.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::App;
use crate::{store::UsageRow, telemetry::usage::Usage};

const KEEP_EVERY: Duration = Duration::from_secs(5);

impl App {
    /// What has been counted and not been kept yet.
    pub fn usage(&self) -> &Usage {
        &self.0.usage
    }

    /// Adds what has been counted to the database; should that fail, it is tried again the next time.
    pub async fn keep_usage(&self) {
        let counts = self.0.usage.take();
        if counts.is_empty() {
            return;
        }
        // Without the registry it is not known yet whose resources these are.
        let Ok(registry) = self.authority().registry().await else {
            return self.0.usage.put_back(counts);
        };
        let rows: Vec<UsageRow<'_>> = counts
            .iter()
            .map(|(key, requests)| UsageRow {
                key,
                owner_org: registry
                    .resource(&key.resource)
                    .map_or("", |resource| resource.owner.as_str()),
                requests: *requests,
            })
            .collect();
        if let Err(error) = self.store().add_usage(&rows).await {
            tracing::warn!(%error, "the use of the API could not be written down; it is kept in memory");
            self.0.usage.put_back(counts);
        }
    }

    /// Keeps it again and again, and a last time when the server stops.
    pub(super) async fn keep_counts(self) {
        let mut ticks = interval(KEEP_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self
            .0
            .stop
            .run_until_cancelled(ticks.tick())
            .await
            .is_some()
        {
            self.keep_usage().await;
        }
        self.keep_usage().await;
    }
}
