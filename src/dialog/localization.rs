//! One text in one language.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::language::LanguageCode;

/// A text with its language. Lists of these hold a language once and are sorted by its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Localization {
    /// The text, as received.
    pub value: String,
    /// Its language.
    #[schema(value_type = String)]
    pub language_code: LanguageCode,
}
