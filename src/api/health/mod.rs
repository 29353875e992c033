//! Whether the server is alive and ready, for orchestrators and people. Causes of failures stay in the log.

mod endpoints;
mod report;

use std::time::{Duration, Instant};

use axum::{extract::State, response::Response};

use crate::{
    app::{App, Phase},
    http::problem::Problem,
};
use report::{Entry, Report, Status};

/// When the first due event has waited longer than this, deliveries fail.
const LATE: Duration = Duration::from_mins(5);

/// The process answers.
pub async fn liveness() -> Result<Response, Problem> {
    Report::begin()
        .with(Entry::healthy("self", Duration::ZERO))
        .answer()
}

/// The server can take requests: the database answers, the warm-up is done and nobody asked it to stop. Maintenance
/// is told but does not count: requests are to be answered, with 503.
pub async fn readiness(State(app): State<App>) -> Result<Response, Problem> {
    let mut report = Report::begin()
        .with(postgres(&app).await)
        .with(warm_up(&app));
    if app.maintenance().is_on() {
        report = report.with(Entry::of(
            "maintenance",
            Status::Degraded,
            Duration::ZERO,
            "The server is in maintenance.",
        ));
    }
    report.answer()
}

/// The things that the server works with.
pub async fn startup(State(app): State<App>) -> Result<Response, Problem> {
    dependencies(&app).await.answer()
}

/// All that the server depends on, and addresses elsewhere.
pub async fn deep(State(app): State<App>) -> Result<Response, Problem> {
    let (report, endpoints) = tokio::join!(dependencies(&app), endpoints::check(&app));
    report.with(endpoints).answer()
}

async fn dependencies(app: &App) -> Report {
    let report = Report::begin();
    let (postgres, outbox) = tokio::join!(postgres(app), outbox(app));
    report.with(postgres).with(outbox)
}

async fn postgres(app: &App) -> Entry {
    let start = Instant::now();
    match app.store().ping().await {
        Ok(()) => Entry::healthy("postgres", start.elapsed()).critical(),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            Entry::of(
                "postgres",
                Status::Unhealthy,
                start.elapsed(),
                "The database does not answer.",
            )
            .critical()
        }
    }
}

fn warm_up(app: &App) -> Entry {
    let unready = |reason| Entry::of("warmup", Status::Unhealthy, Duration::ZERO, reason);
    let entry = match app.phase() {
        _ if app.is_stopping() => unready("The server is stopping."),
        Phase::Connecting => unready("Connections to the database are being opened."),
        Phase::Catalogue => unready("What the platform knows is being read."),
        Phase::Done => Entry::healthy("warmup", Duration::ZERO),
    };
    entry.critical()
}

/// Events that are not delivered wait and lose nothing: never worse than degraded.
async fn outbox(app: &App) -> Entry {
    let (start, now) = (Instant::now(), app.now());
    let degraded = |reason| Entry::of("outbox", Status::Degraded, start.elapsed(), reason);
    match app.outbox_lag().await {
        Some(lag) if lag.waited(now) <= LATE => Entry::healthy("outbox", start.elapsed()),
        Some(_) => degraded("Events have been waiting for delivery for more than five minutes."),
        None => degraded("It is not known how many events wait for delivery."),
    }
}
