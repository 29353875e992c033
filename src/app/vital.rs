//! Work in the background that a server cannot do without.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::http::serve::Lifecycle;

/// Does the work. Should it panic, the server takes its leave: one that answers requests but, say, delivers no events
/// any more would go unnoticed, and whatever started it starts another.
pub(super) async fn vital(
    lifecycle: Lifecycle,
    name: &'static str,
    work: impl Future<Output = ()>,
) {
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        tracing::error!(
            work = name,
            "work in the background panicked; the server stops"
        );
        lifecycle.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_leaves_when_its_background_work_panics_and_stays_when_it_ends() {
        let lifecycle = Lifecycle::default();
        vital(lifecycle.clone(), "work", async {}).await;
        assert!(!lifecycle.is_leaving());
        vital(lifecycle.clone(), "work", async { panic!("a bug") }).await;
        assert!(lifecycle.is_leaving());
        lifecycle.closing().await;
    }
}
