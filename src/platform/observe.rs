//! What became of calls, for whoever counts.

use tokio::time::Instant;

use super::{Failed, System};
use crate::telemetry::metrics;

/// One call. It is counted when it ends, also when whoever asked has gone away before that.
pub(super) struct Observed {
    system: System,
    operation: &'static str,
    began: Instant,
    pub(super) attempts: u32,
    outcome: &'static str,
}

impl Observed {
    pub(super) fn begin(system: System, operation: &'static str) -> Self {
        Self {
            system,
            operation,
            began: Instant::now(),
            attempts: 0,
            outcome: "abandoned",
        }
    }

    pub(super) fn end<T>(mut self, result: &Result<T, Failed>) {
        self.outcome = match result {
            Ok(_) => "ok",
            Err(failed) => failed.kind(),
        };
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        metrics::platform_call(self.system.name(), self.operation, self.outcome, took);
        tracing::debug!(
            system = self.system.name(),
            operation = self.operation,
            outcome = self.outcome,
            attempts = self.attempts,
            milliseconds = took.as_millis(),
            "called a system"
        );
    }
}
