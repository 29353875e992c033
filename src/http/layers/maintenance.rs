//! Maintenance: every request is told to come back later, but those that ask how the server is.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use crate::{dialog::timestamp::Timestamp, telemetry::metrics};

/// Paths that are answered all the same: an orchestrator must not take maintenance for death.
const EXEMPT: [&str; 2] = ["/health", "/metrics"];

/// The switch. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Maintenance(Arc<ArcSwapOption<Closed>>);

/// The server is in maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// When it is expected to end.
    pub retry_at: Option<Timestamp>,
}

impl Maintenance {
    /// Switches it on or off, for this process.
    pub fn set(&self, closed: Option<Closed>) {
        if self.0.load().as_deref() == closed.as_ref() {
            return;
        }
        match &closed {
            Some(Closed { retry_at: Some(at) }) => tracing::warn!(%at, "maintenance, until then"),
            Some(Closed { retry_at: None }) => tracing::warn!("maintenance"),
            None => tracing::warn!("maintenance is over"),
        }
        metrics::maintenance(closed.is_some());
        self.0.store(closed.map(Arc::new));
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        self.0.load().is_some()
    }
}

/// The middleware.
pub async fn refuse(
    State(maintenance): State<Maintenance>,
    request: Request,
    next: Next,
) -> Response {
    let closed = maintenance.0.load();
    let path = request.uri().path();
    let is_exempt = EXEMPT.iter().any(|exempt| {
        path.strip_prefix(exempt)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    match closed.as_deref() {
        Some(closed) if !is_exempt => {
            metrics::refused("maintenance");
            closed.answer()
        }
        _ => next.run(request).await,
    }
}

impl Closed {
    /// 503; what clients and gateways read is the date (RFC 9110, section 10.2.3).
    fn answer(&self) -> Response {
        let mut response = Response::new(Body::from("Service Unavailable"));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        if let Some(at) = self.retry_at
            && let Ok(date) = HeaderValue::try_from(at.http_date())
        {
            headers.insert(header::RETRY_AFTER, date);
        }
        response
    }
}
