//! [`Problem`]: the only error that leaves the house, and the one table from cause to status.
//!
//! Modules below return small errors of their own; their `From` impls stand beside the handlers or here.
//! A handler answers `Err(Problem)`; [`crate::http::layers::problem`] writes the body, because only it knows the
//! request's path and trace. Which kind to use:
//! input that breaks a rule is [`Problem::Invalid`] (its form) or [`Problem::Unprocessable`] (its meaning);
//! a caller who may not is [`Problem::Forbidden`]; the outside world failing us is [`Problem::Upstream`];
//! everything that should not happen is [`Problem::Internal`].

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    dialog::{Violations, limits, timestamp::Timestamp},
    json,
};

const RFC7231: &str = "https://datatracker.ietf.org/doc/html/rfc7231#section-";

/// Things that can be missing or gone, by the names that clients know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// A dialog.
    Dialog,
    /// A transmission.
    Transmission,
    /// An activity.
    Activity,
    /// An entry of the seen log.
    SeenLog,
    /// A service-owner label.
    Label,
    /// What an instance reference leads to.
    InstanceRef,
}

impl Noun {
    /// The name in texts and keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dialog => "DialogEntity",
            Self::Transmission => "DialogTransmission",
            Self::Activity => "DialogActivity",
            Self::SeenLog => "DialogSeenLog",
            Self::Label => "Label",
            Self::InstanceRef => "InstanceRef",
        }
    }
}

/// Why a request is not answered as asked (RFC 9457).
#[derive(Debug)]
pub enum Problem {
    /// 400: the form of the input is wrong; every violation with its key.
    Invalid(Violations),
    /// 400 of a patch that cannot be read: clients know it with another type and without an instance.
    UnreadablePatch(Violations),
    /// 400: the person that a service owner wants to act for is no person.
    InvalidEndUser(String),
    /// 401: no valid token; one challenge per issuer (RFC 6750, section 3).
    Unauthenticated(Vec<&'static str>),
    /// 403 without a body: the token lacks a scope.
    MissingScope,
    /// 403: the token is of a kind of caller that this audience does not serve.
    WrongUserType(String),
    /// 403 with reasons.
    Forbidden(Vec<String>),
    /// 404.
    NotFound(Noun, String),
    /// 404 until a moment: the dialog is not visible yet.
    NotYetVisible(Uuid, Timestamp),
    /// 404 since a moment: the dialog has expired.
    Expired(Uuid, Timestamp),
    /// 406.
    NotAcceptable,
    /// 408: the body did not come in time.
    Late,
    /// 409: the idempotent key has been used for this dialog.
    IdempotentKeyUsed {
        /// The key.
        key: String,
        /// The dialog that has it.
        dialog: Uuid,
    },
    /// 409.
    Conflict(Violations),
    /// 410.
    Gone(Noun, String),
    /// 412: the revision is not the expected one.
    Stale,
    /// 413.
    TooLarge,
    /// 415 without a body.
    UnsupportedMediaType,
    /// 415 with a body, which only patches without any content type get.
    UntypedPatch,
    /// 422: the input is well formed and yet impossible.
    Unprocessable(Violations),
    /// 429: the caller asks too often; whole seconds until it may ask again.
    TooMany(u64),
    /// 502: a system that we depend on failed us; what failed is for the log.
    Upstream(String),
    /// 503: too much at once; try again.
    Overloaded,
    /// 500: our own failure; the cause is for the log.
    Internal(anyhow::Error),
}

impl Problem {
    /// 400 with one violation.
    pub fn invalid(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(Violations::one(key, message))
    }

    /// 422 with one violation.
    pub fn unprocessable(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Unprocessable(Violations::one(key, message))
    }

    /// 403 with one reason.
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self::Forbidden(vec![reason.into()])
    }

    /// 404 for a dialog.
    pub fn no_dialog(id: Uuid) -> Self {
        Self::NotFound(Noun::Dialog, id.to_string())
    }

    /// 403: the caller signed in at too low a level.
    pub fn level_too_low() -> Self {
        Self::forbidden("Altinn authentication level too low.")
    }

