//! An identity provider on this machine, and whoever waits for us elsewhere.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use dialogporten::config;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{Caller, Key, Token, Town};

/// An identity provider.
pub struct Provider {
    pub key: Key,
    pub address: String,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    /// One with a key of its own.
    pub async fn start() -> Self {
        let key = Key::new();
        let keys = json!([key.jwk("the key")]);
        Self::publishing(key, keys, |address| {
            json!({"issuer": format!("{address}/"), "jwks_uri": format!("{address}/keys")})
        })
        .await
    }

    /// One that publishes these keys, and says this of itself.
    pub async fn publishing(key: Key, keys: Value, says: impl FnOnce(&str) -> Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let document = says(&address);
        let asked = Arc::<AtomicUsize>::default();
        let count = asked.clone();
        let discovery = async move || {
            count.fetch_add(1, Ordering::Relaxed);
            Json::<Value>(document)
        };
        let keys = json!({ "keys": keys });
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

    /// How often somebody wanted to know what it says of itself.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    pub fn settings(&self) -> config::Issuer {
        config::Issuer {
            name: "Test".into(),
            well_known: format!("{}/discovery", self.address),
        }
    }
}

/// A person's token of an issuer, signed by any key.
pub fn token<'a>(town: &'a Town, issuer: &Provider, key: &Key, header: Value) -> Caller<'a> {
    let token = of(town, issuer).headed(header);
    town.bearing(&format!("Bearer {}", token.signed(key)))
}

/// A person's token as an issuer would make it.
pub fn of(town: &Town, issuer: &Provider) -> Token {
    let issuer = json!({"iss": format!("{}/", issuer.address)});
    town.person().token().claiming(issuer)
}

/// Somebody who waits for us to come, and answers everything in one way.
pub struct Trap {
    pub address: String,
    visits: Arc<AtomicUsize>,
}

impl Trap {
    /// It answers with a key set, as an attacker would.
    pub async fn set(keys: Value) -> Self {
        Self::answering(move || Json(json!({ "keys": keys })).into_response()).await
    }

    /// It leads on to another address.
    pub async fn leading_to(address: &str) -> Self {
        let to = [("location", format!("{address}/keys"))];
        Self::answering(move || (StatusCode::TEMPORARY_REDIRECT, to.clone()).into_response()).await
    }

    async fn answering(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let visits = Arc::<AtomicUsize>::default();
        let count = visits.clone();
        let router = Router::new().fallback(async move || {
            count.fetch_add(1, Ordering::SeqCst);
            answer()
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, visits }
    }

    /// How often we came.
    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

/// A key as most issuers have it.
pub struct Rsa(RsaKeyPair);

impl Rsa {
    pub fn new() -> Self {
        Self(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public key as it is published.
    pub fn jwk(&self, kid: &str) -> Value {
        let public = self.0.public_key();
        let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
            "n": text(public.modulus().big_endian_without_leading_zero()),
            "e": text(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// All the ways in which people write a public key down.
    pub fn spellings(&self) -> Vec<Vec<u8>> {
        let public = self.0.public_key();
        let whole: PublicKeyX509Der<'_> = public.as_der().unwrap();
        let whole = whole.as_ref().to_vec();
        let lines: Vec<String> = STANDARD
            .encode(&whole)
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
            lines.join("\n")
        );
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        vec![
            STANDARD.encode(&whole).into_bytes(),
            whole,
            format!("{pem}\n").into_bytes(),
            pem.into_bytes(),
            URL_SAFE_NO_PAD.encode(&modulus).into_bytes(),
            modulus,
            public.as_ref().to_vec(),
            self.jwk("a").to_string().into_bytes(),
        ]
    }

    /// The token, signed by RS256 whatever it says.
    pub fn sign(&self, token: &Token) -> String {
        let message = token.message();
        let mut signature = vec![0; self.0.public_modulus_len()];
        let chance = SystemRandom::new();
        let signed = self.0.sign(
            &RSA_PKCS1_SHA256,
            &chance,
            message.as_bytes(),
            &mut signature,
        );
        signed.unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
