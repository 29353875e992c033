//! Numbers for Prometheus: one function for each thing that is counted, so that names and labels stand here only.
//!
//! A label has few values, all known beforehand: names written in the code, route templates, classes of status.
//! Never an id, an organization or anything a caller chose. The numbers are of the process, whatever is in it.

use std::{sync::OnceLock, time::Duration};

use axum::http::{Method, StatusCode};
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use super::process;

const REQUEST: &str = "dialogporten_http_request_duration_seconds";
const IN_FLIGHT: &str = "dialogporten_http_requests_in_flight";
const REFUSED: &str = "dialogporten_http_requests_refused_total";
const CALL: &str = "dialogporten_platform_call_duration_seconds";
const CACHE: &str = "dialogporten_cache_lookups_total";
const CONNECTIONS: &str = "dialogporten_database_connections";
const MAX_CONNECTIONS: &str = "dialogporten_database_connections_max";
const ACQUIRE: &str = "dialogporten_database_acquire_duration_seconds";
const POOL_TIMEOUTS: &str = "dialogporten_database_acquire_timeouts_total";
const EVENTS: &str = "dialogporten_outbox_events";
const EVENT_AGE: &str = "dialogporten_outbox_oldest_due_seconds";
const DELIVERY: &str = "dialogporten_event_delivery_duration_seconds";
const JOB: &str = "dialogporten_job_duration_seconds";
const JOB_SUCCESS: &str = "dialogporten_job_last_success_timestamp_seconds";
const COSTS_LOST: &str = "dialogporten_cost_records_lost_total";
const SPANS_LOST: &str = "dialogporten_trace_spans_lost_total";
const MAINTENANCE: &str = "dialogporten_maintenance";
const BUILD: &str = "dialogporten_build_info";

/// Upper bounds of the classes of durations, in seconds: dense where requests should be, then to the deadline.
const BUCKETS: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0,
];

const SORTED_EVERY: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts to count, once for the process. Until then everything here does nothing.
pub fn install() {
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
            .expect("there are buckets: the constant above has fifteen")
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("somebody else counts in this process; /metrics stays empty");
        }
        process::start();
        describe();
        gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        handle
    });
}

/// All numbers in Prometheus's text format, version 0.0.4.
pub fn render() -> String {
    let counted = RECORDER.get().map(PrometheusHandle::render);
    counted.unwrap_or_default() + &process::exposition()
}

/// Puts what was measured into its classes now and then, until `stop`: where nobody asks for the numbers, what was
/// measured would pile up.
pub async fn keep_sorted(stop: CancellationToken) {
    let mut ticks = tokio::time::interval(SORTED_EVERY);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Some(recorder) = RECORDER.get() {
            recorder.run_upkeep();
        }
    }
}

/// A request was answered, up to the first byte of the body. `route` is the template, or nothing for paths that are
/// no route.
pub fn request(method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
    let class = match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    let route = route.unwrap_or("none").to_owned();
    histogram!(REQUEST, "method" => method_name(method), "route" => route, "status" => class)
        .record(took.as_secs_f64());
}

/// A method by its name; those that this API never has are one, for a client can make up many and long ones.
pub fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A request on its way, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct InFlight(());

impl InFlight {
    /// A request has come.
    pub fn start() -> Self {
        gauge!(IN_FLIGHT).increment(1.0);
        Self(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1.0);
    }
}

/// A request or connection was turned away before it was looked at: `maintenance`, `rate`, `connections`.
pub fn refused(reason: &'static str) {
    counter!(REFUSED, "reason" => reason).increment(1);
}

/// A call to another system has ended. All three names are written in the code; `outcome` is `ok`, or what went wrong.
pub fn platform_call(
    system: &'static str,
    operation: &'static str,
    outcome: &'static str,
    took: Duration,
) {
    histogram!(CALL, "system" => system, "operation" => operation, "outcome" => outcome)
        .record(took.as_secs_f64());
}

/// What a cache had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// The answer, fresh.
    Hit,
    /// Nothing.
    Miss,
    /// An answer past its time, which was used because there was no better one.
    Stale,
}

/// A cache was asked.
pub fn cache(cache: &'static str, lookup: Lookup) {
    let outcome = match lookup {
        Lookup::Hit => "hit",
        Lookup::Miss => "miss",
        Lookup::Stale => "stale",
    };
    counter!(CACHE, "cache" => cache, "outcome" => outcome).increment(1);
}

/// How a pool of connections is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// What it is for.
    pub name: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// Connections that may be open.
    pub max: u32,
}

/// Tells how a pool is.
pub fn pool(pool: Pool) {
    let used = pool.open.saturating_sub(pool.idle);
    gauge!(CONNECTIONS, "pool" => pool.name, "state" => "idle").set(pool.idle);
    gauge!(CONNECTIONS, "pool" => pool.name, "state" => "used").set(used);
    gauge!(MAX_CONNECTIONS, "pool" => pool.name).set(pool.max);
}

/// Somebody waited this long for a connection.
pub fn acquire(pool: &'static str, waited: Duration) {
    histogram!(ACQUIRE, "pool" => pool).record(waited.as_secs_f64());
}

