//! `Accept-Language`, as this API reads it.

use axum::http::{HeaderMap, header};

use crate::dialog::{Violations, preference::Preference};

/// The languages that the caller prefers; a malformed header is a violation.
pub fn accept_language(headers: &HeaderMap, violations: &mut Violations) -> Preference {
    let fields: Vec<&str> = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .map(|value| value.to_str().unwrap_or("?;"))
        .collect();
    Preference::parse(&fields.join(",")).unwrap_or_else(|error| {
        violations.add("Accept-Language", error.to_string());
        Preference::default()
    })
}
