//! Request headers as parameters, for annotations. What they mean is read in [`crate::http`].

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// `If-Match`, for operations that change something.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The revision that is to be changed, as `ETag` gave it; any when left out.
    #[serde(rename = "if-Match")]
    #[expect(dead_code, reason = "a description")]
    revision: Option<Uuid>,
}

/// `Accept-Language`, for answers in one language.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct AcceptLanguage {
    /// The languages to answer in, as RFC 9110 writes them (section 12.5.4); all when left out.
    #[serde(rename = "accept-Language")]
    #[expect(dead_code, reason = "a description")]
    languages: Option<AcceptedLanguages>,
}

// The header is a text. The published contract describes what it is parsed into, and generated clients have a type for
// that.
/// The languages that a caller reads.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AcceptedLanguages {
    /// The languages, the best first.
    #[expect(dead_code, reason = "a description")]
    accepted_language: Option<Vec<AcceptedLanguage>>,
}

/// A language and how much it is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AcceptedLanguage {
    /// Two letters.
    #[expect(dead_code, reason = "a description")]
    language_code: String,
    /// 0 to 100.
    #[expect(dead_code, reason = "a description")]
    weight: i32,
}
