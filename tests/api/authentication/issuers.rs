//! Issuers elsewhere: found by discovery, each for itself.

use serde_json::json;
use tokio::net::TcpListener;

use super::{
    enters,
    provider::{Provider, Trap, token},
};
use crate::support::{Key, Town};

#[tokio::test]
async fn each_issuer_is_believed_about_its_own_tokens_only() {
    let (one, other) = (Provider::start().await, Provider::start().await);
    let issuers = vec![one.settings(), other.settings()];
    let town = Town::build()
        .config(|config| config.auth.issuers = issuers)
        .open()
        .await;
    assert!(enters(&token(&town, &one, &one.key, json!({}))).await);
    assert!(enters(&token(&town, &other, &other.key, json!({"kid": "the key"}))).await);
    assert!(
        enters(&town.person()).await,
        "the local issuer is one among others"
    );
    assert_eq!([one.asked(), other.asked()], [1, 1]);
    assert!(!enters(&token(&town, &one, &other.key, json!({}))).await);
    assert!(!enters(&token(&town, &one, &Key::new(), json!({}))).await);
    let answer = town.bearing("Bearer x").opens("x").await.is_empty(401);
    let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(challenges.len(), 3, "one for each issuer");
}

#[tokio::test]
async fn an_issuer_that_is_away_closes_the_door_for_its_own_tokens_only() {
    let there = Provider::start().await;
    let mut away = Provider::start().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    away.address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let issuers = vec![away.settings(), there.settings()];
    let town = Town::build()
        .config(|config| config.auth.issuers = issuers)
        .open()
        .await;
    assert!(enters(&token(&town, &there, &there.key, json!({}))).await);
    assert!(enters(&town.person()).await);
    let answer = token(&town, &away, &away.key, json!({}))
        .opens("x")
        .await
        .is_problem(502);
    assert_eq!(answer.text_at("/title"), "Bad gateway.");
    assert!(!answer.text.contains(&away.address), "{}", answer.text);
}

/// A person's token of an issuer that nobody gets to know, because of what it says of itself or where it leads.
async fn is_unavailable(issuer: &Provider) {
    let issuers = vec![issuer.settings()];
    let town = Town::build()
        .config(|config| config.auth.issuers = issuers)
        .open()
        .await;
    let answer = token(&town, issuer, &issuer.key, json!({}))
        .opens("x")
        .await;
    let answer = answer.is_problem(502);
    assert!(!answer.text.contains("127.0.0.1"), "{}", answer.text);
    assert!(enters(&town.person()).await);
}

#[tokio::test]
async fn an_issuer_does_not_send_us_elsewhere() {
    let key = Key::new();
    let elsewhere = Trap::set(json!([key.jwk("a")])).await;
    let leading = Trap::leading_to(&elsewhere.address).await;
    let keys = format!("{}/keys", leading.address);
    let says = |_: &str| json!({"issuer": "x", "jwks_uri": keys});
    is_unavailable(&Provider::publishing(key, json!([]), says).await).await;
    assert_eq!((leading.visits(), elsewhere.visits()), (1, 0));

    let mut issuer = Provider::start().await;
    issuer.address.clone_from(&leading.address);
    is_unavailable(&issuer).await;
    assert_eq!((leading.visits(), elsewhere.visits()), (2, 0));
}

#[tokio::test]
async fn keys_come_from_where_keys_may_come_from() {
    for address in [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://192.0.2.1/keys",
        "http://keys.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:1/",
        "data:application/json,{\"keys\":[]}",
        "keys",
        "",
    ] {
        let says = |_: &str| json!({"issuer": "x", "jwks_uri": address});
        is_unavailable(&Provider::publishing(Key::new(), json!([]), says).await).await;
    }
}
