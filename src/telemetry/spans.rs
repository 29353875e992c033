//! Spans: what took how long, of requests that are traced, in the JSON of OTLP (its specification, version 1).
//!
//! Spans wait in a short queue for somebody who posts them. When the queue is full they are dropped: requests never
//! wait for whoever watches them.

use std::{sync::OnceLock, time::Duration};

use serde_json::{Value, json};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::{metrics, trace::TraceParent};
use crate::dialog::timestamp::Timestamp;

/// Spans that wait at most.
const QUEUE: usize = 4_096;

static QUEUE_IN: OnceLock<Sender<Span>> = OnceLock::new();

/// Who waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody for us.
    Server,
    /// We for somebody.
    Client,
}

/// One thing that took time.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Where it belongs.
    pub place: TraceParent,
    /// Method and route, or system and operation: one of few, without anything about anybody.
    pub name: String,
    /// Who waited.
    pub kind: Kind,
    /// When it was over.
    pub ended_at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What else is known, by the names of OpenTelemetry's semantic conventions.
    pub attributes: Vec<(&'static str, Value)>,
    /// Whether that was our failure, or that of who was called.
    pub has_failed: bool,
}

/// Opens the queue, once for the process; `None` for everybody but the first.
pub fn open() -> Option<Receiver<Span>> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    QUEUE_IN.set(sender).is_ok().then_some(receiver)
}

/// Whether anybody wants spans.
pub fn are_wanted() -> bool {
    QUEUE_IN.get().is_some_and(|queue| !queue.is_closed())
}

/// Queues a span, unless nobody wants it or it belongs to no traced request.
pub fn record(span: Span) {
    if let Some(queue) = QUEUE_IN.get()
        && span.place.is_sampled()
        && queue.try_send(span).is_err()
    {
        metrics::spans_lost(1);
    }
}

/// Spans as the body of a request to a collector. `instance` tells this process from others.
pub fn encode(spans: &[Span], instance: &str) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let spans: Vec<Value> = spans.iter().map(Span::document).collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": [
            attribute("service.name", &json!("dialogporten")),
            attribute("service.version", &json!(version)),
            attribute("service.instance.id", &json!(instance)),
        ]},
        "scopeSpans": [{"scope": {"name": "dialogporten", "version": version}, "spans": spans}],
    }]})
}

impl Span {
    fn document(&self) -> Value {
        let end = i128::from(self.ended_at.micros()) * 1_000;
        let took = i128::try_from(self.took.as_nanos()).unwrap_or(0);
        let attributes: Vec<Value> = self
            .attributes
            .iter()
            .map(|(name, value)| attribute(name, value))
            .collect();
        let mut document = json!({
            "traceId": self.place.trace(),
            "spanId": self.place.span(),
            "name": self.name,
            // SPAN_KIND_SERVER, SPAN_KIND_CLIENT
            "kind": match self.kind { Kind::Server => 2, Kind::Client => 3 },
            "startTimeUnixNano": (end - took).to_string(),
            "endTimeUnixNano": end.to_string(),
            "attributes": attributes,
            // STATUS_CODE_UNSET, STATUS_CODE_ERROR
            "status": {"code": if self.has_failed { 2 } else { 0 }},
        });
        if let Some(parent) = self.place.parent() {
            document["parentSpanId"] = parent.into();
        }
        document
    }
}

fn attribute(name: &str, value: &Value) -> Value {
    let value = match value {
        Value::Bool(value) => json!({"boolValue": value}),
        // 64-bit numbers are texts in the JSON of Protocol Buffers.
        Value::Number(value) => json!({"intValue": value.to_string()}),
        value => json!({"stringValue": value}),
    };
    json!({"key": name, "value": value})
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::clock::Clock;

    #[test]
    fn spans_are_written_as_collectors_read_them() {
        let mut headers = HeaderMap::new();
        let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", sent.parse().unwrap());
        let place = TraceParent::of(&headers);
        let span = Span {
            place: place.clone(),
            name: "GET /x".into(),
            kind: Kind::Server,
            ended_at: Clock::system().now(),
            took: Duration::from_millis(5),
            attributes: vec![("http.response.status_code", json!(503))],
            has_failed: true,
        };
        let body = encode(std::slice::from_ref(&span), "one");
        let written = &body["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(written["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(written["spanId"], place.span());
        assert_eq!(written["parentSpanId"], "00f067aa0ba902b7");
        let nanos = |name: &str| -> i128 { written[name].as_str().unwrap().parse().unwrap() };
        assert_eq!(
            nanos("endTimeUnixNano") - nanos("startTimeUnixNano"),
            5_000_000
        );
        assert_eq!(
            written["attributes"][0]["value"],
            json!({"intValue": "503"})
        );
        assert_eq!(written["status"]["code"], 2);

        let mut first = span;
        first.place = TraceParent::of(&HeaderMap::new());
        let body = encode(&[first], "one");
        let written = &body["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert!(written.get("parentSpanId").is_none());
    }
}
