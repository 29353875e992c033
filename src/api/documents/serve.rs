//! Where the documents are served, to anybody. Each is made when it is first asked for, and once.

use std::sync::{Arc, LazyLock};

use anyhow::anyhow;
use axum::{
    Router,
    body::Bytes,
    extract::Extension,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::Edition;
use crate::http::{
    layers::path::AskedPath,
    openapi::page::{Source, page},
    problem::Problem,
};

/// The routes, for a server that the world knows at the address `base`.
pub fn routes<S: Clone + Send + Sync + 'static>(base: &str) -> Router<S> {
    let router = Router::new()
        .route("/swagger", get(to_reference))
        .route("/scalar", get(reference));
    Edition::ALL.into_iter().fold(router, |router, edition| {
        let prepared = prepare(edition, base.to_owned());
        router.route(
            &format!("/swagger/{}/swagger.json", edition.name()),
            get(move || {
                let answer = answer(edition, &prepared);
                async { answer }
            }),
        )
    })
}

type Prepared =
    Arc<LazyLock<Result<Bytes, String>, Box<dyn FnOnce() -> Result<Bytes, String> + Send>>>;

fn prepare(edition: Edition, base: String) -> Prepared {
    let make = move || match edition.document(&base) {
        Ok(text) => Ok(Bytes::from(text)),
        Err(error) => Err(format!("{error:#}")),
    };
    Arc::new(LazyLock::new(Box::new(make)))
}

fn answer(edition: Edition, prepared: &Prepared) -> Result<Response, Problem> {
    let bytes = prepared
        .as_ref()
        .as_ref()
        .map_err(|error| Problem::Internal(anyhow!("{error}")))?;
    let mut response = bytes.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    if edition == Edition::Whole {
        // Pages of others show this one.
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    Ok(response)
}

/// The way from the page that was asked for to the root of the server, whatever it is mounted under.
fn root(asked: Option<Extension<AskedPath>>) -> &'static str {
    match asked {
        Some(Extension(AskedPath(path))) if path.ends_with('/') => "../",
        _ => "./",
    }
}

async fn to_reference(asked: Option<Extension<AskedPath>>) -> Response {
    let location: [(HeaderName, String); 1] =
        [(header::LOCATION, format!("{}scalar", root(asked)))];
    (StatusCode::FOUND, location).into_response()
}

async fn reference(asked: Option<Extension<AskedPath>>) -> Response {
    let root = root(asked);
    let sources = Edition::ALL.map(|edition| Source {
        name: edition.name(),
        title: edition.title(),
        url: format!("{root}swagger/{}/swagger.json", edition.name()),
    });
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, page(&sources)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use http_body_util::BodyExt;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::http::layers::path;

    async fn get(path: &str) -> (Response<()>, String) {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let request = path::level(request, "/dialogporten");
        let (parts, body) = routes::<()>("https://dialogs.example")
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (
            Response::from_parts(parts, ()),
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn documents_name_the_server_and_only_the_whole_one_is_for_foreign_pages() {
        for edition in Edition::ALL {
            let (response, body) = get(&format!("/swagger/{}/swagger.json", edition.name())).await;
            assert_eq!(response.status(), 200);
            assert_eq!(
                response.headers()["content-type"],
                "application/json; charset=utf-8"
            );
            let document: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(document["servers"][0]["url"], "https://dialogs.example");
            let foreign = response.headers().get("access-control-allow-origin");
            assert_eq!(foreign.is_some(), edition == Edition::Whole);
        }
    }

    #[tokio::test]
    async fn the_page_finds_the_documents_from_where_it_stands() {
        for (path, url) in [
            ("/scalar", "./swagger/v1.enduser/swagger.json"),
            (
                "/dialogporten/scalar/",
                "../swagger/v1.enduser/swagger.json",
            ),
        ] {
            let (response, body) = get(path).await;
            assert_eq!(
                response.headers()["content-type"],
                "text/html; charset=utf-8"
            );
            assert!(body.contains(&format!("<a href=\"{url}\">")), "{path}");
        }
    }

    #[tokio::test]
    async fn the_old_address_leads_to_the_page() {
        for (path, location) in [("/swagger", "./scalar"), ("/swagger/", "../scalar")] {
            let (response, _) = get(path).await;
            assert_eq!(response.status(), 302);
            assert_eq!(response.headers()["location"], location);
        }
    }
}
