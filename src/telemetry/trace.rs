//! The trace that a request belongs to (W3C Trace Context), carried to wherever the request's own task goes.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};

use crate::dialog::id;

/// The header that carries a trace (section 3.2).
pub const HEADER: &str = "traceparent";

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// A place in a trace: all lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceParent {
    trace: String,
    span: String,
    /// The caller's span, where the trace is the caller's.
    parent: Option<String>,
    flags: String,
}

impl TraceParent {
    /// A new place for a request: in the caller's trace where there is one, else in a new one. Whether it is recorded is
    /// ours to say: a caller's flag would let anybody fill the collector.
    pub fn of(headers: &HeaderMap) -> Self {
        headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .and_then(Self::parse)
            .unwrap_or_else(|| Self {
                trace: id::random().simple().to_string(),
                span: String::new(),
                parent: None,
                flags: "00".to_owned(),
            })
            .next()
    }

    /// The request that this task serves; `None` outside of requests.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Does work as part of this.
    pub async fn around<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Another place in the same trace.
    #[must_use]
    pub fn next(&self) -> Self {
        let mut span = id::random().simple().to_string();
        span.truncate(16);
        Self {
            span,
            parent: (!self.span.is_empty()).then(|| self.span.clone()),
            ..self.clone()
        }
    }

    /// The trace: 32 digits.
    pub fn trace(&self) -> &str {
        &self.trace
    }

    /// This place: 16 digits.
    pub fn span(&self) -> &str {
        &self.span
    }

    /// The place above this one.
    pub fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    /// Whether the trace is recorded (section 3.2.2.5).
    pub fn is_sampled(&self) -> bool {
        u8::from_str_radix(&self.flags, 16).is_ok_and(|flags| flags & 1 == 1)
    }

    /// Records the trace if it is among so many of a hundred. The chance is in our own part: callers choose theirs.
    #[must_use]
    pub fn sampled(mut self, percent: u8) -> Self {
        // The first twelve digits of an identifier of version 4 are chance.
        let chance = u64::from_str_radix(&self.span[..12], 16).unwrap_or(u64::MAX);
        if u128::from(chance) * 100 < u128::from(percent) << 48 {
            self.flags.replace_range(.., "01");
        }
        self
    }

    /// The value of the header.
    pub fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.to_string()).ok()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let hex = |part: &str, length| {
            part.len() == length
                && part
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let valid = hex(version, 2)
            && version != "ff"
            && hex(trace, 32)
            && trace.bytes().any(|b| b != b'0')
            && hex(span, 16)
            && hex(flags, 2);
        valid.then(|| Self {
            trace: trace.to_owned(),
            span: span.to_owned(),
            parent: None,
            flags: "00".to_owned(),
        })
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{}", self.trace, self.span, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_callers_trace_goes_on_under_another_span() {
        let mut headers = HeaderMap::new();
        let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert(HEADER, sent.parse().unwrap());
        let ours = TraceParent::of(&headers);
        assert_eq!(ours.trace(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let text = ours.to_string();
        assert!(text.ends_with("-00") && text.len() == sent.len());
        assert_eq!(ours.parent(), Some("00f067aa0ba902b7"));

        assert_eq!(TraceParent::current(), None);
        let seen = ours.clone().around(async { TraceParent::current() }).await;
        assert_eq!(seen, Some(ours));
    }

    #[test]
    fn as_many_traces_are_recorded_as_wanted() {
        let new = || TraceParent::of(&HeaderMap::new());
        assert!((0..100).all(|_| !new().sampled(0).is_sampled()));
        assert!((0..100).all(|_| new().sampled(100).is_sampled()));
        let half = (0..10_000).filter(|_| new().sampled(50).is_sampled());
        assert!((4_000..6_000).contains(&half.count()));
    }

    #[test]
    fn callers_do_not_choose_what_is_recorded() {
        let mut headers = HeaderMap::new();
        let sent = "00-4bf92f3577b34da6a300000000000000-00f067aa0ba902b7-01";
        headers.insert(HEADER, sent.parse().unwrap());
        let theirs = || TraceParent::of(&headers);
        assert!((0..100).all(|_| !theirs().sampled(0).is_sampled()));
        assert!((0..100).all(|_| theirs().sampled(100).is_sampled()));
        let half = (0..10_000).filter(|_| theirs().sampled(50).is_sampled());
        assert!((4_000..6_000).contains(&half.count()));
    }

    #[test]
    fn what_is_no_trace_begins_a_new_one() {
        for sent in [
            "garbage",
            "",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, sent.parse().unwrap());
            let (one, other) = (TraceParent::of(&headers), TraceParent::of(&headers));
            assert_ne!(one.trace(), other.trace(), "{sent}");
            assert_eq!(one.to_string().len(), 55);
        }
    }
}