/// A request got no connection in time.
pub fn pool_timeout() {
    counter!(POOL_TIMEOUTS).increment(1);
}

/// What waits in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Events that should have been delivered by now.
    pub due: u64,
    /// Events that wait for their time.
    pub held: u64,
    /// Events that were given up.
    pub dead: u64,
    /// How long the first of the due ones has waited.
    pub oldest_due: Duration,
}

/// Tells what waits in the outbox.
pub fn backlog(backlog: Backlog) {
    for (state, count) in [
        ("due", backlog.due),
        ("held", backlog.held),
        ("dead", backlog.dead),
    ] {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 events")]
        gauge!(EVENTS, "state" => state).set(count as f64);
    }
    gauge!(EVENT_AGE).set(backlog.oldest_due.as_secs_f64());
}

/// An event was posted, or not. `outcome` is `ok`, or what went wrong.
pub fn event_delivery(sink: &'static str, outcome: &'static str, took: Duration) {
    histogram!(DELIVERY, "sink" => sink, "outcome" => outcome).record(took.as_secs_f64());
}

/// A job has ended. `at` is in seconds since 1970.
pub fn job(name: &'static str, succeeded: bool, took: Duration, at: i64) {
    let outcome = if succeeded { "ok" } else { "failed" };
    histogram!(JOB, "job" => name, "outcome" => outcome).record(took.as_secs_f64());
    if succeeded {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 seconds")]
        gauge!(JOB_SUCCESS, "job" => name).set(at as f64);
    }
}

/// Records of what requests cost that could not be kept.
pub fn costs_lost(records: u64) {
    counter!(COSTS_LOST).increment(records);
}

/// Spans that no collector took.
pub fn spans_lost(spans: u64) {
    counter!(SPANS_LOST).increment(spans);
}

/// Whether the server is in maintenance.
pub fn maintenance(is_on: bool) {
    gauge!(MAINTENANCE).set(f64::from(u8::from(is_on)));
}

fn describe() {
    for (name, text) in [
        (
            REQUEST,
            "Time until an answer begins, by route template, method and class of status.",
        ),
        (
            CALL,
            "Time of calls to other systems, by system, operation and outcome.",
        ),
        (
            ACQUIRE,
            "Time that a request for one connection took, measured once each time the numbers are read.",
        ),
        (
            DELIVERY,
            "Time of deliveries of events, by sink and outcome.",
        ),
        (JOB, "Time of background jobs, by job and outcome."),
    ] {
        describe_histogram!(name, Unit::Seconds, text);
    }
    for (name, text) in [
        (IN_FLIGHT, "Requests on their way."),
        (
            CONNECTIONS,
            "Open connections to the database, by pool and state.",
        ),
        (MAX_CONNECTIONS, "Connections that a pool may open."),
        (
            EVENTS,
            "Events in the outbox: due, held back until their time, or given up.",
        ),
        (EVENT_AGE, "How long the first due event has waited."),
        (
            JOB_SUCCESS,
            "When a job last succeeded, in seconds since 1970.",
        ),
        (MAINTENANCE, "1 while the server is in maintenance."),
        (BUILD, "1, with the version of the server."),
    ] {
        describe_gauge!(name, text);
    }
    for (name, text) in [
        (
            REFUSED,
            "Requests turned away before they were looked at, by reason.",
        ),
        (CACHE, "Lookups in caches, by cache and outcome."),
        (
            POOL_TIMEOUTS,
            "Requests that got no connection to the database in time.",
        ),
        (SPANS_LOST, "Spans of traces that no collector took."),
        (
            COSTS_LOST,
            "Records of the use of the API that could not be kept.",
        ),
    ] {
        describe_counter!(name, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told_with_bounded_labels() {
        install();
        install();
        request(
            &Method::from_bytes(b"FROB").unwrap(),
            Some("/of/this/test/{id}"),
            StatusCode::NOT_FOUND,
            Duration::from_millis(30),
        );
        cache("of this test", Lookup::Stale);
        pool(Pool {
            name: "of this test",
            open: 5,
            idle: 2,
            max: 8,
        });
        job("of this test", true, Duration::from_secs(1), 1_700_000_000);
        let told = render();
        for line in [
            "dialogporten_build_info{version=\"",
            "dialogporten_http_request_duration_seconds_bucket{method=\"other\",route=\"/of/this/test/{id}\",status=\"4xx\",le=\"0.05\"} 1\n",
            "dialogporten_http_request_duration_seconds_bucket{method=\"other\",route=\"/of/this/test/{id}\",status=\"4xx\",le=\"0.025\"} 0\n",
            "dialogporten_cache_lookups_total{cache=\"of this test\",outcome=\"stale\"} 1\n",
            "dialogporten_database_connections{pool=\"of this test\",state=\"used\"} 3\n",
            "dialogporten_job_last_success_timestamp_seconds{job=\"of this test\"} 1700000000\n",
            "# TYPE dialogporten_http_request_duration_seconds histogram\n",
            "process_cpu_seconds_total ",
        ] {
            assert!(told.contains(line), "{line} in\n{told}");
        }
    }
}
