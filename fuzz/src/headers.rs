//! Headers that say what a caller wants.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use dialogporten::{
    dialog::{
        Violations, language::LanguageCode, localization::Localization, preference::Preference,
    },
    http::{accept, extract},
};

/// Lines of bytes as values of one header, where HTTP lets them through.
fn with(name: &HeaderName, data: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    headers
}

/// Whatever is preferred, one text of those that are there is shown, or all of them.
pub fn accept_language(data: &[u8]) {
    let headers = with(&header::ACCEPT_LANGUAGE, data);
    let mut violations = Violations::default();
    let preference = extract::accept_language(&headers, &mut violations);
    if !violations.is_empty() {
        assert_eq!(preference, Preference::default());
    }
    let all: Vec<Localization> = ["nb", "en", "sv", "de"]
        .into_iter()
        .filter_map(|code| {
            let language_code = LanguageCode::parse(code)?;
            let value = code.to_owned();
            Some(Localization {
                value,
                language_code,
            })
        })
        .collect();
    for count in 0..=all.len() {
        let before = &all[..count];
        let mut shown = before.to_vec();
        preference.prune(&mut shown);
        assert!(shown == before || shown.len() == 1);
        assert!(shown.iter().all(|text| before.contains(text)));
        let mut again = shown.clone();
        preference.prune(&mut again);
        assert_eq!(again, shown);
    }
    // Where anything is wanted at all, so are English and Norwegian in the end.
    let mut shown = all.clone();
    preference.prune(&mut shown);
    assert_eq!(shown.len() == 1, preference != Preference::default());
    let _ = accept::json(&with(&header::ACCEPT, data));
}

/// One revision or a refusal; the revision is read the same however it is written.
pub fn if_match(data: &[u8]) {
    let headers = with(&header::IF_MATCH, data);
    let mut violations = Violations::default();
    let revision = extract::if_match(&headers, &mut violations);
    let is_given = headers.contains_key(header::IF_MATCH);
    assert_eq!(revision.is_none() && is_given, !violations.is_empty());
    let Some(revision) = revision else { return };
    assert_eq!(headers.get_all(header::IF_MATCH).iter().count(), 1);
    for spelling in [
        revision.to_string(),
        format!("\"{revision}\""),
        revision.simple().to_string().to_uppercase(),
    ] {
        let mut violations = Violations::default();
        let headers = with(&header::IF_MATCH, spelling.as_bytes());
        assert_eq!(extract::if_match(&headers, &mut violations), Some(revision));
        assert!(violations.is_empty());
    }
}
