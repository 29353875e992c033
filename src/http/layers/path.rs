//! Paths as clients spell them: any letter case, escaped letters, one trailing slash, an optional prefix.
//!
//! Routing sees the levelled path; [`AskedPath`] keeps the one that was asked, for problem documents.

use std::fmt::Write;

use axum::{
    extract::Request,
    http::{Method, Uri, uri::PathAndQuery},
};

/// The path as asked, decoded, without the query.
#[derive(Debug, Clone)]
pub struct AskedPath(pub String);

/// Levels the path of a request before routing.
///
/// `HEAD` is no method of this API: it becomes a method that no route has, so that known paths answer 405.
pub fn level(mut request: Request, prefix: &str) -> Request {
    let asked = decode(request.uri().path());
    // Of other alphabets some letters become ours: the Kelvin sign a k.
    let mut path = asked.to_ascii_lowercase();
    let without = |path: &str| {
        path.strip_prefix(&prefix.to_ascii_lowercase())
            .map(ToOwned::to_owned)
    };
    if !prefix.is_empty()
        && let Some(rest) = without(&path)
        && rest.starts_with('/')
    {
        path = rest;
    }
    if path.len() > 1 && path.ends_with('/') && !path.ends_with("//") {
        path.pop();
    }
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let levelled = format!("{}{query}", encode(&path));
    if let Ok(path_and_query) = levelled.parse::<PathAndQuery>() {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(path_and_query);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    if request.method() == Method::HEAD
        && let Ok(unrouted) = Method::from_bytes(b"X-HEAD")
    {
        *request.method_mut() = unrouted;
    }
    request.extensions_mut().insert(AskedPath(asked));
    request
}

/// Decodes escapes but the encoded slash, which is no separator.
fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(|byte| *byte != b'/');
        if let Some(byte) = escaped {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

/// Escapes what may not stand in a path (RFC 3986, section 3.3), keeping `%2F` of the decoded text.
fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let bytes = path.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let slash = byte == b'%' && bytes.get(at + 1..at + 3).is_some_and(|hex| hex == b"2f");
        if slash || byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "%{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn levelled(path: &str) -> String {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        level(request, "/dialogporten").uri().to_string()
    }

    #[test]
    fn spellings_of_one_path_are_one() {
        for path in [
            "/api/v1/enduser/dialogs/x/seenlog?Q=A",
            "/API/v1/endUser/dialogs/X/seenLog/?Q=A",
            "/api/v1/enduser/dialogs/x/%73eenlog?Q=A",
            "/dialogporten/api/v1/enduser/dialogs/x/seenlog?Q=A",
        ] {
            assert_eq!(
                levelled(path),
                "/api/v1/enduser/dialogs/x/seenlog?Q=A",
                "{path}"
            );
        }
    }

    #[test]
    fn doubled_and_encoded_slashes_stay() {
        assert_eq!(levelled("/api//v1"), "/api//v1");
        assert_eq!(levelled("/api/v1//"), "/api/v1//");
        assert_eq!(levelled("/.well-%E2%84%AAnown"), "/.well-%e2%84%aanown");
        assert_eq!(levelled("/api/a%2Fb%20c"), "/api/a%2fb%20c");
    }
}
