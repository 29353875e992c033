//! Requests that no well-meaning client sends, at every route: each is refused with a documented answer, none makes the
//! server fail.

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request},
};
use serde_json::json;

use crate::support::{
    Answer, Caller, Town, routes_of_end_users, routes_of_owners, routes_with_scopes,
};

/// What may come back: never a failure of the server, and a refusal is a problem document or has no body at all.
#[track_caller]
fn is_documented(answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{}: {status} {}", answer.asked, answer.text);
    if status >= 400 && !answer.text.is_empty() {
        answer.clone().is_problem(status);
    }
}

/// Every route with the caller that it is for.
fn routes<'a>(town: &'a Town, dialog: &str, part: &str) -> Vec<(Caller<'a>, Method, String)> {
    let owned = routes_of_owners(dialog, part).into_iter();
    let found = routes_of_end_users(dialog, part).into_iter();
    let guarded = routes_with_scopes(dialog, part).into_iter();
    owned
        .map(|(method, path)| (town.owner(), method, path))
        .chain(guarded.map(|(scope, (method, path))| (town.owner_with(scope), method, path)))
        .chain(found.map(|(method, path)| (town.person(), method, path)))
        .collect()
}

#[tokio::test]
async fn ids_that_are_none() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let long = "a".repeat(5_000);
    for text in [
        "x",
        "%00",
        "%ff%fe",
        "%F0%9F%98%80",
        "..",
        "%2e%2e%2f",
        "%2F",
        "'--",
        "%25s",
        "0",
        "-1",
        "null",
        "%7B%7D",
        "(",
        &long,
        "00000000-0000-0000-0000-00000000000g",
    ] {
        for (dialog, part) in [(text, id.as_str()), (id.as_str(), text), (text, text)] {
            for (caller, method, path) in routes(&town, dialog, part) {
                let is_asked_with = path.split('/').any(|segment| segment == text);
                if !is_asked_with || path.ends_with("/labels/x") {
                    continue;
                }
                let answer = caller.send(method, &path, &json!({})).await;
                is_documented(&answer);
                let status = answer.status.as_u16();
                assert!(
                    [400, 404, 405].contains(&status),
                    "{path}: {status} {}",
                    answer.text
                );
            }
        }
    }
}

#[tokio::test]
async fn bodies_that_are_none() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let deep = "[".repeat(100_000);
    let wide = format!("{{{}\"a\":1}}", "\"a\":{},".repeat(10_000));
    for body in [
        &b""[..],
        b" ",
        b"null",
        b"7",
        b"\"x\"",
        b"true",
        b"[]",
        b"{}",
        b"[null]",
        b"[[]]",
        b"{",
        b"}",
        b"{\"a\":",
        b"\xff\xfe",
        b"\0",
        b"{\"\\u0000\":1}",
        b"{\"\\ud800\":\"\\udfff\"}",
        b"[{\"op\":null}]",
        b"[{\"op\":\"add\",\"path\":null}]",
        b"[{\"op\":\"test\",\"path\":\"/a/b/c\"}]",
        b"1e999999",
        b"{\"addLabels\":null,\"dialogs\":[null]}",
        b"{\"value\":\"a\\u0000b\"}",
        deep.as_bytes(),
        wide.as_bytes(),
    ] {
        for (caller, method, path) in routes(&town, &id, &id) {
            if matches!(method, Method::GET | Method::DELETE)
                || path.contains("/actions/p")
                || path.contains("/actions/r")
            {
                continue;
            }
            let headers = [("content-type", "application/json")];
            is_documented(
                &caller
                    .ask_with(method, &path, &headers, body.to_vec())
                    .await,
            );
        }
    }
    town.owner().owns(&id).await.is(200);
}

#[tokio::test]
async fn headers_that_are_none() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let long = "a".repeat(20_000);
    for name in [
        "if-match",
        "accept-language",
        "accept",
        "traceparent",
        "authorization",
    ] {
        for value in [
            &b"\xff\xfe"[..],
            b"",
            b" ",
            b";",
            b",,,,",
            b"\"",
            b"q=q=q",
            b"*;q=1e999",
            b"-1",
            long.as_bytes(),
        ] {
            for (caller, method, path) in routes(&town, &id, &id) {
                // What deletes for good comes in the tests of its own.
                if method == Method::DELETE || path.contains("/actions/") {
                    continue;
                }
                let mut request = Request::builder()
                    .method(method)
                    .uri(&path)
                    .header("content-type", "application/json");
                if name != "authorization" {
                    request = request.header("authorization", caller.authorization());
                }
                let request = request.header(name, HeaderValue::from_bytes(value).unwrap());
                is_documented(&town.send(request.body(Body::from("{}")).unwrap()).await);
            }
        }
    }
}

#[tokio::test]
async fn queries_that_are_none() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let names = [
        "party",
        "serviceResource",
        "search",
        "orderBy",
        "continuationToken",
        "limit",
        "status",
        "createdAfter",
        "isContentSeen",
        "endUserId",
        "isSilentUpdate",
        "instanceRef",
        "dialogId",
    ];
    let values = [
        "%00",
        "%ff",
        "[",
        "[[",
        "[{}]",
        "%5Bnull%5D",
        "{",
        "'",
        "%22",
        "\\",
        "%F0%9F%98%80",
        "9999999999999999999999",
        "-1",
        "NaN",
        "1e400",
        "%25",
        "",
        ",",
        ",,",
    ];
    for value in values {
        let single: Vec<_> = names.iter().map(|name| format!("{name}={value}")).collect();
        let together = [single.join("&"), value.to_owned()];
        for (caller, method, path) in routes(&town, &id, &id) {
            if method != Method::GET {
                continue;
            }
            // Only lists and lookups read more than one of them.
            let few = path.contains(&id);
            let asked = together.iter().chain(single.iter().filter(|_| !few));
            for query in asked {
                let path = format!("{path}?{query}");
                if path.parse::<axum::http::Uri>().is_ok() {
                    is_documented(&caller.get(&path).await);
                }
            }
        }
    }
}

#[tokio::test]
async fn rows_of_signs_among_searched_words() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for row in [
        "-".repeat(100),
        format!("%7C{}", "-".repeat(100)),
        "-!".repeat(100),
        "-%7C+".repeat(100),
        "-(".repeat(100),
        format!("a%22{}", "-".repeat(100)),
        format!("a%22+%22{}%22+", "-".repeat(100)),
        format!("%22%22{}", "-".repeat(100)),
        format!("a%7C{}%26", "-)-".repeat(100)),
    ] {
        for words in [format!("{row}bcd"), format!("abc+{row}"), row] {
            let query = format!("party={}&search={words}", town.party());
            town.person().finds(&query).await.is(200);
        }
    }
    town.owner().owns(&id).await.is(200);
}
