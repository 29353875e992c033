//! Posts spans to a collector.

use tokio::sync::mpsc::Receiver;
use url::Url;

use super::App;
use crate::{
    dialog::id,
    platform::Client,
    telemetry::{
        metrics,
        spans::{self, Span},
    },
};

/// Spans posted at once.
const BATCH: usize = 512;

impl App {
    /// Posts spans until the server stops; those that a collector does not take are lost.
    pub(super) async fn post_spans(self, client: Client, to: Url, mut queue: Receiver<Span>) {
        let instance = id::random().to_string();
        let mut batch = Vec::with_capacity(BATCH);
        let mut was_told = false;
        loop {
            let received = queue.recv_many(&mut batch, BATCH);
            if self.0.stop.run_until_cancelled(received).await.is_none() {
                return;
            }
            let posted = client
                .post_json(to.clone(), &spans::encode(&batch, &instance))
                .await;
            if let Err(error) = posted {
                metrics::spans_lost(batch.len() as u64);
                if !was_told {
                    tracing::warn!(%error, "traces are not taken");
                    was_told = true;
                }
            } else {
                was_told = false;
            }
            batch.clear();
        }
    }
}
