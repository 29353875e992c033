//! Where others find the keys of dialog tokens (RFC 7517, RFC 8414).

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::wire,
    app::App,
    http::{accept, problem::Problem},
};

/// The keys that verify dialog tokens.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description")]
struct Jwks {
    /// The one in use, then the one to come or just gone.
    keys: Vec<Jwk>,
}

/// A public key (RFC 8037).
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description")]
struct Jwk {
    /// `OKP`.
    kty: String,
    /// `sig`.
    r#use: String,
    /// Its name in the headers of tokens.
    kid: String,
    /// `Ed25519`.
    crv: String,
    /// The key, in base64 for addresses.
    x: String,
    /// `EdDSA`.
    alg: String,
}

/// Where the keys are.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description")]
struct OauthAuthorizationServer {
    /// The issuer of dialog tokens.
    issuer: String,
    /// The address of the keys.
    jwks_uri: String,
}

/// The public keys, the signing one first.
#[utoipa::path(
    get,
    path = "/api/v1/.well-known/jwks.json",
    operation_id = "GetJwks",
    responses((status = 200, body = Jwks), (status = 406)),
)]
pub async fn jwks(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    document(&headers, &app.dialog_tokens().jwks())
}

/// The issuer and where its keys are.
#[utoipa::path(
    get,
    path = "/api/v1/.well-known/oauth-authorization-server",
    operation_id = "GetOauthAuthorizationServer",
    responses((status = 200, body = OauthAuthorizationServer), (status = 406)),
)]
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
