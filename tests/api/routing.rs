//! What is decided by path, method and content type alone, before anybody is asked who they are.

use axum::http::Method;

use crate::support::{FOUND, OWNED, Town};

#[tokio::test]
async fn unknown_paths_are_not_found_without_a_word() {
    let town = Town::new().await;
    for path in [
        "/",
        "/api",
        "/api/v1",
        "/api/v1/unknown",
        "/api/v2/enduser/dialogs",
        &format!("{OWNED}/{}/unknown", town.id()),
        &format!("{FOUND}/{}/activities/{}/x", town.id(), town.id()),
        "/%",
        "/%zz",
        "/api/v1/..%2f..%2fetc/passwd",
        "/\u{7f}%00",
    ] {
        let Ok(uri) = path.parse::<axum::http::Uri>() else {
            continue;
        };
        for caller in [town.nobody(), town.owner()] {
            caller.get(&uri.to_string()).await.is_empty(404);
        }
    }
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let town = Town::new().await;
    let id = town.id();
    for (method, path, allowed) in [
        (Method::PUT, FOUND.to_owned(), "GET"),
        (Method::DELETE, format!("{FOUND}/{id}"), "GET"),
        (Method::HEAD, format!("{FOUND}/{id}"), "GET"),
        (Method::OPTIONS, format!("{FOUND}/{id}"), "GET"),
        (Method::POST, "/api/v1/metadata/limits".into(), "GET"),
        (Method::HEAD, "/api/v1/.well-known/jwks.json".into(), "GET"),
        (
            Method::GET,
            format!("{FOUND}/{id}/context/systemlabels"),
            "PUT",
        ),
        (
            Method::POST,
            format!("{OWNED}/{id}"),
            "DELETE, GET, PATCH, PUT",
        ),
        (
            Method::from_bytes(b"FROB").unwrap(),
            format!("{FOUND}/{id}"),
            "GET",
        ),
    ] {
        let answer = town
            .nobody()
            .ask(method.clone(), &path, &[])
            .await
            .is_empty(405);
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
    let answer = town
        .nobody()
        .ask(Method::PUT, OWNED, &[])
        .await
        .is_empty(405);
    assert!(
        answer.header("allow").contains("POST"),
        "{}",
        answer.header("allow")
    );
}

#[tokio::test]
async fn another_content_type_is_refused_before_the_caller_is_looked_at() {
    let town = Town::new().await;
    let id = town.id();
    for (method, path) in [
        (Method::POST, OWNED.to_owned()),
        (Method::PUT, format!("{OWNED}/{id}")),
        (Method::PATCH, format!("{OWNED}/{id}")),
        (Method::PUT, format!("{FOUND}/{id}/context/systemlabels")),
        (
            Method::POST,
            format!("{FOUND}/context/systemlabels/actions/bulkset"),
        ),
    ] {
        let plain = [("content-type", "text/plain")];
        town.nobody()
            .ask_with(method.clone(), &path, &plain, "{}")
            .await
            .is_empty(415);
        let json = [("content-type", "application/json")];
        town.nobody()
            .ask_with(method, &path, &json, "{")
            .await
            .is_empty(401);
    }
}

#[tokio::test]
async fn a_body_on_a_get_is_ignored() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    for media in ["application/json", "text/plain", ""] {
        town.owner()
            .ask_with(Method::GET, &path, &[("content-type", media)], "{nonsense")
            .await
            .is(200);
    }
    let overriding = format!("{path}?dialogId={}", town.id());
    town.owner().get(&overriding).await.is(200);
}
