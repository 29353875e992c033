//! How delivery is going, for health and metrics.

use crate::dialog::timestamp::Timestamp;

/// How delivery by this process is going.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Whether it has a session with the database.
    pub is_connected: bool,
    /// How many lanes it holds; another process may hold the others.
    pub lanes: usize,
    /// Dialogs with events on their way.
    pub under_way: usize,
    /// Events delivered since the start.
    pub delivered: u64,
    /// Attempts that failed since the start.
    pub failed: u64,
    /// Events given up since the start; each is worth an alarm.
    pub given_up: u64,
    /// Since when nothing was delivered although something was tried; nothing while deliveries work.
    pub failing_since: Option<Timestamp>,
}
