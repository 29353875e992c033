//! Pages for people: documents and the files they load, all within the binary, with the headers that keep browsers
//! from loading or running anything else.

pub mod files;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

pub use files::Files;

/// Everything from this server, nothing written into the document, and no frame around it (W3C Content Security
/// Policy). Pictures may be part of style sheets.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page. It is asked for anew each time; what it loads has other addresses when it has changed.
pub fn document(html: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = (headers, html.into()).into_response();
    response.headers_mut().insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// The way from a page to the root of the server, whatever that is mounted under: `asked` is the page's path as asked,
/// `depth` the number of slashes after the first in its route.
pub fn root(asked: &str, depth: usize) -> String {
    match depth + usize::from(asked.ends_with('/') && asked.len() > 1) {
        0 => "./".to_owned(),
        up => "../".repeat(up),
    }
}

/// Text as it stands in HTML, in attributes too.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_from_everywhere() {
        for (asked, depth, expected) in [
            ("/", 0, "./"),
            ("/inbox", 0, "./"),
            ("/inbox/", 0, "../"),
            ("/dialogporten/scalar/", 0, "../"),
            ("/scalar/v1", 1, "../"),
            ("/dialogporten/scalar/v1/", 1, "../../"),
        ] {
            assert_eq!(root(asked, depth), expected, "{asked}");
        }
    }

    #[test]
    fn no_text_ends_an_attribute_or_begins_an_element() {
        assert_eq!(escaped("\"<b>&"), "&quot;&lt;b>&amp;");
    }
}
