//! What can change while the server runs: some settings, and the switch in the database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};

use super::App;
use crate::{
    clock::Clock,
    config::{self, Config, Limits},
    dialog::timestamp::Timestamp,
    http::{
        layers::maintenance::{Closed, Maintenance},
        rate_limit::RateLimit,
    },
    jobs::Rest,
};

/// How often each server looks at the switch in the database.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long one look may take: for the first one requests have to wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// The settings that a running server takes over.
pub(super) struct Live {
    limits: ArcSwap<Limits>,
    pub(super) rate_limit: RateLimit,
    pub(super) maintenance: Maintenance,
    by_settings: ArcSwapOption<Closed>,
    by_database: ArcSwapOption<Closed>,
    /// For work in the background.
    is_closed: watch::Sender<bool>,
    /// The last look failed.
    is_blind: AtomicBool,
}

impl Live {
    pub(super) fn new(config: &Config, clock: Clock) -> Self {
        let live = Self {
            limits: ArcSwap::from_pointee(config.limits.clone()),
            rate_limit: RateLimit::new(config.rate_limit, clock),
            maintenance: Maintenance::default(),
            by_settings: ArcSwapOption::empty(),
            by_database: ArcSwapOption::empty(),
            is_closed: watch::Sender::default(),
            is_blind: AtomicBool::new(false),
        };
        live.take_over(config);
        live
    }

    fn take_over(&self, config: &Config) {
        self.limits.store(Arc::new(config.limits.clone()));
        self.rate_limit.set(config.rate_limit);
        self.by_settings
            .store(closed(&config.maintenance).map(Arc::new));
        self.settle();
    }

    /// The operator of one server wins over the operator of all.
    fn settle(&self) {
        let settings = self.by_settings.load();
        let database = self.by_database.load();
        let closed = settings.as_deref().or(database.as_deref());
        self.maintenance.set(closed.copied());
        self.is_closed.send_replace(closed.is_some());
    }
}

fn closed(settings: &config::Maintenance) -> Option<Closed> {
    settings.enabled.then(|| Closed {
        retry_at: settings.retry_at().map(Timestamp::new),
    })
}

impl App {
    /// The limits in force.
    pub fn limits(&self) -> Arc<Limits> {
        self.0.live.limits.load_full()
    }

    /// Whether the server is in maintenance.
    pub fn maintenance(&self) -> &Maintenance {
        &self.0.live.maintenance
    }

    /// Work in the background rests while the server is in maintenance.
    pub(super) fn rest(&self) -> Rest {
        Rest::while_true(self.0.live.is_closed.subscribe())
    }

    /// Takes over what can change without a restart.
    pub fn take_over(&self, config: &Config) {
        self.0.live.take_over(config);
    }

    /// Looks at the switch in the database. While the database does not answer, all stays as it was.
    pub async fn look_at_switch(&self) {
        let live = &self.0.live;
        let looked = timeout(PATIENCE, self.store().maintenance()).await;
        let looked = looked.unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())));
        // Once per outage: the log is no place for every look.
        let was_blind = live.is_blind.swap(looked.is_err(), Ordering::Relaxed);
        match looked {
            Ok(on) => {
                let closed = on.map(|on| Closed {
                    retry_at: on.retry_at,
                });
                live.by_database.store(closed.map(Arc::new));
                live.settle();
                if was_blind {
                    tracing::info!("the switch of maintenance is read again");
                }
            }
            Err(error) if !was_blind => {
                tracing::warn!(%error, "the switch of maintenance cannot be read; it stays as it was");
            }
            Err(error) => {
                tracing::debug!(%error, "the switch of maintenance still cannot be read");
            }
        }
    }

    /// Looks at the switch now and then after the first time, until the server stops.
    pub(super) async fn watch_switch(self) {
        let mut looks = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let watch = async {
            loop {
                looks.tick().await;
                self.look_at_switch().await;
            }
        };
        self.0.stop.run_until_cancelled(watch).await;
    }
}
