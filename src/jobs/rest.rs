//! Rest during maintenance: whoever closes the servers wants nobody to write.

use tokio::sync::watch;

/// Whether work in the background is to rest. By itself never: what somebody starts by hand may be what the maintenance
/// is for.
#[derive(Debug, Clone, Default)]
pub struct Rest(Option<watch::Receiver<bool>>);

impl Rest {
    /// While the last value sent is `true`.
    pub fn while_true(is_on: watch::Receiver<bool>) -> Self {
        Self(Some(is_on))
    }

    /// Whether it is to rest now.
    pub fn is_on(&self) -> bool {
        self.0.as_ref().is_some_and(|is_on| *is_on.borrow())
    }

    /// Waits until it need not rest.
    pub async fn is_over(&self) {
        if let Some(is_on) = &self.0 {
            // An error says that nobody can switch it on any more.
            let _ = is_on.clone().wait_for(|is_on| !is_on).await;
        }
    }
}
