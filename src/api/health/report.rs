//! The document that monitoring of this API reads.

use std::time::{Duration, Instant};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Map, Value, json};

use crate::{api::wire, http::problem::Problem};

/// How something is, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Healthy,
    /// It works, but not all of it or not well.
    Degraded,
    Unhealthy,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Degraded => "Degraded",
            Self::Unhealthy => "Unhealthy",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug)]
pub(super) struct Entry {
    name: &'static str,
    status: Status,
    duration: Duration,
    /// Why it is not healthy, without a cause: anybody may read it.
    description: Option<&'static str>,
    data: Value,
    is_critical: bool,
}

impl Entry {
    pub(super) fn healthy(name: &'static str, duration: Duration) -> Self {
        Self {
            name,
            status: Status::Healthy,
            duration,
            description: None,
            data: json!({}),
            is_critical: false,
        }
    }

    pub(super) fn of(
        name: &'static str,
        status: Status,
        duration: Duration,
        description: &'static str,
    ) -> Self {
        Self {
            status,
            description: Some(description),
            ..Self::healthy(name, duration)
        }
    }

    /// Without this nothing works.
    pub(super) fn critical(self) -> Self {
        Self {
            is_critical: true,
            ..self
        }
    }

    pub(super) fn with_data(self, data: Value) -> Self {
        Self { data, ..self }
    }

    fn document(&self) -> Value {
        let tags: &[&str] = if self.is_critical {
            &["dependencies", "critical"]
        } else {
            &["dependencies"]
        };
        let mut document = json!({
            "data": self.data,
            "duration": span(self.duration),
            "status": self.status.name(),
            "tags": tags,
        });
        if let Some(description) = self.description {
            document["description"] = description.into();
        }
        document
    }
}

/// Everything that was looked at.
#[derive(Debug)]
pub(super) struct Report {
    start: Instant,
    entries: Vec<Entry>,
}

impl Report {
    pub(super) fn begin() -> Self {
        Self {
            start: Instant::now(),
            entries: Vec::new(),
        }
    }

    #[must_use]
    pub(super) fn with(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// The whole is as its worst part; only what is unhealthy is told by the status of the answer, too.
    pub(super) fn answer(self) -> Result<Response, Problem> {
        let worst = self.entries.iter().map(|entry| entry.status).max();
        let worst = worst.unwrap_or(Status::Healthy);
        let documents: Map<String, Value> = self
            .entries
            .iter()
            .map(|entry| (entry.name.to_owned(), entry.document()))
            .collect();
        let body = json!({
            "status": worst.name(),
            "totalDuration": span(self.start.elapsed()),
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
        let status = match worst {
            Status::Healthy | Status::Degraded => StatusCode::OK,
            Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
        };
        wire::json(status, headers, &body)
    }
}

/// Hours, minutes and seconds with seven decimals, as monitoring of this API reads it.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{:02}:{:02}:{:02}.{:07}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        duration.subsec_nanos() / 100
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_as_its_worst_part() {
        for (parts, status) in [
            (&[][..], 200),
            (&[Status::Healthy, Status::Degraded], 200),
            (&[Status::Degraded, Status::Unhealthy, Status::Healthy], 503),
        ] {
            let mut report = Report::begin();
            for part in parts {
                report = report.with(Entry::of("x", *part, Duration::ZERO, "why"));
            }
            assert_eq!(report.answer().unwrap().status().as_u16(), status);
        }
    }

    #[test]
    fn spans_have_hours_and_seven_decimals() {
        assert_eq!(span(Duration::from_micros(104_300)), "00:00:00.1043000");
        assert_eq!(span(Duration::from_secs(3_725)), "01:02:05.0000000");
    }
}
