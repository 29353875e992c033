//! Which tokens are believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{ask, enters};
use crate::support::{Caller, Key, OWNED, Town, routes};

/// The challenges of an answer.
fn challenges(answer: &crate::support::Answer) -> Vec<String> {
    let all = answer.headers.get_all("www-authenticate").iter();
    all.map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn without_a_token_every_protected_route_is_closed() {
    let town = Town::new().await;
    for route in routes() {
        let answer = ask(&town.nobody(), &route).await.is_empty(401);
        assert_eq!(challenges(&answer), ["Bearer"], "{route:?}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_an_invalid_token() {
    let town = Town::new().await;
    let good = town.person().authorization().to_owned();
    let token = good.trim_start_matches("Bearer ").to_owned();
    let parts: Vec<_> = token.split('.').collect();
    for wrong in [
        "Bearer thisisnotavalidtoken".to_owned(),
        format!("Bearer {}.{}", parts[0], parts[1]),
        format!("{good}.{}", parts[2]),
        format!("{good}=="),
        format!("{good},"),
        format!("Bearer \"{token}\""),
        format!("{good} {token}"),
        format!("Bearer x {token}"),
        format!(
            "Bearer {}.{}.{}",
            parts[0],
            URL_SAFE_NO_PAD.encode("[]"),
            parts[2]
        ),
        format!("Bearer {}.{}.{}", parts[0], "!", parts[2]),
    ] {
        let caller = town.bearing(&wrong);
        let answer = caller.opens("x").await.is_empty(401);
        assert!(
            challenges(&answer)[0].contains(r#"error="invalid_token""#),
            "{wrong}"
        );
    }
    for other in [
        token.clone(),
        format!("Basic {}", parts[2]),
        format!("Bearer\t{}", parts[2]),
        "Bearer".into(),
        "Bearer ".into(),
        String::new(),
    ] {
        let answer = town.bearing(&other).opens("x").await.is_empty(401);
        assert_eq!(challenges(&answer), ["Bearer"], "{other}");
    }
    for fine in [
        good.to_lowercase()
            .replacen(&good[7..].to_lowercase(), &good[7..], 1),
        good.replacen(' ', "   ", 1),
        format!("{good}  "),
    ] {
        assert!(enters(&town.bearing(&fine)).await, "{fine}");
    }
}

#[tokio::test]
async fn only_what_the_issuer_has_signed_is_believed() {
    let town = Town::new().await;
    let token = town.person().token();
    let bearing = |token: String| town.bearing(&format!("Bearer {token}"));
    let signed = token.signed(&town.key());
    let (message, signature) = signed.rsplit_once('.').unwrap();
    let other = Key::new();
    let changed = token
        .clone()
        .claiming(json!({"pid": town.stranger}))
        .message();
    let mut wrong = vec![
        token.signed(&other),
        token
            .clone()
            .headed(json!({"jwk": other.jwk("x")}))
            .signed(&other),
        format!("{changed}.{signature}"),
        format!("{message}."),
        format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
        format!("{message}.{}AAAA", signature),
        token
            .clone()
            .claiming(json!({"iss": "urn:somebody:else"}))
            .signed(&town.key()),
        token
            .clone()
            .claiming(json!({"iss": null}))
            .signed(&town.key()),
    ];
    for alg in [
        "none", "None", "NONE", "HS256", "RS256", "ES256", "eddsa", "",
    ] {
        let token = token.clone().headed(json!({"alg": alg}));
        wrong.extend([
            format!("{}.", token.message()),
            format!("{}.{signature}", token.message()),
            token.signed(&town.key()),
        ]);
    }
    for token in wrong {
        assert!(!enters(&bearing(token.clone())).await, "{token}");
    }
    let header = |changes: Value| bearing(token.clone().headed(changes).signed(&town.key()));
    for fine in [
        json!({}),
        json!({"kid": "unknown"}),
        json!({"kid": null}),
        json!({"kid": 7}),
        json!({"typ": null}),
        json!({"typ": "at+jwt"}),
    ] {
        assert!(enters(&header(fine.clone())).await, "{fine}");
    }
}

#[tokio::test]
async fn a_token_is_valid_for_its_time_and_two_seconds_of_grace() {
    let town = Town::build().stopped().open().await;
    let now = town.now().seconds();
    let with = |claims: Value| town.person().claiming(claims);
    for (claims, is_valid) in [
        (json!({"exp": now + 60}), true),
        (json!({"exp": now - 1, "nbf": null}), true),
        (json!({"exp": now - 5, "nbf": null}), false),
        (json!({"exp": null}), false),
        (json!({"exp": (now + 60).to_string()}), true),
        (json!({"exp": 60.5 + 2_000_000_000.0}), true),
        (json!({"exp": 0, "nbf": null}), false),
        (json!({"exp": -5, "nbf": null}), false),
        (json!({"exp": "soon"}), false),
        (json!({"exp": true}), false),
        (json!({"exp": [now + 60]}), false),
        (json!({"nbf": now + 1}), true),
        (json!({"nbf": now + 60}), false),
        (json!({"nbf": "later"}), false),
        (json!({"nbf": null}), true),
        (json!({"exp": now + 30, "nbf": now + 31}), false),
        (json!({"iat": "nonsense"}), true),
        (json!({"iat": now + 1_000}), true),
        (json!({"aud": "somebody else"}), true),
    ] {
        assert_eq!(enters(&with(claims.clone())).await, is_valid, "{claims}");
    }
    let person = town.person();
    assert!(enters(&person).await);
    town.waits(3_604);
    assert!(
        !enters(&person).await,
        "a token that has been believed once ends all the same"
    );
}

#[tokio::test]
async fn a_token_somewhere_else_is_none() {
    let town = Town::new().await;
    let token = town.owner().authorization().replace("Bearer ", "");
    town.nobody()
        .get(&format!("{OWNED}/x?access_token={token}"))
        .await
        .is_empty(401);
}

#[tokio::test]
async fn without_the_local_issuer_its_tokens_are_nobodys() {
    let town = Town::build()
        .config(|config| config.auth.local_issuer = false)
        .open()
        .await;
    assert!(!enters(&town.person()).await);
}

#[tokio::test]
async fn two_tokens_are_no_token() {
    let town = Town::new().await;
    let good: Caller<'_> = town.person();
    let request = axum::http::Request::get(format!("{OWNED}/x"))
        .header("authorization", good.authorization())
        .header("authorization", good.authorization());
    town.send(request.body(axum::body::Body::empty()).unwrap())
        .await
        .is_empty(401);
}
