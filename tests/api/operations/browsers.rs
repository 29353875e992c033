//! What browsers are told.

use axum::http::Method;

use crate::support::{FOUND, OWNED, Town};

const DOCUMENT: &str = "/swagger/v1/swagger.json";

fn grants(headers: &axum::http::HeaderMap) -> Vec<&str> {
    let names = headers.keys().map(axum::http::HeaderName::as_str);
    names
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

#[tokio::test]
async fn other_sites_may_read_the_common_document_and_nothing_else() {
    let town = Town::new().await;
    let origin = [("origin", "https://af.altinn.no")];
    let document = town
        .nobody()
        .ask(Method::GET, DOCUMENT, &origin)
        .await
        .is(200);
    assert_eq!(document.header("access-control-allow-origin"), "*");

    let id = town.owner().creates(town.a_dialog()).await;
    let preflight = [
        ("origin", "https://af.altinn.no"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization"),
    ];
    for (path, allowed) in [
        (format!("{OWNED}/{id}"), "DELETE, GET, PATCH, PUT"),
        (format!("{FOUND}/{id}"), "GET"),
        ("/api/v1/metadata/limits".to_owned(), "GET"),
    ] {
        for method in [Method::HEAD, Method::OPTIONS, Method::TRACE] {
            let answer = town.nobody().ask(method, &path, &preflight).await;
            let answer = answer.is_empty(405);
            assert_eq!(answer.header("allow"), allowed, "{path}");
            assert!(grants(&answer.headers).is_empty(), "{path}");
        }
    }
    for answer in [
        town.owner()
            .ask(Method::GET, &format!("{OWNED}/{id}"), &origin)
            .await,
        town.person()
            .ask(Method::GET, &format!("{FOUND}/{id}"), &origin)
            .await,
    ] {
        assert!(grants(&answer.is(200).headers).is_empty());
    }
}

#[tokio::test]
async fn no_cache_keeps_what_is_about_somebody_and_no_browser_guesses() {
    let town = Town::build()
        .config(|config| config.http.hsts_seconds = 31_536_000)
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    for answer in [
        town.owner().owns(&id).await.is(200),
        town.person().opens(&id).await.is(200),
        town.person()
            .finds(&format!("party={}", town.party()))
            .await
            .is(200),
        town.stranger().opens(&id).await.is(403),
        town.nobody().get("/nowhere").await.is(404),
    ] {
        assert_eq!(
            answer.header("cache-control"),
            "no-store",
            "{}",
            answer.asked
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000"
        );
    }
    let plain = Town::new().await;
    let keys = plain
        .nobody()
        .get("/api/v1/.well-known/jwks.json")
        .await
        .is(200);
    assert_eq!(keys.header("cache-control"), "public, max-age=86400");
    assert_eq!(keys.headers.get("strict-transport-security"), None);
}
