//! What anybody may ask: keys, limits.

use axum::http::Method;
use dialogporten::config;
use serde_json::{Value, json};

use crate::support::{FOUND, OWNED, Town};

const JWKS: &str = "/api/v1/.well-known/jwks.json";
const SERVER: &str = "/api/v1/.well-known/oauth-authorization-server";
const LIMITS: &str = "/api/v1/metadata/limits";

#[tokio::test]
async fn two_keys_are_published_for_a_day() {
    let town = Town::new().await;
    let answer = town.nobody().get(JWKS).await.is(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=86400");
    assert_eq!(answer.header("vary"), "Accept-Encoding");
    let keys = answer.list_at("/keys");
    assert_eq!(keys.len(), 2);
    for key in keys {
        let members: Vec<_> = key
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
            (
                &json!("OKP"),
                &json!("Ed25519"),
                &json!("EdDSA"),
                &json!("sig")
            )
        );
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
}

#[tokio::test]
async fn configured_keys_keep_their_names_and_the_issuer_is_the_configured_address() {
    let key = |kid: &str, letter: &str| config::SigningKey {
        kid: kid.into(),
        private_key: letter.repeat(43).into(),
    };
    let town = Town::build()
        .config(|config| {
            config.http.public_base_uri = "https://platform.example.com/dialogporten/".into();
            config.dialog_token = config::DialogToken {
                primary: key("first", "A"),
                secondary: key("second", "E"),
            };
        })
        .open()
        .await;
    let keys = town.nobody().get(JWKS).await.is(200);
    assert_eq!(keys.texts_at("/keys", "/kid"), ["first", "second"]);
    let server = town.nobody().get(SERVER).await.is(200);
    assert_eq!(server.header("cache-control"), "public, max-age=86400");
    let expected = json!({
        "issuer": "https://platform.example.com/dialogporten/api/v1",
        "jwks_uri": "https://platform.example.com/dialogporten/api/v1/.well-known/jwks.json",
    });
    assert_eq!(server.body, expected);
}

#[tokio::test]
async fn documents_of_json_are_json_or_nothing() {
    let town = Town::new().await;
    for path in [JWKS, SERVER, LIMITS] {
        for accept in [
            "",
            "nonsense",
            "*/*",
            "application/*;q=0.5",
            "Application/JSON",
            "application/problem+json",
            "text/html, application/json",
            "application/json;q=0,*/*",
        ] {
            town.nobody()
                .ask(Method::GET, path, &[("accept", accept)])
                .await
                .is(200);
        }
        for accept in [
            "text/html",
            "text/json",
            "application/json;q=0",
            "application/xml",
            "image/*",
        ] {
            let answer = town
                .nobody()
                .ask(Method::GET, path, &[("accept", accept)])
                .await
                .refuses(406, &["Accept"]);
            assert!(
                answer
                    .header("content-type")
                    .starts_with("application/json")
            );
            assert_eq!(
                answer.text_at("/title"),
                "Requested content type is not acceptable."
            );
            assert!(!answer.text_at("/detail").is_empty());
        }
        town.nobody()
            .ask(Method::HEAD, path, &[])
            .await
            .is_empty(405);
    }
}

#[tokio::test]
async fn the_limits_in_force_are_published() {
    let town = Town::build()
        .config(|config| {
            config.limits.end_user_search.max_party_filter_values = 7;
            config
                .limits
                .service_owner_search
                .max_service_resource_filter_values = 9;
        })
        .open()
        .await;
    let expected = json!({
        "endUserSearch": {
            "maxPartyFilterValues": 7, "maxServiceResourceFilterValues": 20, "maxOrgFilterValues": 20, "maxExtendedStatusFilterValues": 20,
        },
        "serviceOwnerSearch": {"maxPartyFilterValues": 20, "maxServiceResourceFilterValues": 9, "maxExtendedStatusFilterValues": 20},
    });
    assert_eq!(town.nobody().get(LIMITS).await.is(200).body, expected);
}

#[tokio::test]
async fn nothing_secret_is_told_to_who_asks_without_a_token() {
    let town = Town::new().await;
    for path in [
        JWKS,
        SERVER,
        LIMITS,
        "/health/deep",
        &format!("{OWNED}/x"),
        &format!("{FOUND}/x"),
    ] {
        let answer = town.nobody().get(path).await;
        for word in ["\"d\"", "postgres://", "PGSQL", "/target/"] {
            assert!(!answer.text.contains(word), "{path}: {}", answer.text);
        }
        assert_eq!(answer.headers.get("server"), None);
        let _: &Value = &answer.body;
    }
}
