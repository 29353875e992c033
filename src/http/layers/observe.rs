//! The outermost layer: gives each request its place in a trace, counts it, and writes its one line in the log.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

use crate::{
    clock::Clock,
    telemetry::{
        metrics::{self, InFlight},
        spans::{self, Kind, Span},
        trace::TraceParent,
    },
};

/// The log of requests has a name of its own, so that a filter can leave it out: `info,dialogporten::request=off`.
const LOG: &str = "dialogporten::request";

/// What the watching needs.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Tells when a request was over.
    pub clock: Clock,
    /// How many of a hundred requests are traced.
    pub sample_percent: u8,
}

/// The middleware. The line names the route's template, never the path asked for: ids and queries stay out.
pub async fn observe(State(watch): State<Watch>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let _in_flight = InFlight::start();
    let mut trace = TraceParent::of(request.headers());
    if spans::are_wanted() {
        trace = trace.sampled(watch.sample_percent);
    }
    request.extensions_mut().insert(trace.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let asked = request.method().clone();
    let method = metrics::method_name(&asked);

    let response = trace.clone().around(next.run(request)).await;

    let took = start.elapsed();
    let status = response.status();
    metrics::request(&asked, route, status, took);
    let route = route.unwrap_or_default();
    // Somebody asks for these every few seconds.
    let is_routine = route.starts_with("/health") || route == "/metrics";
    if trace.is_sampled() && !is_routine {
        spans::record(Span {
            place: trace.clone(),
            name: format!("{method} {route}"),
            kind: Kind::Server,
            ended_at: watch.clock.now(),
            took,
            attributes: vec![
                ("http.request.method", method.into()),
                ("http.route", route.into()),
                ("http.response.status_code", status.as_u16().into()),
            ],
            has_failed: status.is_server_error(),
        });
    }
    let milliseconds = took.as_secs_f64() * 1e3;
    if is_routine {
        tracing::debug!(target: LOG, method, route, status = status.as_u16(), milliseconds, trace = trace.trace(), "answered");
    } else {
        tracing::info!(target: LOG, method, route, status = status.as_u16(), milliseconds, trace = trace.trace(), "answered");
    }
    response
}
