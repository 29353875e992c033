//! `If-Match`: one revision, bare as this API documents it, or in quotes as RFC 9110 does.

use axum::http::{HeaderMap, header};
use uuid::Uuid;

use crate::dialog::{Violations, id};

/// The revision that the caller expects. Weak tags, lists, `*` and the empty value are refused.
pub fn if_match(headers: &HeaderMap, violations: &mut Violations) -> Option<Uuid> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let value = values.next()?;
    let revision = value
        .to_str()
        .ok()
        .filter(|_| values.next().is_none())
        .and_then(|text| {
            let text = text.trim();
            let bare = text
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
                .unwrap_or(text);
            id::parse_loose(bare)
        });
    if revision.is_none() {
        violations.add(
            "If-Match",
            "'If-Match' must be one revision: a UUID as an ETag gave it.",
        );
    }
    revision
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Uuid>, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, text.parse().unwrap());
        let mut violations = Violations::default();
        (if_match(&headers, &mut violations), violations.is_empty())
    }

    #[test]
    fn one_uuid_bare_or_quoted_is_read() {
        let id = crate::dialog::id::random();
        for text in [
            id.to_string(),
            format!("\"{id}\""),
            format!(" {id} "),
            id.simple().to_string(),
        ] {
            assert_eq!(read(&text), (Some(id), true), "{text}");
        }
        for text in ["*", "", "x", &format!("W/\"{id}\""), &format!("{id},{id}")] {
            assert_eq!(read(text), (None, false), "{text}");
        }
    }
}
