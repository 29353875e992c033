//! Requests that two readers could read in two ways: here they are read in one, or not at all.

use rustix::process::Signal;

use super::client::{owner, serves_others, statuses, tells};
use crate::support::{Folder, Server};

const LIMITS: &str = "/api/v1/metadata/limits";

#[test]
fn a_request_is_read_in_one_way_or_not_at_all() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    where_a_request_ends(&server);
    where_a_request_goes(&server);
    what_is_no_request(&server);
    whose_word_counts(&server);
    serves_others(&server);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

/// A second request hidden in the body of the first one is never answered.
fn where_a_request_ends(server: &Server) {
    let (token, _) = owner(server);
    let plain = format!("GET {LIMITS} HTTP/1.1\r\nHost: localhost\r\n");
    let hidden = format!("{plain}Connection: close\r\n\r\n");
    let length = hidden.len();
    let dialogs = "POST /api/v1/serviceowner/dialogs HTTP/1.1\r\nHost: localhost";
    let json = "Content-Type: application/json";
    let start = format!("{dialogs}\r\n{token}\r\n{json}");
    let chunked = "Transfer-Encoding: chunked";
    for (headers, body, answers) in [
        // Two lengths that differ, one of two kinds, none that is a number.
        (
            format!("Content-Length: 0\r\nContent-Length: {length}"),
            hidden.clone(),
            &[400][..],
        ),
        (
            format!("Content-Length: {length}\r\nContent-Length: 0"),
            hidden.clone(),
            &[400],
        ),
        (
            format!("Content-Length: {length}, 0"),
            hidden.clone(),
            &[400],
        ),
        (format!("Content-Length: +{length}"), hidden.clone(), &[400]),
        (
            format!("Content-Length: 0x{length:x}"),
            hidden.clone(),
            &[400],
        ),
        ("Content-Length: -1".into(), hidden.clone(), &[400]),
        (
            "Content-Length: 99999999999999999999999".into(),
            hidden.clone(),
            &[400],
        ),
        // Both kinds: the chunks count, and nothing after them does.
        (
            format!("Content-Length: 5\r\n{chunked}"),
            format!("0\r\n\r\n{hidden}"),
            &[400],
        ),
        (
            format!("{chunked}\r\nContent-Length: 5"),
            format!("0\r\n\r\n{hidden}"),
            &[400],
        ),
        (
            format!("{chunked}\r\nContent-Length: {length}"),
            hidden.clone(),
            &[400],
        ),
        // Codings that are none, or not the last.
        ("Transfer-Encoding: xchunked".into(), hidden.clone(), &[400]),
        (
            "Transfer-Encoding: chunked, identity".into(),
            format!("0\r\n\r\n{hidden}"),
            &[400],
        ),
        (
            format!("{chunked}\r\nTransfer-Encoding: identity"),
            format!("0\r\n\r\n{hidden}"),
            &[400],
        ),
        (
            "Transfer-Encoding : chunked".into(),
            format!("0\r\n\r\n{hidden}"),
            &[400],
        ),
        (
            "Transfer-Encoding:\u{b}chunked".into(),
            format!("0\r\n\r\n{hidden}"),
            &[400],
        ),
        // Chunks with sizes that are none.
        (chunked.into(), format!("-1\r\n\r\n{hidden}"), &[400]),
        (
            chunked.into(),
            format!("0x1\r\nx\r\n0\r\n\r\n{hidden}"),
            &[400],
        ),
        (
            chunked.into(),
            format!("fffffffffffffffff\r\n\r\n{hidden}"),
            &[400],
        ),
        (chunked.into(), format!("1\nx\n0\n\n{hidden}"), &[400]),
        (
            chunked.into(),
            format!("1\r\nxx\r\n0\r\n\r\n{hidden}"),
            &[400],
        ),
        // A line that goes on, a name with a blank, a line that ends too early.
        (
            format!("X: y\r\n Content-Length: {length}"),
            hidden.clone(),
            &[400],
        ),
        (format!("Content-Length : {length}"), hidden.clone(), &[400]),
        (
            format!("X: a\rContent-Length: {length}"),
            hidden.clone(),
            &[400],
        ),
        (
            format!("X: a\0b\r\nContent-Length: {length}"),
            hidden.clone(),
            &[400],
        ),
    ] {
        let answer = tells(server, format!("{start}\r\n{headers}\r\n\r\n{body}"));
        assert_eq!(statuses(&answer), answers, "{headers:?} {body:?}: {answer}");
        assert!(
            !answer.contains("maxPartyFilterValues"),
            "{headers:?}: {answer}"
        );
    }
    // What is meant to come one after the other does.
    let two = format!("{plain}\r\n{hidden}");
    assert_eq!(statuses(&tells(server, two)), [200, 200]);
    let empty = format!("{start}\r\n{chunked}\r\n\r\n0\r\n\r\n{hidden}");
    assert_eq!(statuses(&tells(server, empty)), [400, 200]);
}

