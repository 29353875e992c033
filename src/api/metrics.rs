//! `GET /metrics`: the numbers of this process for Prometheus, with those that are measured only when asked for.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    app::App,
    telemetry::metrics::{self, Backlog},
};

/// How long a reader waits for what has to be measured; without it the other numbers are told all the same.
const PATIENCE: Duration = Duration::from_secs(2);

/// A server of nothing but the numbers, for a listener of their own.
pub fn routes() -> Router<App> {
    Router::new().route("/metrics", get(tell))
}

async fn tell(State(app): State<App>) -> Response {
    let measured = tokio::time::timeout(PATIENCE, measure(&app)).await;
    if measured.is_err() {
        tracing::debug!("the database was too slow to be measured");
    }
    let text_format = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (text_format, metrics::render()).into_response()
}

async fn measure(app: &App) {
    for pool in app.store().pools() {
        metrics::pool(pool);
    }
    if let Some(waited) = app.store().time_to_acquire().await {
        metrics::acquire("request", waited);
    }
    let now = app.now();
    if let Some(lag) = app.outbox_lag().await {
        metrics::backlog(Backlog {
            due: lag.waiting.unsigned_abs(),
            held: lag.held.unsigned_abs(),
            dead: lag.dead.unsigned_abs(),
            oldest_due: lag.waited(now),
        });
    }
}
