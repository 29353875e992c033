//! Who may see the pages of local mode: this machine, and no site that its browsers happen to show.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::http::layers::private::is_this_machine;

/// Headers with which proxies pass requests on for others.
const FORWARDED: [&str; 5] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
];

/// The middleware. To everybody else there is no such page.
pub async fn admit(request: Request, next: Next) -> Response {
    if is_admitted(request.method(), request.uri(), request.headers()) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn is_admitted(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let is_passed_on = FORWARDED.iter().any(|name| headers.contains_key(*name));
    !is_passed_on && names_this_machine(uri, headers) && comes_from_here(method, headers)
}

/// The name by which the server was asked is one that always means this machine. A site whose name is made to lead
/// here (DNS rebinding) still asks by that name.
fn names_this_machine(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().map(|host| host.to_str().ok()?.parse().ok());
    let is_one = hosts.next().is_none();
    match (uri.authority(), host) {
        // HTTP/2 may do without the header, HTTP/1.1 may not (RFC 9113, section 8.3.1; RFC 9112, section 3.2).
        (Some(asked), None) => is_this_machine(asked),
        (None, Some(Some(host))) => is_one && is_this_machine(&host),
        (Some(asked), Some(Some(host))) => is_one && *asked == host && is_this_machine(asked),
        _ => false,
    }
}

/// No other site asks, be it on another port of this machine: browsers tell (Fetch Metadata, W3C). They may follow a
/// link to a page. What says nothing of the kind is no browser, or so old that the content type keeps sites out.
fn comes_from_here(method: &Method, headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    let is_own_origin = match (headers.get(header::ORIGIN), headers.get(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .as_bytes()
            .strip_prefix(b"http://")
            .is_some_and(|origin| origin == host.as_bytes()),
        (Some(_), None) => false,
    };
    let follows_link = method == Method::GET && said("sec-fetch-mode") == Some(b"navigate");
    is_own_origin
        && match said("sec-fetch-site") {
            None | Some(b"same-origin" | b"none") => true,
            Some(_) => follows_link,
        }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn admits(method: &Method, target: &str, lines: &[(&'static str, &'static str)]) -> bool {
        let headers = lines
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        is_admitted(method, &target.parse().unwrap(), &headers)
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for (host, expected) in [
            ("127.0.0.1:7214", true),
            ("127.8.9.1", true),
            ("[::1]:7214", true),
            ("localhost:7214", true),
            ("LOCALHOST", true),
            ("evil.example:7214", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false),
            ("a@127.0.0.1", false),
            ("192.168.1.4:7214", false),
            ("0.0.0.0:7214", false),
            ("", false),
            ("127.0.0.1:x y", false),
        ] {
            let host_only = [("host", host)];
            assert_eq!(admits(&Method::GET, "/", &host_only), expected, "{host}");
        }
        assert!(!admits(&Method::GET, "/", &[]));
        assert!(admits(&Method::GET, "http://localhost:1/", &[]));
        let two = [("host", "localhost"), ("host", "localhost")];
        let headers: HeaderMap = two
            .iter()
            .fold(HeaderMap::new(), |mut headers, (name, value)| {
                headers.append(*name, HeaderValue::from_static(value));
                headers
            });
        assert!(!is_admitted(&Method::GET, &Uri::from_static("/"), &headers));
        for (target, host) in [
            ("http://localhost/", "evil.example"),
            ("http://evil.example/", "localhost"),
        ] {
            assert!(!admits(&Method::GET, target, &[("host", host)]));
        }
    }

    #[test]
    fn what_a_proxy_passes_on_is_for_somebody_elsewhere() {
        for name in FORWARDED {
            let lines = [("host", "localhost"), (name, "1.1 proxy")];
            assert!(!admits(&Method::GET, "/", &lines), "{name}");
        }
    }

    #[test]
    fn other_sites_may_link_here_and_nothing_else() {
        let host = ("host", "127.0.0.1:1");
        for (method, site, mode, expected) in [
            (Method::GET, "none", "navigate", true),
            (Method::GET, "same-origin", "cors", true),
            (Method::POST, "same-origin", "cors", true),
            (Method::GET, "cross-site", "navigate", true),
            (Method::GET, "cross-site", "no-cors", false),
            (Method::GET, "same-site", "cors", false),
            (Method::POST, "same-site", "navigate", false),
            (Method::POST, "cross-site", "navigate", false),
        ] {
            let lines = [host, ("sec-fetch-site", site), ("sec-fetch-mode", mode)];
            assert_eq!(
                admits(&method, "/", &lines),
                expected,
                "{method} {site} {mode}"
            );
        }
        for (origin, expected) in [
            ("http://127.0.0.1:1", true),
            ("http://127.0.0.1:2", false),
            ("https://evil.example", false),
            ("null", false),
        ] {
            let lines = [host, ("origin", origin)];
            assert_eq!(admits(&Method::POST, "/", &lines), expected, "{origin}");
        }
    }
}
