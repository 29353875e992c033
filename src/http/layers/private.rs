//! What is for this machine only is for nobody's web page, either: a page from anywhere can give its own name the address
//! of this machine (DNS rebinding), and its browser then takes what is told here for the page's own. The browser says,
//! though, under which name it asked.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Layer of routes that are for this machine: who asked for another host is told that it is not here (RFC 9110, section
/// 15.5.20).
pub async fn only_here(request: Request, next: Next) -> Response {
    if is_for_here(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    }
}

/// Whether `Host` names this machine. Browsers always send it; who sends none is none.
fn is_for_here(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    let authority = host.to_str().ok().and_then(|text| text.parse().ok());
    authority.is_some_and(|authority| is_this_machine(&authority))
}

/// Whether this name means the machine that asks, wherever it is asked, and so cannot have been made to lead here.
pub fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = address
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback());
    let has_user = authority.as_str().contains('@');
    !has_user && (is_loopback || host.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_for_here() {
        let is = |host: &str| {
            is_for_here(&HeaderMap::from_iter([(
                header::HOST,
                host.parse().unwrap(),
            )]))
        };
        for host in [
            "localhost",
            "LocalHost:7214",
            "127.0.0.1",
            "127.0.0.1:7214",
            "127.1.2.3:80",
            "[::1]",
            "[::1]:7214",
        ] {
            assert!(is(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "example.com:7214",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "[::2]",
            "localhost@example.com",
            "somebody@localhost",
            "a b",
        ] {
            assert!(!is(host), "{host}");
        }
        assert!(is_for_here(&HeaderMap::new()));
    }
}
