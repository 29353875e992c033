//! The catalogue of resources.

use axum::http::Method;
use serde_json::json;

use crate::support::{Answer, Policy, Town};

const CATALOGUE: &str = "/api/v1/metadata/serviceresources";

async fn ask(town: &Town, headers: &[(&str, &str)]) -> Answer {
    town.nobody().ask(Method::GET, CATALOGUE, headers).await
}

#[tokio::test]
async fn anybody_may_know_which_resources_have_dialogs() {
    let town = Town::build().alone();
    let town = town
        .directory(|directory| {
            directory.also("unused", Policy::usual());
            directory.also("closed", Policy::at_level(2));
            directory.foreign("b", Policy::usual());
        })
        .open()
        .await;
    assert_eq!(ask(&town, &[]).await.is(200).body, json!({"items": []}));
    let of = |name| town.a_dialog_with(json!({"serviceResource": town.also(name)}));
    for _ in 0..2 {
        town.neighbour("").creates(of("b")).await;
        town.owner().creates(of("closed")).await;
    }
    let last = town.owner().creates(town.a_dialog()).await;
    let ids = async || {
        ask(&town, &[])
            .await
            .is(200)
            .texts_at("/items", "/serviceResource/id")
    };
    let named = |name| format!("{}-{name}", town.resource);
    assert_eq!(
        ids().await,
        [town.resource.clone(), named("b"), named("closed")]
    );
    town.owner().deletes(&last).await;
    assert_eq!(ids().await.len(), 3);
    town.owner().purges(&last).await;
    assert_eq!(ids().await, [named("b"), named("closed")]);
}

#[tokio::test]
async fn a_cache_may_keep_it_and_ask_whether_it_has_changed() {
    let town = Town::build().alone().open().await;
    let empty = ask(&town, &[]).await.is(200);
    let tag = empty.header("etag");
    let known = [("if-none-match", tag.as_str())];
    ask(&town, &known).await.is_empty(304);
    town.owner().creates(town.a_dialog()).await;
    let full = ask(&town, &known).await.is(200);
    assert_ne!(full.header("etag"), tag);
    assert_eq!(full.header("cache-control"), "public, no-cache");
    assert_eq!(full.header("vary"), "Accept-Encoding");
    let spoken = ask(&town, &[("accept-language", "nb")]).await.is(200);
    assert_eq!(spoken.header("cache-control"), "public, max-age=300");
    assert_eq!(spoken.header("vary"), "Accept-Encoding, Accept-Language");
    ask(&town, &[("accept-language", "nb;x=1")])
        .await
        .refuses(400, &["Accept-Language"]);
}

#[tokio::test]
async fn it_is_compressed_for_whoever_asks() {
    let town = Town::new().await;
    town.owner().creates(town.a_dialog()).await;
    for (accepted, encoding) in [
        ("gzip, br", Some("br")),
        ("gzip", Some("gzip")),
        ("deflate", None),
    ] {
        let answer = ask(&town, &[("accept-encoding", accepted)]).await.is(200);
        let found = answer.headers.get("content-encoding");
        assert_eq!(
            found.map(|value| value.to_str().unwrap()),
            encoding,
            "{accepted}"
        );
    }
}
