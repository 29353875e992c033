use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::*;
use crate::{
    config::{self, Mode, Sink},
    platform::{
        Call, Platform, System,
        testing::{KEY, Seen, Site, jwk, status},
    },
};

/// An issuer of tokens, an exchange and a platform in one, and a server that uses them.
struct Setting {
    site: Site,
    clock: Clock,
    platform: Platform,
    answers: Arc<Mutex<Answers>>,
    gate: Arc<Semaphore>,
}

#[derive(Clone, Copy)]
struct Answers {
    is_up: bool,
    lifetime: i64,
    /// What the platform says to calls.
    status: u16,
}

fn client(url: &str, exchanges: bool) -> Maskinporten {
    Maskinporten {
        token_url: format!("{url}auth/token"),
        exchange_url: if exchanges {
            format!("{url}exchange?test=1")
        } else {
            String::new()
        },
        client_id: "the-client".to_owned(),
        jwk: URL_SAFE_NO_PAD.encode(jwk().to_string()).into(),
        scope: "a:b c:d".to_owned(),
    }
}

async fn setting(exchanges: bool) -> Setting {
    let answers = Arc::new(Mutex::new(Answers {
        is_up: true,
        lifetime: 120,
        status: 200,
    }));
    let gate = Arc::new(Semaphore::new(1_000));
    let clock = Clock::stopped_at(Clock::system().now());
    let site = Site::start({
        let (answers, gate, clock) = (answers.clone(), gate.clone(), clock.clone());
        move |seen: Seen| {
            let (answers, gate, clock) = (answers.clone(), gate.clone(), clock.clone());
            async move {
                let path = seen.uri.path();
                if path == "/auth/token" {
                    let _open = gate.acquire().await.unwrap();
                }
                let answers = *answers.lock().unwrap();
                answer(&seen, answers, &clock)
            }
        }
    })
    .await;
    let settings = config::Platform {
        mode: Mode::Altinn,
        base_uri: site.url.clone(),
        cdn_base_uri: site.url.clone(),
        retry_after_milliseconds: 1,
        maskinporten: client(&site.url, exchanges),
        ..config::Platform::default()
    };
    let events = config::Events {
        sink: Sink::Altinn,
        base_uri: site.url.clone(),
        ..config::Events::default()
    };
    let platform = Platform::open(&settings, &events, clock.clone()).unwrap();
    Setting {
        site,
        clock,
        platform,
        answers,
        gate,
    }
}

fn answer(seen: &Seen, answers: Answers, clock: &Clock) -> Response {
    match seen.uri.path() {
        "/auth/token" if !answers.is_up => status(503),
        "/auth/token" => json!({
            "access_token": format!("granted-{}", seen.number),
            "expires_in": answers.lifetime,
        })
        .to_string()
        .into_response(),
        "/exchange" => {
            let ends = clock.now().seconds() + 1_800;
            let claims = URL_SAFE_NO_PAD.encode(json!({"exp": ends}).to_string());
            // Some send it as JSON.
            format!("\"exchanged.{claims}.{}\"", seen.number).into_response()
        }
        _ => status(answers.status),
    }
}

impl Setting {
    async fn calls(&self) -> Result<(), Failed> {
        self.asks(System::DecisionPoint).await
    }

    async fn asks(&self, system: System) -> Result<(), Failed> {
        let call = Call {
            operation: "test",
            method: Method::GET,
            path: "x",
            body: None,
            accept_language: None,
            limit: 100,
        };
        self.platform.call(system, call).await.map(drop)
    }

    fn answers(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }

    fn passes(&self, milliseconds: i64) {
        self.clock.advance(Duration::milliseconds(milliseconds));
    }

    fn came(&self, path: &str) -> Vec<Seen> {
        let mut all = self.site.seen();
        all.retain(|seen| seen.uri.path() == path);
        all
    }

    /// How often a token was asked for.
    fn tokens(&self) -> usize {
        self.came("/auth/token").len()
    }

    /// With which token the last call went out.
    fn bearer(&self) -> Option<String> {
        let calls = self.came("/x");
        calls
            .last()
            .unwrap()
            .header("authorization")
            .map(Into::into)
    }

    /// Waits until what goes on in the background has ended.
    async fn settled(&self) {
        let token = self.platform.own_token().unwrap();
        drop(token.pace.lock().await);
    }
}

