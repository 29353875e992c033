//! Where the documents are served, to anybody, and the page that shows them. Each document is made when it is first
//! asked for, and once.

use std::sync::{Arc, LazyLock};

use anyhow::anyhow;
use axum::{
    Router,
    body::Bytes,
    extract::{Extension, Path},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::Edition;
use crate::http::{
    layers::path::AskedPath,
    openapi::page::{FILES, Place, Source, page},
    pages::{document, root},
    problem::Problem,
};

/// What is shown to readers who name no document.
const FIRST: Edition = Edition::ServiceOwner;

/// The routes, for a server that the world knows at the address `base`. `identities` is the path of the script that
/// knows who readers can be, where they can be anybody.
pub fn routes<S>(base: &str, identities: Option<String>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let reference = Reference {
        base: base.into(),
        identities: identities.map(Into::into),
    };
    let shows = |edition: Option<Edition>| {
        let reference = reference.clone();
        get(move |asked| {
            let page = reference.page(edition, asked);
            async { page }
        })
    };
    let router = Router::new()
        .route("/swagger", get(to_reference))
        .route("/scalar", shows(None))
        .route("/scalar/files/{digest}/{name}", get(file));
    Edition::ALL.into_iter().fold(router, |router, edition| {
        let prepared = prepare(edition, base.to_owned());
        router
            .route(&format!("/scalar/{}", edition.name()), shows(Some(edition)))
            .route(
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

type Asked = Option<Extension<AskedPath>>;

/// The way to the root of the server from a page whose route has `depth` slashes after the first.
fn way(asked: Asked, depth: usize) -> String {
    let asked = asked.map(|Extension(AskedPath(path))| path);
    root(&asked.unwrap_or_default(), depth)
}

async fn to_reference(asked: Asked) -> Response {
    let location: [(HeaderName, String); 1] =
        [(header::LOCATION, format!("{}scalar", way(asked, 0)))];
    (StatusCode::FOUND, location).into_response()
}

/// The page, as this server serves it.
#[derive(Clone)]
struct Reference {
    base: Arc<str>,
    identities: Option<Arc<str>>,
}

impl Reference {
    fn page(&self, edition: Option<Edition>, asked: Asked) -> Response {
        let root = way(asked, usize::from(edition.is_some()));
        let sources = Edition::ALL.map(|one| Source {
            title: one.title(),
            url: format!("{root}swagger/{}/swagger.json", one.name()),
            is_first: one == edition.unwrap_or(FIRST),
        });
        let identities = self.identities.as_ref();
        document(page(
            &sources,
            &Place {
                root: &root,
                files: &format!("{root}scalar/files/{}/", FILES.digest()),
                base: &self.base,
                identities: identities.map(|path| format!("{root}{path}")).as_deref(),
            },
        ))
    }
}

async fn file(Path((digest, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    FILES.answer(&digest, &name, &asked)
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
        let (parts, body) = routes::<()>("https://dialogs.example", None)
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
    async fn the_page_finds_the_documents_and_its_files_from_where_it_stands() {
        for (path, root) in [
            ("/scalar", "./"),
            ("/dialogporten/scalar/", "../"),
            ("/scalar/v1", "../"),
            ("/dialogporten/scalar/v1.enduser/", "../../"),
        ] {
            let (response, body) = get(path).await;
            assert_eq!(
                response.headers()["content-type"],
                "text/html; charset=utf-8"
            );
            let link = format!("<a href=\"{root}swagger/v1.enduser/swagger.json\">");
            assert!(body.contains(&link), "{path}");
            let script = format!("src=\"{root}scalar/files/{}/page.js\"", FILES.digest());
            assert!(body.contains(&script), "{path}");
        }
    }

    #[tokio::test]
    async fn the_document_in_the_address_is_shown_first() {
        for (path, shown) in [
            ("/scalar", "Dialogporten ServiceOwner"),
            ("/scalar/v1.enduser", "Dialogporten EndUser"),
            ("/scalar/v1.serviceowner", "Dialogporten ServiceOwner"),
            ("/scalar/v1", "Dialogporten"),
        ] {
            let (_, body) = get(path).await;
            let selected: Vec<_> = body.split(" selected>").collect();
            assert_eq!(selected.len(), 2, "{path}");
            assert!(
                selected[1].starts_with(&format!("{shown}</option>")),
                "{path}"
            );
        }
        assert_eq!(get("/scalar/v2").await.0.status(), 404);
    }

    #[tokio::test]
    async fn the_page_loads_from_this_server_only_and_browsers_keep_what_it_loads() {
        let (response, body) = get("/scalar").await;
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "));
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert!(
            !body.contains("src=\"http") && !body.contains("href=\"http"),
            "{body}"
        );
        assert!(body.contains("data-identities=\"\""));

        let path = format!("/scalar/files/{}/swagger-ui.css", FILES.digest());
        let (response, _) = get(&path).await;
        assert_eq!(response.status(), 200);
        let keeping = response.headers()["cache-control"].to_str().unwrap();
        assert!(keeping.ends_with("immutable"), "{keeping}");
        let none = format!("/scalar/files/{}/x.js", FILES.digest());
        assert_eq!(get(&none).await.0.status(), 404);
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
