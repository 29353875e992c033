//! Comparing texts, whole numbers and URIs.

/// Whether two texts are equal when each letter is replaced by its simple upper case.
///
/// Simple means one letter for one letter: `ß` does not become `SS`. A letter outside ASCII never equals one
/// inside, so that no look-alike (`ı`, `ſ`, the Kelvin sign) passes for a role code.
pub(super) fn equal_ignoring_case(a: &str, b: &str) -> bool {
    a.chars().map(simple_upper).eq(b.chars().map(simple_upper))
}

fn simple_upper(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_uppercase();
    }
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => letter,
    }
}

/// A whole number of 32 bits; outer white space, a sign and leading zeros are allowed.
pub(in super::super) fn integer(text: &str) -> Option<i32> {
    text.trim_matches(|c| matches!(c, '\t'..='\r' | ' '))
        .parse()
        .ok()
}

/// Whether the text can be an absolute URI (RFC 3986, section 4.3): a scheme, a colon, and something after it without
/// white space. The schemes that need a host must have one.
pub(super) fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let needs_host = ["http", "https", "ftp", "ws", "wss"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let has_host = rest.strip_prefix("//").is_some_and(|authority| {
        !authority.starts_with(['/', '?', '#', ':']) && !authority.is_empty()
    });
    is_scheme
        && !rest.is_empty()
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
        && (!needs_host || has_host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_equal_by_simple_upper_case_only() {
        for (a, b, equal) in [
            ("dagl", "DAGL", true),
            ("bodø", "BODØ", true),
            ("σ", "ς", true),
            ("ÿ", "Ÿ", true),
            ("", "", true),
            ("strasse", "straße", false),
            ("STRASSE", "straße", false),
            ("i", "ı", false),
            ("I", "ı", false),
            ("i", "İ", false),
            ("s", "ſ", false),
            ("k", "\u{212a}", false),
            ("priv", "priv ", false),
            ("priv", "pri", false),
        ] {
            assert_eq!(equal_ignoring_case(a, b), equal, "{a} {b}");
            assert_eq!(equal_ignoring_case(b, a), equal, "{b} {a}");
        }
    }

    #[test]
    fn whole_numbers_of_32_bits_are_read() {
        for (text, number) in [
            ("7", Some(7)),
            ("+7", Some(7)),
            ("-0", Some(0)),
            (" \t007\r\n", Some(7)),
            ("2147483647", Some(i32::MAX)),
            ("2147483648", None),
            ("7.0", None),
            ("", None),
            ("+", None),
            ("٧", None),
            ("\u{a0}7", None),
        ] {
            assert_eq!(integer(text), number, "{text:?}");
        }
    }

    #[test]
    fn absolute_uris_are_told_from_other_texts() {
        for (text, absolute) in [
            ("urn:altinn:org", true),
            ("http://example.com/a", true),
            ("mailto:a@example.com", true),
            ("http:", false),
            ("http:///a", false),
            ("http:a", false),
            ("urn:", false),
            ("not a uri", false),
            ("urn:a b", false),
            ("/path", false),
            ("1a:b", false),
            ("", false),
        ] {
            assert_eq!(is_absolute_uri(text), absolute, "{text}");
        }
    }

    proptest! {
        #[test]
        fn only_ascii_equals_ascii(a in "[a-zA-Z0-9]{1,4}", b in "\\PC{1,4}") {
            if equal_ignoring_case(&a, &b) {
                prop_assert!(b.is_ascii());
            }
        }

        #[test]
        fn a_text_equals_itself_whatever_its_letters(a in "\\PC{0,8}") {
            prop_assert!(equal_ignoring_case(&a, &a));
        }
    }
}
