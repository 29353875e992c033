//! Headers that keep browsers from doing with an answer what it is not for.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// What is said besides, as configured.
#[derive(Debug, Clone, Default)]
pub struct Protection {
    /// `Strict-Transport-Security` (RFC 6797), where the server is known to be reached by TLS only.
    transport: Option<HeaderValue>,
}

impl Protection {
    /// Browsers are to insist on TLS for so many seconds; 0: nothing is said.
    pub fn new(hsts_seconds: u32) -> Self {
        let said = (hsts_seconds > 0).then(|| format!("max-age={hsts_seconds}"));
        Self {
            transport: said.and_then(|said| HeaderValue::try_from(said).ok()),
        }
    }
}

/// The middleware. About caching it says nothing: what was asked for with a token is for no shared cache
/// (RFC 9111, section 3.5), and clients know these answers without `Cache-Control`.
pub async fn protect(
    State(protection): State<Protection>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Some(said) = protection.transport {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, said);
    }
    response
}
