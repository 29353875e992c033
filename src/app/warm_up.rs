//! What is done before the first request, so that it need not wait for it: connections, plans, the catalogue.

use std::time::Duration;

use tokio::sync::watch;

use super::App;

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long to rest after the first attempt that failed; twice as long after each further one, up to [`LONGEST`].
const FIRST_REST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Connections to the database are being opened.
    Connecting,
    /// What the platform knows is being read.
    Catalogue,
    /// Nothing is left to do.
    Done,
}

/// The progress, for whoever asks.
#[derive(Debug)]
pub(super) struct WarmUp(watch::Sender<Phase>);

impl Default for WarmUp {
    fn default() -> Self {
        Self(watch::Sender::new(Phase::Connecting))
    }
}

impl App {
    /// How far the warm-up has come.
    pub fn phase(&self) -> Phase {
        *self.0.warm_up.0.borrow()
    }

    /// Gets ready for requests: tries until it succeeds or the server is to stop. Requests are answered meanwhile,
    /// only slower.
    pub async fn warm_up(&self) {
        let mut rest = FIRST_REST;
        let attempts = async {
            while !matches!(
                tokio::time::timeout(PATIENCE, self.attempt()).await,
                Ok(Ok(()))
            ) {
                tracing::warn!("the database does not answer yet; the server is not ready");
                self.0.warm_up.0.send_replace(Phase::Connecting);
                tokio::time::sleep(rest).await;
                rest = LONGEST.min(rest * 2);
            }
        };
        self.0.stop.run_until_cancelled(attempts).await;
    }

    async fn attempt(&self) -> sqlx::Result<()> {
        self.store().warm_up().await?;
        self.0.warm_up.0.send_replace(Phase::Catalogue);
        // Requests that need it say so; the others are no worse off.
        if let Err(error) = self.authority().subject_map().await {
            tracing::warn!(%error, "the platform's catalogue is not there yet");
        }
        self.0.warm_up.0.send_replace(Phase::Done);
        Ok(())
    }
}
