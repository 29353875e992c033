//! Writes problems with the request's path and trace, logs our own failures once, and turns panics into 500.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::path::AskedPath;
use crate::{
    http::problem::{Pending, Problem},
    telemetry::{metrics, trace::TraceParent},
};

/// The middleware. Bodies, tokens and identity numbers are never logged: only method, route and cause. A path may hold
/// anything, somebody's number too.
pub async fn write(request: Request, next: Next) -> Response {
    let trace = request.extensions().get().cloned();
    let trace = trace.unwrap_or_else(|| TraceParent::of(request.headers()));
    let path = request
        .extensions()
        .get::<AskedPath>()
        .map_or_else(|| request.uri().path().to_owned(), |asked| asked.0.clone());
    let method = metrics::method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let response = next.run(request).await;
    let Some(Pending(problem)) = response.extensions().get() else {
        return response;
    };
    match problem.as_ref() {
        Problem::Internal(cause) => {
            tracing::error!(method, route, %trace, cause = format!("{cause:#}"), "request failed");
        }
        Problem::Upstream(cause) => {
            tracing::warn!(method, route, %trace, cause, "upstream failed");
        }
        Problem::Overloaded => {
            metrics::pool_timeout();
            tracing::warn!(method, route, %trace, "no database connection was free");
        }
        _ => tracing::debug!(method, %trace, status = %problem.status(), "request refused"),
    }
    problem.render(&path, &trace.to_string())
}

/// What a panic in a handler becomes.
pub fn on_panic(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Problem::Internal(anyhow::anyhow!("panic: {text}")).into_response()
}
