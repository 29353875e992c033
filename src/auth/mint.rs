//! For tests: RSA keys, tokens signed with them, and a loopback identity provider.

use std::sync::{
    Arc, LazyLock, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// Keys take long to make, so all tests share these.
pub static KEYS: LazyLock<[Rsa; 3]> = LazyLock::new(|| ["a", "b", "c"].map(Rsa::generate));

/// A key of an identity provider.
pub struct Rsa {
    pub kid: &'static str,
    pair: RsaKeyPair,
}

impl Rsa {
    fn generate(kid: &'static str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        Self { kid, pair }
    }

    /// The public key as it is published.
    pub fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
            "n": text(public.modulus().big_endian_without_leading_zero()),
            "e": text(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// A token with the usual header.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(
            &json!({"alg": "RS256", "typ": "JWT", "kid": self.kid}),
            claims,
        )
    }

    /// A token with any header; the signature is RS256 whatever the header says.
    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The first two parts of a token.
pub fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// An identity provider on a port of its own.
pub struct Provider {
    pub well_known: Url,
    /// What stands in `iss`.
    pub issuer: String,
    state: Arc<State>,
}

struct State {
    keys: Mutex<Vec<Value>>,
    is_up: AtomicBool,
    documents: AtomicUsize,
    /// Every document takes a permit and gives it back.
    gate: Semaphore,
}

const PERMITS: u32 = 1_000;

impl Provider {
    /// Starts with these keys published. The path of the document ends in a slash.
    pub async fn start(keys: &[&Rsa]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            keys: Mutex::default(),
            is_up: AtomicBool::new(true),
            documents: AtomicUsize::new(0),
            gate: Semaphore::new(PERMITS as usize),
        });
        let document =
            json!({"issuer": format!("{base}/"), "jwks_uri": format!("{base}/jwks")}).to_string();
        let discovery = Arc::clone(&state);
        let jwks = Arc::clone(&state);
        let router = Router::new()
            .route(
                "/.well-known/oauth-authorization-server/",
                get(async move || {
                    discovery.documents.fetch_add(1, Ordering::SeqCst);
                    let _permit = discovery.gate.acquire().await.unwrap();
                    if discovery.is_up.load(Ordering::SeqCst) {
                        document.into_response()
                    } else {
                        StatusCode::SERVICE_UNAVAILABLE.into_response()
                    }
                }),
            )
            .route(
                "/jwks",
                get(async move || json!({"keys": *jwks.keys.lock().unwrap()}).to_string()),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        let provider = Self {
            well_known: Url::parse(&format!("{base}/.well-known/oauth-authorization-server/"))
                .unwrap(),
            issuer: format!("{base}/"),
            state,
        };
        provider.publish(keys.iter().map(|key| key.jwk()).collect());
        provider
    }

    /// Replaces the published keys.
    pub fn publish(&self, keys: Vec<Value>) {
        *self.state.keys.lock().unwrap() = keys;
    }

    /// Answers from now on, or does not.
    pub fn is_up(&self, is_up: bool) {
        self.state.is_up.store(is_up, Ordering::SeqCst);
    }

    /// How often the document was asked for.
    pub fn documents(&self) -> usize {
        self.state.documents.load(Ordering::SeqCst)
    }

    /// Holds answers back until the result is dropped.
    pub async fn held(&self) -> tokio::sync::SemaphorePermit<'_> {
        self.state.gate.acquire_many(PERMITS).await.unwrap()
    }

    /// Waits until the document has been asked for so often.
    pub async fn asked(&self, times: usize) {
        while self.documents() < times {
            tokio::task::yield_now().await;
        }
    }
}