#[tokio::test]
async fn the_grant_says_who_wants_what_and_is_signed() {
    let s = setting(false).await;
    s.calls().await.unwrap();
    let asked = &s.came("/auth/token")[0];
    assert_eq!(asked.method, Method::POST);
    assert_eq!(
        asked.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&asked.body)
        .into_owned()
        .collect();
    let [(kind, jwt_bearer), (name, assertion)] = &form[..] else {
        panic!("{form:?}");
    };
    assert_eq!((kind.as_str(), name.as_str()), ("grant_type", "assertion"));
    assert_eq!(jwt_bearer, "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let (message, signature) = assertion.rsplit_once('.').unwrap();
    let public = KEY.public_key().as_ref();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
        .verify(
            message.as_bytes(),
            &URL_SAFE_NO_PAD.decode(signature).unwrap(),
        )
        .unwrap();
    let part = |text: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    let (header, claims) = message.split_once('.').unwrap();
    assert_eq!(
        part(header),
        json!({"alg": "RS256", "typ": "JWT", "kid": "client-key"})
    );
    let claims = part(claims);
    assert!(uuid::Uuid::parse_str(claims["jti"].as_str().unwrap()).is_ok());
    let now = s.clock.now().seconds();
    assert_eq!(
        claims,
        json!({
            "aud": format!("{}auth/", s.site.url), "iss": "the-client", "scope": "a:b c:d",
            "iat": now, "exp": now + 100, "jti": claims["jti"],
        })
    );
}

#[tokio::test]
async fn a_granted_token_is_exchanged_where_that_is_wanted() {
    let s = setting(false).await;
    s.calls().await.unwrap();
    assert_eq!(s.bearer().unwrap(), "Bearer granted-0");
    let s = setting(true).await;
    s.calls().await.unwrap();
    let exchange = &s.came("/exchange")[0];
    assert_eq!(exchange.method, Method::GET);
    assert_eq!(exchange.uri, "/exchange?test=1");
    assert_eq!(exchange.header("authorization"), Some("Bearer granted-0"));
    assert!(s.bearer().unwrap().starts_with("Bearer exchanged."));
    // It says itself how long it is good, however short the other one was.
    s.passes(1_300_000);
    s.calls().await.unwrap();
    assert_eq!(s.tokens(), 1);
}

#[tokio::test]
async fn the_token_goes_where_it_is_wanted_only() {
    let s = setting(false).await;
    for (system, expected) in System::ALL
        .into_iter()
        .zip([true, true, false, true, false, false, true])
    {
        s.asks(system).await.unwrap();
        assert_eq!(s.bearer().is_some(), expected, "{system:?}");
    }
}

#[tokio::test]
async fn many_calls_wait_for_one_token() {
    let s = setting(true).await;
    let held = s.gate.acquire_many(1_000).await.unwrap();
    let calls = join_all((0..20).map(|_| s.calls()));
    let (results, ()) = tokio::join!(calls, async {
        s.site.asked(1).await;
        drop(held);
    });
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((s.tokens(), s.came("/exchange").len()), (1, 1));
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_break_off_the_request() {
    let s = setting(false).await;
    let held = s.gate.acquire_many(1_000).await.unwrap();
    {
        let call = std::pin::pin!(s.calls());
        let asked = std::pin::pin!(s.site.asked(1));
        futures_util::future::select(call, asked).await;
    }
    drop(held);
    s.calls().await.unwrap();
    assert_eq!(s.tokens(), 1);
}

#[tokio::test]
async fn a_new_token_is_got_before_the_old_one_ends_while_nobody_waits() {
    let s = setting(false).await;
    s.calls().await.unwrap();
    s.passes(89_999);
    s.calls().await.unwrap();
    assert_eq!(s.tokens(), 1);
    s.passes(1);
    let held = s.gate.acquire_many(1_000).await.unwrap();
    for _ in 0..5 {
        s.calls().await.unwrap();
        assert_eq!(s.bearer().unwrap(), "Bearer granted-0");
    }
    while s.tokens() < 2 {
        tokio::task::yield_now().await;
    }
    drop(held);
    s.settled().await;
    s.calls().await.unwrap();
    assert_ne!(s.bearer().unwrap(), "Bearer granted-0");
    assert_eq!(s.tokens(), 2);
}

#[tokio::test]
async fn a_token_is_not_used_to_its_very_end() {
    let s = setting(false).await;
    s.calls().await.unwrap();
    s.answers(|answers| answers.is_up = false);
    s.passes(104_999);
    s.calls().await.unwrap();
    s.settled().await;
    s.passes(1);
    assert!(matches!(s.calls().await, Err(Failed::Token)));
}

#[tokio::test]
async fn failures_are_followed_by_longer_and_longer_pauses_whatever_the_number_of_calls() {
    let s = setting(false).await;
    s.answers(|answers| answers.is_up = false);
    for (before, pause) in [1, 2, 4, 8, 16, 32, 64, 64].into_iter().enumerate() {
        for _ in 0..3 {
            assert!(matches!(s.calls().await, Err(Failed::Token)));
        }
        assert_eq!(s.tokens(), before + 1);
        s.passes(pause * 1_000 - 1);
        assert!(matches!(s.calls().await, Err(Failed::Token)));
        assert_eq!(s.tokens(), before + 1, "within {pause} s");
        s.passes(1);
    }
    assert!(s.came("/x").is_empty(), "nothing goes out without a token");
    s.answers(|answers| answers.is_up = true);
    s.calls().await.unwrap();
}

#[tokio::test]
async fn what_is_no_token_is_not_used() {
    for answer in [
        "",
        "{}",
        r#"{"access_token":"","expires_in":120}"#,
        r#"{"access_token":"a b","expires_in":120}"#,
        r#"{"access_token":"a\nb","expires_in":120}"#,
        r#"{"access_token":"a","expires_in":0}"#,
        r#"{"access_token":"a","expires_in":-1}"#,
    ] {
        let site = Site::start(move |_| async move { answer }).await;
        let settings = config::Platform {
            mode: Mode::Altinn,
            base_uri: site.url.clone(),
            maskinporten: client(&site.url, false),
            ..config::Platform::default()
        };
        let platform =
            Platform::open(&settings, &config::Events::default(), Clock::system()).unwrap();
        let token = platform.own_token().unwrap();
        assert!(matches!(token.get().await, Err(Failed::Token)), "{answer}");
    }
}

#[tokio::test]
async fn a_token_that_the_platform_refuses_is_replaced_unless_it_is_new() {
    let s = setting(false).await;
    s.answers(|answers| answers.status = 401);
    let refused = |failed: Result<(), Failed>| {
        assert!(matches!(failed, Err(Failed::Status(status)) if status == 401));
    };
    refused(s.calls().await);
    assert_eq!((s.tokens(), s.came("/x").len()), (1, 1));
    s.passes(60_000);
    refused(s.calls().await);
    assert_eq!((s.tokens(), s.came("/x").len()), (2, 3));
    s.answers(|answers| answers.status = 200);
    s.calls().await.unwrap();
    assert_eq!(s.tokens(), 2);
}

#[tokio::test]
async fn closing_breaks_off_what_is_on_its_way() {
    let s = setting(false).await;
    let _held = s.gate.acquire_many(1_000).await.unwrap();
    let (called, ()) = tokio::join!(s.calls(), async {
        s.site.asked(1).await;
        s.platform.close().await;
    });
    assert!(matches!(called, Err(Failed::Token)));
}

#[test]
fn a_key_that_cannot_sign_is_told_without_showing_it() {
    let without = |member: &str| {
        let mut jwk = jwk();
        jwk.as_object_mut().unwrap().remove(member);
        URL_SAFE_NO_PAD.encode(jwk.to_string())
    };
    let other = |member: &str, value: &str| {
        let mut jwk = jwk();
        jwk[member] = value.into();
        URL_SAFE_NO_PAD.encode(jwk.to_string())
    };
    for (jwk, expected) in [
        ("!".to_owned(), "base64url"),
        (URL_SAFE_NO_PAD.encode("secret"), "not a JWK"),
        (without("d"), "not a JWK"),
        (without("kid"), "not a JWK"),
        (other("kty", "EC"), "not RSA"),
        (other("p", "ä"), "base64url"),
        (other("d", "AQAB"), "private key"),
    ] {
        let settings = config::Platform {
            maskinporten: Maskinporten {
                jwk: jwk.clone().into(),
                ..client("http://127.0.0.1/", false)
            },
            ..config::Platform::default()
        };
        let opened = Platform::open(&settings, &config::Events::default(), Clock::system());
        let told = opened.err().unwrap().to_string();
        assert!(told.contains("platform.maskinporten.jwk"), "{told}");
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains("secret") && !told.contains(&jwk), "{told}");
    }
}
