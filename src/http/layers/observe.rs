//! The outermost layer: gives each request its place in a trace, counts it, and writes its one line in the log.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

use crate::telemetry::{
    metrics::{self, InFlight},
    trace::TraceParent,
};

/// The log of requests has a name of its own, so that a filter can leave it out: `info,dialogporten::request=off`.
const LOG: &str = "dialogporten::request";

/// The middleware. The line names the route's template, never the path asked for: ids and queries stay out.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let _in_flight = InFlight::start();
    let trace = TraceParent::of(request.headers());
    request.extensions_mut().insert(trace.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let method = request.method().clone();

    let response = trace.clone().around(next.run(request)).await;

    let took = start.elapsed();
    let status = response.status();
    metrics::request(&method, route, status, took);
    let route = route.unwrap_or_default();
    let milliseconds = took.as_secs_f64() * 1e3;
    // Somebody asks for these every few seconds.
    if route.starts_with("/health") || route == "/metrics" {
        tracing::debug!(target: LOG, %method, route, status = status.as_u16(), milliseconds, trace = trace.trace(), "answered");
    } else {
        tracing::info!(target: LOG, %method, route, status = status.as_u16(), milliseconds, trace = trace.trace(), "answered");
    }
    response
}
