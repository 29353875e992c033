//! What clients say stands in no line of the log that could be taken for the server's own.

use std::fs::File;

use rustix::process::Signal;

use super::client::{owner, tells};
use crate::support::{Folder, Server, between};

/// In a text of JSON: begins lines, and looks like a line of the log itself.
const TEXT: &str = r#"\n{\"forged\":true}\r\n\u001b[31m\u2028 ERROR forged\u0000"#;
/// Instead of JSON: ends texts that it may be put into.
const FORGED: &str = "\n{\"forged\":true}\r\n\u{1b}[31m\u{2028}\",\"forged\":true,\"x\":\"";

/// Says it wherever something can be said.
fn says_it(server: &Server) {
    let (token, body) = owner(server);
    let person = server.banner.split_once("as a person").unwrap().1;
    let person = between(person, "-H '", "'").to_owned();
    let json = "Content-Type: application/json";
    let dialogs = "/api/v1/serviceowner/dialogs";
    for old in [
        "\"title\"",
        "\"party\"",
        "urn:altinn:resource",
        "nb",
        "Test",
    ] {
        let said = body.replacen(old, &format!("{old}{TEXT}"), 1);
        server.answers(&format!("POST {dialogs}"), &[&token, json], &said);
    }
    for member in [
        "externalReference",
        "extendedStatus",
        "process",
        "idempotentKey",
        "progress",
    ] {
        let said = body.replacen('{', &format!("{{\"{member}\":\"{TEXT}\","), 1);
        server.answers(&format!("POST {dialogs}"), &[&token, json], &said);
    }
    server.answers(&format!("POST {dialogs}"), &[&token, json], FORGED);
    let escaped = "%0a%7b%22forged%22:true%7d%0d%0a%1b%5b31m";
    for target in [
        format!("/{escaped}"),
        format!("{dialogs}/{escaped}"),
        format!("{dialogs}/00000000-0000-7000-8000-000000000000/context/labels/{escaped}"),
        format!("{dialogs}?party={escaped}"),
        format!("{dialogs}?search={escaped}&endUserId={escaped}"),
        format!("/api/v1/serviceowner/dialoglookup?instanceRef={escaped}"),
    ] {
        for method in ["GET", "DELETE", "FORGED"] {
            server.answers(&format!("{method} {target}"), &[&token], "");
        }
    }
    let search =
        format!("GET /api/v1/enduser/dialogs?search={escaped}&continuationToken={escaped}");
    server.answers(&search, &[&person], "");
    let raw = "x\u{1b}[31m\u{7}\u{8}\u{b}{\"forged\":true}\tERROR";
    for name in [
        "User-Agent",
        "traceparent",
        "tracestate",
        "Accept-Language",
        "If-Match",
        "Authorization",
        "X-Request-Id",
        "Referer",
        "Origin",
        "Content-Type",
        "Accept",
    ] {
        for value in [
            raw,
            "\n{\"forged\":true}",
            "a\r{\"forged\":true}",
            "\u{85}{\"forged\":true}",
        ] {
            let request = format!(
                "PATCH {dialogs}/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{name}: {value}\r\n{token}\r\n{json}\r\nContent-Length: 2\r\n\r\n[]"
            );
            tells(server, request);
        }
    }
    // Two of them, the second one as somebody else would write it.
    tells(
        server,
        "GET /\n{\"forged\":true} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    );
    tells(server, "\n{\"forged\":true}\n\n\n");
}

fn log_of(format: &str) -> String {
    let folder = Folder::new();
    let log = folder.path().join("log");
    let server = Server::starts_as(&folder, |command| {
        let file = File::create(&log).unwrap();
        command
            .env("RUST_LOG", "trace,sqlx=debug")
            .env("DIALOGPORTEN__LOG__FORMAT", format)
            .stderr(file);
    });
    says_it(&server);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
    std::fs::read_to_string(log).unwrap()
}

#[test]
fn every_line_of_the_log_is_the_servers_own() {
    let log = log_of("json");
    let mut requests = 0;
    for line in log.lines() {
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(line.get("forged"), None, "{line}");
        assert!(
            line["level"].is_string() && line["timestamp"].is_string(),
            "{line}"
        );
        if line["target"] == "dialogporten::request" {
            assert_ne!(line["method"], "FORGED", "{line}");
            requests += 1;
        }
    }
    assert!(requests > 40, "{requests}");
}

#[test]
fn a_log_for_people_has_no_lines_of_others() {
    let log = log_of("human");
    for line in log.lines() {
        assert!(!line.trim_start().starts_with("{\"forged\""), "{line}");
        assert!(!line.contains("\u{1b}[31m\u{2028}"), "{line}");
    }
    assert!(!log.contains('\u{1b}'), "control characters in the log");
}
