//! How far the delivery of events is behind, for whoever watches the server.

use std::sync::Arc;

use moka::future::Cache;

use super::App;
use crate::store::outbox::Lag;

/// How many seconds of the clock share one look: anybody may ask, and the database is not to suffer from it.
const KEPT_SECONDS: i64 = 2;

/// What was found lately, by the stretch of time in which it was; `None` where the outbox could not be read.
#[derive(Debug)]
pub(super) struct Lately(Cache<i64, Option<Arc<Lag>>>);

impl Default for Lately {
    fn default() -> Self {
        Self(Cache::new(1))
    }
}

impl App {
    /// How far delivery is behind, now or a moment ago; those who ask at the same time wait for one look. `None` if
    /// it cannot be told.
    pub async fn outbox_lag(&self) -> Option<Arc<Lag>> {
        let now = self.now();
        let look = async {
            let lag = self.store().outbox_lag(now).await;
            lag.inspect_err(|error| tracing::warn!(%error, "the outbox cannot be read"))
                .ok()
                .map(Arc::new)
        };
        let stretch = now.seconds().div_euclid(KEPT_SECONDS);
        self.0.outbox.0.get_with(stretch, look).await
    }
}