/// Paths are not resolved, parameters in them are part of their names, and the host does not matter.
fn where_a_request_goes(server: &Server) {
    let status = |target: &str| {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = tells(server, request);
        let all = statuses(&answer);
        assert_eq!(all.len(), 1, "{target}: {answer}");
        assert!(!answer.contains("root:"), "{answer}");
        all[0]
    };
    let dialog = "/api/v1/enduser/dialogs/00000000-0000-7000-8000-000000000000";
    for (target, wanted) in [
        (LIMITS, 200),
        ("http://elsewhere.example/api/v1/metadata/limits", 200),
        ("https://elsewhere.example:1/api/v1/metadata/limits", 200),
        ("/api/v1/metadata/limits/", 200),
        ("/API/v1/Metadata/LIMITS", 200),
        ("/api/v1/metadata/%6cimits", 200),
        ("//api/v1/metadata/limits", 404),
        ("/api/v1//metadata/limits", 404),
        ("/api/v1/metadata/limits//", 404),
        ("/api/v1/./metadata/limits", 404),
        ("/api/v1/enduser/../metadata/limits", 404),
        ("/api/v1/enduser/%2e%2e/metadata/limits", 404),
        ("/api/v1/enduser/..%2fmetadata/limits", 404),
        ("/api/v1/enduser/..%5cmetadata/limits", 404),
        ("/api/v1/enduser/..;/metadata/limits", 404),
        ("/api/v1/metadata%2flimits", 404),
        ("/api/v1/metadata/limits;a=b", 404),
        ("/api/v1/metadata/limits.json", 404),
        ("/api/v1/metadata/limits%00", 404),
        ("/api/v1/metadata/limits%00.json", 404),
        ("/api/v1/metadata/limits%20", 404),
        ("/api/v1/metadata/limits%0d%0aX:%20y", 404),
        ("/api/v1/metadata/%256cimits", 404),
        ("/api/v1/metadata/%c0%afimits", 404),
        ("/..%2f..%2f..%2fetc/passwd", 404),
        ("/swagger/../../../etc/passwd", 404),
        ("/swagger/v1%2f..%2f..%2fCargo.toml", 404),
        // Whoever has no token is told so, however the path is spelled.
        (dialog, 401),
        (&dialog.to_uppercase(), 401),
        (&dialog.replace("enduser", "%65nduser"), 401),
        (&format!("http://elsewhere.example{dialog}"), 401),
        (&format!("{dialog}/"), 401),
        (&format!("{dialog}%2f"), 401),
        (&format!("{dialog}%00"), 401),
        (&format!("{dialog};x=y"), 401),
    ] {
        assert_eq!(status(target), wanted, "{target}");
    }
    for target in [
        "*",
        "elsewhere.example:443",
        "limits",
        "http://",
        "/\u{7f}",
        "/ x",
    ] {
        assert!([400, 404].contains(&status(target)), "{target}");
    }
}