    /// 409: somebody else changed the same thing at the same time.
    pub fn concurrent() -> Self {
        Self::Conflict(Violations::one(
            "",
            "The dialog was changed by somebody else at the same time. Please try again.",
        ))
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) | Self::UnreadablePatch(_) | Self::InvalidEndUser(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::MissingScope | Self::WrongUserType(_) | Self::Forbidden(_) => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound(..) | Self::NotYetVisible(..) | Self::Expired(..) => {
                StatusCode::NOT_FOUND
            }
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::IdempotentKeyUsed { .. } | Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Gone(..) => StatusCode::GONE,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType | Self::UntypedPatch => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Upstream(_) => StatusCode::BAD_GATEWAY,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The whole answer. `instance` is the request's path, `trace` its W3C trace parent.
    pub fn render(&self, instance: &str, trace: &str) -> Response {
        let mut response = match self.body(instance, trace) {
            Some(body) => {
                let mut response = Response::new(Body::from(body.to_string()));
                response.headers_mut().insert(
                    header::CONTENT_TYPE,
                    HeaderValue::from_static(self.media_type()),
                );
                response
            }
            None => Response::new(Body::empty()),
        };
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        match self {
            Self::Unauthenticated(challenges) => {
                for challenge in challenges {
                    headers.append(
                        header::WWW_AUTHENTICATE,
                        HeaderValue::from_static(challenge),
                    );
                }
            }
            Self::NotYetVisible(_, from) => {
                if let Ok(value) = HeaderValue::from_str(&from.http_date()) {
                    headers.insert(header::EXPIRES, value);
                }
            }
            Self::TooLarge | Self::Upstream(_) | Self::Internal(_) => {
                headers.insert(
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("no-cache,no-store"),
                );
                headers.insert(header::EXPIRES, HeaderValue::from_static("-1"));
                headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            }
            Self::TooMany(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            // Nobody knows what would come next on this connection.
            Self::Late => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Self::Overloaded => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                *response.body_mut() = Body::from("Service Unavailable");
            }
            _ => {}
        }
        response
    }

    fn media_type(&self) -> &'static str {
        match self {
            Self::InvalidEndUser(_)
            | Self::WrongUserType(_)
            | Self::NotAcceptable
            | Self::TooLarge
            | Self::Upstream(_)
            | Self::Internal(_) => "application/json; charset=utf-8",
            _ => "application/problem+json; charset=utf-8",
        }
    }

    fn body(&self, instance: &str, trace: &str) -> Option<Value> {
        let (kind, title) = self.kind()?;
        let mut body = Map::new();
        body.insert("type".into(), kind.into());
        body.insert("title".into(), title.into());
        body.insert("status".into(), self.status().as_u16().into());
        if let Some(detail) = self.detail() {
            body.insert("detail".into(), detail.into());
        }
        if !matches!(self, Self::UntypedPatch | Self::UnreadablePatch(_)) {
            body.insert("instance".into(), instance.into());
        }
        body.insert("traceId".into(), trace.into());
        if let Some(errors) = self.errors() {
            let errors: Map<_, _> = errors
                .iter()
                .map(|(key, messages)| (key.to_owned(), json!(messages)))
                .collect();
            body.insert("errors".into(), errors.into());
        }
        if let Self::IdempotentKeyUsed { key, dialog } = self {
            body.insert("dialogId".into(), dialog.to_string().into());
            body.insert("idempotentKey".into(), key.as_str().into());
        }
        Some(body.into())
    }

    /// `type` and `title`; none for answers without a body.
    fn kind(&self) -> Option<(String, String)> {
        let rfc7231 =
            |section, title: &str| Some((format!("{RFC7231}{section}"), title.to_owned()));
        match self.status() {
            StatusCode::BAD_REQUEST if matches!(self, Self::UnreadablePatch(_)) => Some((
                "https://tools.ietf.org/html/rfc9110#section-15.5.1".to_owned(),
                "One or more validation errors occurred.".to_owned(),
            )),
            StatusCode::BAD_REQUEST => rfc7231("6.5.1", "One or more validation errors occurred."),
            StatusCode::FORBIDDEN if !matches!(self, Self::MissingScope) => {
                rfc7231("6.5.3", "Forbidden.")
            }
            StatusCode::NOT_FOUND => rfc7231("6.5.4", "Resource not found."),
            StatusCode::NOT_ACCEPTABLE => {
                rfc7231("6.5.6", "Requested content type is not acceptable.")
            }
            StatusCode::REQUEST_TIMEOUT => rfc7231("6.5.7", "Request timeout."),
            StatusCode::CONFLICT => rfc7231("6.5.8", "Conflict."),
            StatusCode::GONE => rfc7231("6.5.9", "Resource no longer available."),
            StatusCode::PRECONDITION_FAILED => Some((
                "https://datatracker.ietf.org/doc/html/rfc7232#section-4.2".to_owned(),
                "Precondition failed.".to_owned(),
            )),
            StatusCode::PAYLOAD_TOO_LARGE => rfc7231(
                "6.5.11",
                &format!(
                    "Payload too large. The maximum allowed size is {} bytes.",
                    limits::BODY_BYTES
                ),
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE if matches!(self, Self::UntypedPatch) => Some((
                "https://tools.ietf.org/html/rfc9110#section-15.5.16".to_owned(),
                "Unsupported Media Type".to_owned(),
            )),
            StatusCode::UNPROCESSABLE_ENTITY => Some((
                "https://datatracker.ietf.org/doc/html/rfc4918#section-11.2".to_owned(),
                "Unprocessable request.".to_owned(),
            )),
            StatusCode::TOO_MANY_REQUESTS => Some((
                "https://datatracker.ietf.org/doc/html/rfc6585#section-4".to_owned(),
                "Too many requests.".to_owned(),
            )),
            StatusCode::BAD_GATEWAY => rfc7231("6.6.3", "Bad gateway."),
            StatusCode::INTERNAL_SERVER_ERROR => {
                rfc7231("6.6.1", "An error occurred while processing the request.")
            }
            _ => None,
        }
    }

    fn detail(&self) -> Option<&'static str> {
        match self {
            Self::NotAcceptable => Some(
                "This resource is available as application/json only; allow that in the Accept header.",
            ),
            Self::TooMany(_) => {
                Some("The caller sends more requests than this server takes from one.")
            }
            Self::Upstream(_) => Some(
                "A system that this one depends on did not answer properly. Please try again later.",
            ),
            Self::Internal(_) => Some(
                "Something went wrong on our side. Please try again later, and tell us the traceId if it stays so.",
            ),
            _ => None,
        }
    }

