//! For tests: systems on loopback ports that answer by a script, and a client key for getting tokens.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};

#[path = "../../tests/api/support/altinn/client_key.rs"]
mod client_key;

pub use client_key::{KEY, jwk};

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
