//! `GET metadata/serviceresources`: everything that dialogs are about. Nothing here is personal, so it may be cached
//! and compressed.

use aws_lc_rs::digest;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{catalogue::Catalogue, wire::ServiceResourceMetadata},
    app::App,
    dialog::Violations,
    http::{
        compression::Encoding, extract::accept_language, openapi::headers::AcceptLanguage,
        problem::Problem,
    },
};

/// Resources of dialogs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceResourceMetadataList {
    /// The resources, by name.
    #[schema(nullable)]
    pub items: Vec<ServiceResourceMetadata>,
}

/// Lists the resources that any dialog is about.
#[utoipa::path(
    get,
    path = "/api/v1/metadata/serviceresources",
    operation_id = "GetServiceResourceMetadata",
    params(AcceptLanguage),
    responses((status = 200, body = ServiceResourceMetadataList)),
)]
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;

    let urns = app.store().resources_in_use().await?;
    let catalogue = Catalogue::open(&app, &languages).await?;
    let body = ServiceResourceMetadataList {
        items: catalogue.of(&urns),
    };
    let answer = Answer {
        bytes: serde_json::to_vec(&body).map_err(|error| Problem::Internal(error.into()))?,
        encoding: Encoding::accepted(&headers),
        depends_on_language: headers.contains_key(header::ACCEPT_LANGUAGE),
        known: headers.get(header::IF_NONE_MATCH).cloned(),
    };
    // Several megabytes take longer to compress than other requests should wait.
    tokio::task::spawn_blocking(move || answer.write())
        .await
        .map_err(|error| Problem::Internal(error.into()))?
}

/// A body that caches may keep.
struct Answer {
    bytes: Vec<u8>,
    encoding: Option<Encoding>,
    /// Whether the caller asked for a language.
    depends_on_language: bool,
    /// What the caller has already (RFC 9110, section 13.1.2).
    known: Option<HeaderValue>,
}

impl Answer {
    fn write(self) -> Result<Response, Problem> {
        let tag = tag(&self.bytes);
        let is_known = self
            .known
            .as_ref()
            .and_then(|known| known.to_str().ok())
            .is_some_and(|known| {
                known
                    .split(',')
                    .any(|one| one.trim() == "*" || one.trim() == tag)
            });
        // An answer in all languages is kept, too, but asked about each time, and a caller with languages gets another
        // tag. So it need not name `Accept-Language`, which clients have never seen there.
        let (control, vary) = if self.depends_on_language {
            ("public, max-age=300", "Accept-Encoding, Accept-Language")
        } else {
            ("public, no-cache", "Accept-Encoding")
        };
        let mut response = Response::default();
        let headers = response.headers_mut();
        let tag = HeaderValue::try_from(tag).map_err(|error| Problem::Internal(error.into()))?;
        headers.insert(header::ETAG, tag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        headers.insert(header::VARY, HeaderValue::from_static(vary));
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, json);
        let bytes = match self.encoding {
            None => self.bytes,
            Some(encoding) => {
                let name = HeaderValue::from_static(encoding.name());
                headers.insert(header::CONTENT_ENCODING, name);
                let compressed = encoding.compress(&self.bytes);
                compressed.map_err(|error| Problem::Internal(error.into()))?
            }
        };
        *response.body_mut() = Body::from(bytes);
        Ok(response)
    }
}

/// A weak entity tag: the same whatever the encoding.
fn tag(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    let hex: String = digest.as_ref()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("W/\"{hex}\"")
}
