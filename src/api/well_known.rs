//! Where others find the keys of dialog tokens (RFC 7517, RFC 8414).

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;

use crate::{
    api::wire,
    app::App,
    http::{accept, problem::Problem},
};

/// The public keys, the signing one first.
pub async fn jwks(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    document(&headers, &app.dialog_tokens().jwks())
}

/// The issuer and where its keys are.
pub async fn authorization_server(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    document(&headers, &app.dialog_tokens().oauth_authorization_server())
}

fn document(asked: &HeaderMap, body: &impl Serialize) -> Result<Response, Problem> {
    accept::json(asked)?;
    let headers = HeaderMap::from_iter([
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=86400"),
        ),
        (header::VARY, HeaderValue::from_static("Accept-Encoding")),
    ]);
    wire::json(StatusCode::OK, headers, body)
}
