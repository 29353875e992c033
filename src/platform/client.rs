//! Gets public documents: one attempt, one deadline.

use std::{error::Error, time::Duration};

use bytes::Bytes;
use reqwest::{ClientBuilder, RequestBuilder, Url, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::telemetry::trace::{self, TraceParent};

use super::Failed;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

/// Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) http: reqwest::Client,
}

impl Client {
    /// How long a call may take as a whole.
    const WHOLE: Duration = Duration::from_secs(5);

    /// The client; fails where the machine's certificates cannot be used.
    pub fn new() -> reqwest::Result<Self> {
        let http = builder().timeout(Self::WHOLE).build()?;
        Ok(Self { http })
    }

    /// Gets a JSON document of at most `limit` bytes.
    pub async fn get_json<T: DeserializeOwned>(&self, url: Url, limit: usize) -> Result<T, Failed> {
        let request = self
            .http
            .get(url)
            .header(reqwest::header::ACCEPT, "application/json");
        Ok(serde_json::from_slice(&answer(request, limit).await?)?)
    }

    /// Posts a JSON document; the answer is not read.
    pub async fn post_json(&self, url: Url, body: &Value) -> Result<(), Failed> {
        let answer = self.http.post(url).json(body).send().await;
        let status = answer.map_err(transport)?.status();
        status
            .is_success()
            .then_some(())
            .ok_or(Failed::Status(status))
    }

    /// Whether a GET is answered with a status of success within `patience`. The body is not read.
    pub async fn succeeds(&self, url: Url, patience: Duration) -> bool {
        let answer = self.http.get(url).timeout(patience).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

/// What all clients have in common: no proxy that the environment names, no redirects, no traces of where we were.
pub(super) fn builder() -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("dialogporten/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT)
}

/// The body of a successful answer of at most `limit` bytes.
pub(super) async fn answer(request: RequestBuilder, limit: usize) -> Result<Bytes, Failed> {
    let request = match TraceParent::current().and_then(|here| here.next().header()) {
        Some(place) => request.header(trace::HEADER, place),
        None => request,
    };
    let mut response = request.send().await.map_err(transport)?;
    if !response.status().is_success() {
        return Err(Failed::Status(response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(transport)? {
        if body.len() + chunk.len() > limit {
            return Err(Failed::TooLong(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// The last cause tells most ("connection refused"); what stands above it repeats the URL.
pub(super) fn transport(error: reqwest::Error) -> Failed {
    if error.is_timeout() {
        return Failed::late();
    }
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Failed::Transport(cause.to_string())
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        http::{StatusCode, header::LOCATION},
        routing::get,
    };
    use serde_json::json;

    use super::*;

    async fn serve(router: Router) -> Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Url::parse(&url).unwrap()
    }

    #[tokio::test]
    async fn only_a_small_success_is_an_answer() {
        let url = serve(
            Router::new()
                .route("/good", get(async || r#"{"a":1}"#))
                .route("/long", get(async || format!("\"{}\"", "x".repeat(1000))))
                .route("/text", get(async || "hello"))
                .route(
                    "/moved",
                    get(async || (StatusCode::FOUND, [(LOCATION, "/good")])),
                )
                .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR)),
        )
        .await;
        let client = Client::new().unwrap();
        let ask = async |path: &str| {
            let url = url.join(path).unwrap();
            client
                .get_json::<Value>(url, 100)
                .await
                .map_err(|failed| failed.to_string())
        };
        assert_eq!(ask("good").await, Ok(json!({"a": 1})));
        for (path, failed) in [
            ("long", "the answer is longer than 100 bytes"),
            (
                "text",
                "the answer is not the expected JSON: expected value at line 1 column 1",
            ),
            ("moved", "the answer was 302 Found"),
            ("broken", "the answer was 500 Internal Server Error"),
        ] {
            assert_eq!(ask(path).await, Err(failed.to_owned()), "{path}");
        }
    }

    #[tokio::test]
    async fn a_closed_door_is_no_answer() {
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!(
            "http://{}/secret-path",
            closed.local_addr().unwrap()
        ))
        .unwrap();
        drop(closed);
        let failed = Client::new()
            .unwrap()
            .get_json::<Value>(url, 100)
            .await
            .unwrap_err();
        assert!(matches!(failed, Failed::Transport(_)));
        assert!(!failed.to_string().contains("secret-path"), "{failed}");
    }
}
