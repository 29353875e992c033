//! Issuers elsewhere: found by discovery, each for itself.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, Router, routing::get};
use dialogporten::config;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::enters;
use crate::support::{Key, Town};

/// An identity provider on this machine.
struct Provider {
    key: Key,
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let key = Key::new();
        let keys = json!({"keys": [key.jwk("the key")]});
        let document =
            json!({"issuer": format!("{address}/"), "jwks_uri": format!("{address}/keys")});
        let asked = Arc::<AtomicUsize>::default();
        let count = asked.clone();
        let discovery = async move || {
            count.fetch_add(1, Ordering::Relaxed);
            Json::<Value>(document)
        };
        let router = Router::new()
            .route("/discovery", get(discovery))
            .route("/keys", get(async move || Json(keys)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            key,
            address,
            asked,
        }
    }

    fn settings(&self) -> config::Issuer {
        config::Issuer {
            name: "Test".into(),
            well_known: format!("{}/discovery", self.address),
        }
    }
}

/// A person's token of an issuer, signed by any key.
fn token<'a>(
    town: &'a Town,
    issuer: &Provider,
    key: &Key,
    header: Value,
) -> crate::support::Caller<'a> {
    let token = town
        .person()
        .token()
        .claiming(json!({"iss": format!("{}/", issuer.address)}))
        .headed(header);
    town.bearing(&format!("Bearer {}", token.signed(key)))
}

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
    let asked = [&one, &other].map(|issuer| issuer.asked.load(Ordering::Relaxed));
    assert_eq!(asked, [1, 1]);
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
