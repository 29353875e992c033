//! For tests: systems on loopback ports that answer by a script, and a client key for getting tokens.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex},
};

use aws_lc_rs::{encoding::AsDer, encoding::Pkcs8V1Der, rsa::KeySize, signature::RsaKeyPair};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A request as it came.
#[derive(Clone)]
pub struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// How many requests came before it.
    pub number: usize,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A system.
pub struct Site {
    /// Ends in a slash.
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Site {
    /// A system that answers each request as `script` says.
    pub async fn start<F, R>(script: F) -> Self
    where
        F: Fn(Seen) -> R + Clone + Send + Sync + 'static,
        R: Future<Output: IntoResponse> + Send + 'static,
    {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = Arc::clone(&seen);
        let router = Router::new().fallback(move |request: Request| -> Answer {
            let (script, log) = (script.clone(), Arc::clone(&log));
            Box::pin(async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let seen = {
                    let mut log = log.lock().unwrap();
                    let number = log.len();
                    log.push(Seen {
                        method: parts.method,
                        uri: parts.uri,
                        headers: parts.headers,
                        body,
                        number,
                    });
                    log.last().unwrap().clone()
                };
                script(seen).await.into_response()
            })
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    /// A system that answers `{}`.
    pub async fn empty() -> Self {
        Self::start(async |_| "{}").await
    }

    /// Everything that came.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    pub async fn asked(&self, times: usize) {
        while self.seen().len() < times {
            tokio::task::yield_now().await;
        }
    }
}

/// An answer that breaks off.
pub fn broken() -> Response {
    let begin = Ok::<_, std::io::Error>(Bytes::from_static(b"{"));
    let end = Err(std::io::Error::other("broken"));
    Body::from_stream(futures_util::stream::iter([begin, end])).into_response()
}

/// An answer that begins and never ends.
pub fn endless() -> Response {
    use futures_util::StreamExt;
    let begin = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
    Body::from_stream(begin.chain(futures_util::stream::pending())).into_response()
}

/// The address of a system that hangs up on everybody.
pub async fn hangs_up() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    url
}

/// `200`, `503`, …
pub fn status(code: u16) -> Response {
    StatusCode::from_u16(code).unwrap().into_response()
}

/// A private key; making one takes long, so all tests share it.
pub static KEY: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The key as a private JWK with the name `client-key`.
pub fn jwk() -> Value {
    let der: Pkcs8V1Der = KEY.as_der().unwrap();
    // PrivateKeyInfo (RFC 5208): version, algorithm, and the key in an octet string, which is a sequence again
    // (RFC 8017, appendix A.1.2): version, n, e, d, p, q, dp, dq, qi.
    let info = elements(elements(der.as_ref())[0]);
    let key = elements(elements(info[2])[0]);
    let mut jwk = json!({"kty": "RSA", "kid": "client-key"});
    for (name, number) in ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
        .iter()
        .zip(&key[1..])
    {
        let leading = number.iter().take_while(|byte| **byte == 0).count();
        jwk[name] = URL_SAFE_NO_PAD.encode(&number[leading..]).into();
    }
    jwk
}

/// The contents of the DER elements that stand in a row.
fn elements(mut der: &[u8]) -> Vec<&[u8]> {
    let mut contents = Vec::new();
    while let [_, length, rest @ ..] = der {
        let (length, rest) = if *length < 0x80 {
            (usize::from(*length), rest)
        } else {
            let (bytes, rest) = rest.split_at(usize::from(length & 0x7f));
            let length = bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
            (length, rest)
        };
        let (content, rest) = rest.split_at(length);
        contents.push(content);
        der = rest;
    }
    contents
}
