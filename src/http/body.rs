//! Request bodies: JSON by content type, bounded in size and time. What is sent compressed is not unpacked.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::problem::Problem;
use crate::dialog::limits::BODY_BYTES;

/// How long a body may take to come, whole: the largest one at 1.3 Mbit/s.
const PATIENCE: Duration = Duration::from_mins(2);

/// Layer of routes with a JSON body: anything else is refused before the caller is looked at.
pub async fn require_json(request: Request, next: Next) -> Response {
    if is_json(request.headers()) {
        next.run(request).await
    } else if request.method() == Method::PATCH
        && !request.headers().contains_key(header::CONTENT_TYPE)
    {
        Problem::UntypedPatch.into_response()
    } else {
        Problem::UnsupportedMediaType.into_response()
    }
}

/// Whether the content type is `application/json` or `application/…+json`, whatever its parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let media = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media
        .strip_prefix("application/")
        .is_some_and(|sub| sub == "json" || (sub.ends_with("+json") && sub.len() > "+json".len()))
}

/// Reads a body once, at most [`BODY_BYTES`] in two minutes; a longer one is refused as soon as that is known.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    read_within(PATIENCE, headers, body).await
}

async fn read_within(
    patience: Duration,
    headers: &HeaderMap,
    body: Body,
) -> Result<Bytes, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES as u64) {
        return Err(Problem::TooLarge);
    }
    let all = Limited::new(body, BODY_BYTES).collect();
    let Ok(read) = tokio::time::timeout(patience, all).await else {
        return Err(Problem::Late);
    };
    match read {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::TooLarge),
        Err(_) => Err(Problem::invalid(
            "SerializerErrors",
            "The body ended before it was complete.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::StreamExt;

    use super::*;

    #[test]
    fn json_is_told_by_the_media_type_alone() {
        let json = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, text.parse().unwrap());
            is_json(&headers)
        };
        for yes in [
            "application/json",
            "Application/JSON; charset=\"utf-8\"",
            "application/vnd.foo+json",
            "application/merge-patch+json;charset=utf-8",
        ] {
            assert!(json(yes), "{yes}");
        }
        for no in [
            "",
            "text/json",
            "text/plain",
            "nonsense",
            "application/xml",
            "application/+json",
        ] {
            assert!(!json(no), "{no}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_that_does_not_end_is_not_waited_for() {
        let begins = futures_util::stream::once(async { Ok::<_, Infallible>("{\"a\":") });
        let body = Body::from_stream(begins.chain(futures_util::stream::pending()));
        let read = read_within(Duration::from_millis(20), &HeaderMap::new(), body).await;
        assert!(matches!(read, Err(Problem::Late)), "{read:?}");
    }
}
