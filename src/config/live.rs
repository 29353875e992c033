//! Which settings a running server takes over, and which wait for its next start.

use figment::value::Value;

use super::{Config, keys::leaves};

/// Keys, or sections of them, that take effect without a restart.
const LIVE: [&str; 4] = ["limits.", "log.filter", "maintenance.", "rate_limit."];
/// The one limit that belongs to connections, which are opened with it.
const FIXED: [&str; 1] = ["limits.search_statement_timeout_seconds"];

/// Whether a running server takes over this key.
pub fn is_live(key: &str) -> bool {
    LIVE.iter().any(|live| key.starts_with(live)) && !FIXED.contains(&key)
}

impl Config {
    /// The keys in which `new` differs and that a running server does not take over.
    pub fn waiting_for_restart(&self, new: &Self) -> Vec<String> {
        let (mine, other) = (settings(self), settings(new));
        let keys = mine.iter().chain(&other).map(|(key, _)| key);
        let mut waiting: Vec<String> = keys
            .filter(|key| !is_live(key) && value(&mine, key) != value(&other, key))
            .cloned()
            .collect();
        waiting.sort();
        waiting.dedup();
        waiting
    }
}

/// Secrets are masked here: a new one is not noticed.
fn settings(config: &Config) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(value) = Value::serialize(config) {
        leaves(&value, "", &mut |key, value| {
            found.push((
                key.to_owned(),
                serde_json::to_string(value).unwrap_or_default(),
            ));
        });
    }
    found
}

fn value<'a>(settings: &'a [(String, String)], key: &str) -> Option<&'a str> {
    settings
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_running_server_cannot_take_over_is_named() {
        let old = Config::default();
        let mut new = old.clone();
        new.limits.end_user_search.max_party_filter_values = 7;
        new.limits.search_statement_timeout_seconds = 7;
        new.maintenance.enabled = true;
        new.rate_limit.burst = 7;
        new.log.filter = "debug".into();
        new.http.drain_seconds = 7;
        new.auth.issuers.push(super::super::Issuer::default());
        assert_eq!(
            old.waiting_for_restart(&new),
            [
                "auth.issuers.0.name",
                "auth.issuers.0.well_known",
                "http.drain_seconds",
                "limits.search_statement_timeout_seconds",
            ]
        );
        assert!(old.waiting_for_restart(&old).is_empty());
    }
}
