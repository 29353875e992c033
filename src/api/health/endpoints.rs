//! Addresses elsewhere that the server needs.

use std::time::Instant;

use serde_json::{Value, json};

use super::report::{Entry, Status};
use crate::{
    app::App,
    platform::{Look, Outcome},
};

/// Looks at all of them.
pub(super) async fn check(app: &App) -> Entry {
    let start = Instant::now();
    let looks = app.reach().look().await;
    let found = Found::of(&looks);
    let took = start.elapsed();
    let entry = |status, text| Entry::of("Endpoints", status, took, text);
    let entry = match found.status() {
        Status::Healthy => Entry::healthy("Endpoints", took),
        Status::Degraded => entry(
            Status::Degraded,
            "An address that the server uses is slow or does not answer.",
        ),
        Status::Unhealthy => entry(
            Status::Unhealthy,
            "An address that the server cannot do without does not answer.",
        ),
    };
    let checked: Vec<Value> = looks.iter().map(document).collect();
    entry.with_data(json!({
        "checkedEndpoints": checked,
        "totalCount": looks.len(),
        "hardFailureCount": found.hard_failures,
        "softFailureCount": found.soft_failures,
        "slowCount": found.slow,
    }))
}

#[derive(Debug, Default)]
struct Found {
    hard_failures: usize,
    soft_failures: usize,
    slow: usize,
}

impl Found {
    fn of(looks: &[Look]) -> Self {
        let mut found = Self::default();
        for look in looks {
            match look.outcome {
                Outcome::Healthy => {}
                Outcome::Slow => found.slow += 1,
                Outcome::Failed if look.endpoint.is_hard => found.hard_failures += 1,
                Outcome::Failed => found.soft_failures += 1,
            }
        }
        found
    }

    fn status(&self) -> Status {
        if self.hard_failures > 0 {
            Status::Unhealthy
        } else if self.soft_failures + self.slow > 0 {
            Status::Degraded
        } else {
            Status::Healthy
        }
    }
}

fn document(look: &Look) -> Value {
    let status = match look.outcome {
        Outcome::Healthy => "Healthy",
        Outcome::Slow => "Slow",
        Outcome::Failed => "Failed",
    };
    json!({
        "name": look.endpoint.name,
        "url": look.endpoint.url,
        "hardDependency": look.endpoint.is_hard,
        "status": status,
        "durationMs": u64::try_from(look.took.as_millis()).unwrap_or(u64::MAX),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::platform::Endpoint;

    #[test]
    fn only_what_is_indispensable_makes_the_server_unhealthy() {
        let look = |is_hard, outcome| Look {
            endpoint: Endpoint {
                name: "x".into(),
                url: "http://127.0.0.1/".into(),
                is_hard,
            },
            outcome,
            took: Duration::ZERO,
        };
        for (outcome, hard, soft) in [
            (Outcome::Healthy, Status::Healthy, Status::Healthy),
            (Outcome::Slow, Status::Degraded, Status::Degraded),
            (Outcome::Failed, Status::Unhealthy, Status::Degraded),
        ] {
            assert_eq!(Found::of(&[look(true, outcome)]).status(), hard);
            assert_eq!(Found::of(&[look(false, outcome)]).status(), soft);
        }
        let slow = Found::of(&[look(true, Outcome::Slow), look(false, Outcome::Slow)]);
        assert_eq!(slow.slow, 2);
    }
}