    fn errors(&self) -> Option<Violations> {
        let entity = |noun: &Noun, ids: &str, what: &str| {
            Violations::one(
                noun.name(),
                format!(
                    "Entity '{}' with the following key(s) {what}: ({ids}).",
                    noun.name()
                ),
            )
        };
        match self {
            Self::Invalid(errors)
            | Self::UnreadablePatch(errors)
            | Self::Conflict(errors)
            | Self::Unprocessable(errors) => Some(errors.clone()),
            Self::InvalidEndUser(message) => Some(Violations::one("EndUserId", message)),
            Self::WrongUserType(message) => Some(Violations::one("Type", message)),
            Self::Forbidden(reasons) => {
                let mut errors = Violations::default();
                for reason in reasons {
                    errors.add("Forbidden", reason);
                }
                Some(errors)
            }
            Self::NotFound(noun, ids) => Some(entity(noun, ids, "was not found")),
            Self::Gone(noun, ids) => Some(entity(noun, ids, "is removed")),
            Self::NotYetVisible(id, from) => Some(Violations::one(
                Noun::Dialog.name(),
                format!("Entity 'DialogEntity' with key ({id}) is not visible until {from}."),
            )),
            Self::Expired(id, since) => Some(Violations::one(
                Noun::Dialog.name(),
                format!("Entity 'DialogEntity' with key ({id}) has been expired since {since}."),
            )),
            Self::NotAcceptable => Some(Violations::one(
                "Accept",
                "None of the media types in the Accept header is application/json.",
            )),
            Self::IdempotentKeyUsed { key, dialog } => Some(Violations::one(
                "IdempotentKey",
                format!("'{key}' already exists with DialogId '{dialog}'"),
            )),
            _ => None,
        }
    }
}

/// A problem on its way out; the outermost layer writes it.
#[derive(Debug, Clone)]
pub struct Pending(pub Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(Pending(Arc::new(self)));
        response
    }
}

impl From<Violations> for Problem {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

impl From<json::Refusal> for Problem {
    fn from(refusal: json::Refusal) -> Self {
        Self::invalid(refusal.key(), refusal.reason())
    }
}

/// A pool without a free connection and a lock that nobody lets go are overload; writes that stood in each other's way
/// are a conflict; all else that the database refuses is our failure. Codes are those of PostgreSQL's appendix A.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Overloaded;
        }
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        match code.as_deref() {
            Some("55P03") => Self::Overloaded,
            Some("40001" | "40P01") => Self::concurrent(),
            _ => Self::Internal(anyhow::Error::new(error).context("database")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_key_names_the_dialog_in_text_and_members() {
        let dialog = Uuid::nil();
        let problem = Problem::IdempotentKeyUsed {
            key: "k-1".into(),
            dialog,
        };
        let body = problem.body("/x", "00-0-0-00").unwrap();
        assert_eq!(body["status"], 409);
        assert_eq!(body["dialogId"], dialog.to_string());
        assert_eq!(body["idempotentKey"], "k-1");
        assert_eq!(
            body["errors"]["IdempotentKey"][0],
            format!("'k-1' already exists with DialogId '{dialog}'")
        );
    }

    #[test]
    fn a_stale_revision_has_no_errors_member() {
        assert_eq!(Problem::Stale.body("/x", "t").unwrap().get("errors"), None);
    }

    #[test]
    fn causes_of_our_failures_stay_inside() {
        let problem = Problem::Internal(anyhow::anyhow!("secret of the house"));
        assert!(
            !problem
                .body("/x", "t")
                .unwrap()
                .to_string()
                .contains("secret")
        );
    }
}
