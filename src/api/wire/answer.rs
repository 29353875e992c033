//! Answers: JSON bodies and entity tags.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use uuid::Uuid;

use crate::http::problem::Problem;

/// A JSON answer.
pub fn json(
    status: StatusCode,
    headers: HeaderMap,
    body: &impl Serialize,
) -> Result<Response, Problem> {
    json_of_size(status, headers, body, 1_024)
}

/// A JSON answer of about so many bytes: large ones are not moved as they grow.
pub fn json_of_size(
    status: StatusCode,
    headers: HeaderMap,
    body: &impl Serialize,
    size: usize,
) -> Result<Response, Problem> {
    let mut bytes = Vec::with_capacity(size);
    serde_json::to_writer(&mut bytes, body).map_err(|error| Problem::Internal(error.into()))?;
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    Ok(response)
}

/// 204, with the revision where there is one.
pub fn no_content(revision: Option<Uuid>) -> Result<Response, Problem> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Some(revision) = revision {
        *response.headers_mut() = etag(revision)?;
    }
    Ok(response)
}

/// `ETag` as clients of this API expect it: a bare UUID, without the quotes that RFC 9110 asks for.
pub fn etag(revision: Uuid) -> Result<HeaderMap, Problem> {
    let value = HeaderValue::from_str(&revision.to_string())
        .map_err(|error| Problem::Internal(error.into()))?;
    Ok(HeaderMap::from_iter([(header::ETAG, value)]))
}

/// 201 with the identifier of what was created in the list at `list`.
pub fn created(list: &str, id: Uuid, revision: Uuid) -> Result<Response, Problem> {
    let mut headers = etag(revision)?;
    let location = HeaderValue::from_str(&format!("{list}/{id}"))
        .map_err(|error| Problem::Internal(error.into()))?;
    headers.insert(header::LOCATION, location);
    json(StatusCode::CREATED, headers, &id)
}
