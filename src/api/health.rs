//! Whether the server is alive and ready, for orchestrators and people. Causes of failures stay in the log.

use std::time::{Duration, Instant};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Map, Value, json};

use crate::{api::wire, app::App, http::problem::Problem};

/// The process answers.
pub async fn liveness() -> Result<Response, Problem> {
    report(Instant::now(), &[Entry::healthy("self", Duration::ZERO)])
}

/// The server can take requests: the database answers and nobody asked it to stop.
pub async fn readiness(State(app): State<App>) -> Result<Response, Problem> {
    let start = Instant::now();
    let stopping = if app.is_stopping() {
        Entry::unhealthy("warmup", Duration::ZERO, "The server is stopping.")
    } else {
        Entry::healthy("warmup", Duration::ZERO)
    };
    report(start, &[postgres(&app).await, stopping])
}

/// The things that the server cannot do without.
pub async fn startup(State(app): State<App>) -> Result<Response, Problem> {
    let start = Instant::now();
    report(start, &[postgres(&app).await])
}

/// All that the server depends on.
pub async fn deep(state: State<App>) -> Result<Response, Problem> {
    startup(state).await
}

struct Entry {
    name: &'static str,
    duration: Duration,
    failure: Option<&'static str>,
}

impl Entry {
    fn healthy(name: &'static str, duration: Duration) -> Self {
        Self {
            name,
            duration,
            failure: None,
        }
    }

    fn unhealthy(name: &'static str, duration: Duration, failure: &'static str) -> Self {
        Self {
            name,
            duration,
            failure: Some(failure),
        }
    }

    fn status(&self) -> &'static str {
        if self.failure.is_some() {
            "Unhealthy"
        } else {
            "Healthy"
        }
    }

    fn document(&self) -> Value {
        let mut document = json!({
            "data": {},
            "duration": duration(self.duration),
            "status": self.status(),
            "tags": ["dependencies", "critical"],
        });
        if let Some(failure) = self.failure {
            document["description"] = failure.into();
        }
        document
    }
}

async fn postgres(app: &App) -> Entry {
    let start = Instant::now();
    match app.store().ping().await {
        Ok(()) => Entry::healthy("postgres", start.elapsed()),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            Entry::unhealthy("postgres", start.elapsed(), "The database does not answer.")
        }
    }
}

fn report(start: Instant, entries: &[Entry]) -> Result<Response, Problem> {
    let failed = entries.iter().any(|entry| entry.failure.is_some());
    let documents: Map<String, Value> = entries
        .iter()
        .map(|entry| (entry.name.to_owned(), entry.document()))
        .collect();
    let body = json!({
        "status": if failed { "Unhealthy" } else { "Healthy" },
        "totalDuration": duration(start.elapsed()),
        "entries": documents,
    });
    let headers = HeaderMap::from_iter([
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store, no-cache"),
        ),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
        (
            header::EXPIRES,
            HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"),
        ),
    ]);
    let status = if failed {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    wire::json(status, headers, &body)
}

/// Hours, minutes and seconds with seven decimals, as monitoring of this API reads it.
fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{:02}:{:02}:{:02}.{:07}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        duration.subsec_nanos() / 100
    )
}