fn what_is_no_request(server: &Server) {
    for bytes in [
        &b"\0\0\0\0"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHo\xffst: localhost\r\n\r\n",
        b"G\xc3\x86T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ] {
        let answer = tells(server, bytes);
        let all = statuses(&answer);
        assert!(matches!(all[..], [] | [400]), "{bytes:?}: {answer}");
    }
    // Nobody is led anywhere through this server.
    let through = "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\nSSH-2.0-x\r\n";
    let answer = tells(server, through);
    assert!(!statuses(&answer).contains(&200), "{answer}");
    assert!(!answer.contains("SSH"), "{answer}");
    let trace = "TRACE /api/v1/metadata/limits HTTP/1.1\r\nHost: localhost\r\nCookie: secret\r\nConnection: close\r\n\r\n";
    let answer = tells(server, trace);
    assert_eq!(statuses(&answer), [405]);
    assert!(!answer.contains("secret"), "{answer}");
    let upgrade = "GET /api/v1/metadata/limits HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
    assert_eq!(statuses(&tells(server, upgrade)), [200]);
}

/// What a proxy could say of a request is not believed; what a client cannot say by the method it cannot say otherwise.
fn whose_word_counts(server: &Server) {
    let (token, body) = owner(server);
    let dialogs = "/api/v1/serviceowner/dialogs";
    let json = "Content-Type: application/json";
    let forwarded = [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Host: elsewhere.example",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Prefix: /elsewhere",
        "X-Original-URL: /metrics",
        "X-Rewrite-URL: /metrics",
        "Forwarded: for=127.0.0.1;host=elsewhere.example;proto=https",
        "X-Real-IP: 127.0.0.1",
    ];
    let headers: Vec<_> = forwarded
        .into_iter()
        .chain([token.as_str(), json])
        .collect();
    let created = server.answers(&format!("POST {dialogs}"), &headers, &body);
    assert_eq!(statuses(&created), [201], "{created}");
    assert!(!created.contains("elsewhere"), "{created}");
    let id = created.rsplit("\r\n\r\n").next().unwrap().trim_matches('"');
    let path = format!("{dialogs}/{id}");
    for header in [
        "X-HTTP-Method-Override: DELETE",
        "X-HTTP-Method: DELETE",
        "X-Method-Override: DELETE",
    ] {
        for target in [path.clone(), format!("{path}?_method=DELETE")] {
            let read = server.answers(&format!("GET {target}"), &[&token, header], "");
            assert_eq!(statuses(&read), [200], "{read}");
            assert!(!read.contains("deletedAt"), "{read}");
            assert!(!read.contains("elsewhere"), "{read}");
        }
        let posted = server.answers(&format!("POST {path}"), &[&token, header], "");
        assert_eq!(statuses(&posted), [405], "{posted}");
    }
    // Two of what may be there once are none.
    let twice = server.answers(&format!("GET {path}"), &[&token, &token], "");
    assert_eq!(statuses(&twice), [401], "{twice}");
    let first = "If-Match: 00000000-0000-4000-8000-000000000000";
    let twice = server.answers(&format!("DELETE {path}"), &[&token, first, first], "");
    assert_eq!(statuses(&twice), [400], "{twice}");
    let plain = "Content-Type: text/plain";
    let typed = server.answers(&format!("POST {dialogs}"), &[&token, plain, json], &body);
    assert_eq!(statuses(&typed), [415], "{typed}");
    // The numbers are for this machine, by whatever name a browser was led here.
    for (host, wanted) in [
        ("localhost", 200),
        ("127.0.0.1:7214", 200),
        ("[::1]:7214", 200),
        ("elsewhere.example", 421),
        ("127.0.0.1.elsewhere.example", 421),
    ] {
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(statuses(&tells(server, request)), [wanted], "{host}");
    }
}
