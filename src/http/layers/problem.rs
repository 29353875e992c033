//! Writes problems with the request's path and trace, logs our own failures once, and turns panics into 500.

use axum::{
    extract::Request,
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::path::AskedPath;
use crate::http::problem::{Pending, Problem};

/// The middleware. Bodies, tokens and identity numbers are never logged: only method, path and cause.
pub async fn write(request: Request, next: Next) -> Response {
    let trace = trace_parent(request.headers());
    let path = request
        .extensions()
        .get::<AskedPath>()
        .map_or_else(|| request.uri().path().to_owned(), |asked| asked.0.clone());
    let method = request.method().clone();
    let response = next.run(request).await;
    let Some(Pending(problem)) = response.extensions().get() else {
        return response;
    };
    match problem.as_ref() {
        Problem::Internal(cause) => {
            tracing::error!(%method, path, trace, cause = format!("{cause:#}"), "request failed");
        }
        Problem::Upstream(cause) => tracing::warn!(%method, path, trace, cause, "upstream failed"),
        Problem::Overloaded => {
            tracing::warn!(%method, path, trace, "no database connection was free");
        }
        _ => tracing::debug!(%method, path, trace, status = %problem.status(), "request refused"),
    }
    problem.render(&path, &trace)
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

/// The trace parent of this request (W3C Trace Context, section 3.2): the caller's trace where there is one.
fn trace_parent(headers: &HeaderMap) -> String {
    let span = &crate::dialog::id::random().simple().to_string()[..16];
    let (trace, flags) = headers
        .get("traceparent")
        .and_then(|value| value.to_str().ok())
        .and_then(parse_trace_parent)
        .unwrap_or_else(|| {
            (
                crate::dialog::id::random().simple().to_string(),
                "00".to_owned(),
            )
        });
    format!("00-{trace}-{span}-{flags}")
}

fn parse_trace_parent(text: &str) -> Option<(String, String)> {
    let mut parts = text.trim().split('-');
    let hex = |part: &str, length| {
        part.len() == length
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let valid = hex(version, 2)
        && version != "ff"
        && hex(trace, 32)
        && trace.bytes().any(|b| b != b'0')
        && hex(parent, 16)
        && hex(flags, 2);
    valid.then(|| (trace.to_owned(), flags.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_trace_goes_on() {
        let mut headers = HeaderMap::new();
        let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", sent.parse().unwrap());
        let ours = trace_parent(&headers);
        assert!(ours.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && ours.ends_with("-01"));
        headers.insert("traceparent", "garbage".parse().unwrap());
        assert_eq!(trace_parent(&headers).len(), sent.len());
    }
}
