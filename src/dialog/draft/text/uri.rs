//! Addresses and other URIs (RFC 3986; letters beyond ASCII as in RFC 3987), kept as they were received.
//!
//! Three questions with three answers: whether a text can be taken for a URI at all (else the body cannot be read),
//! whether it is well-formed, and whether it is an absolute `https` address.

use std::net::Ipv6Addr;

use crate::json::{Cursor, Read, Refusal};

/// Schemes that mean nothing without a host.
const NEED_HOST: [&str; 5] = ["https", "http", "ftp", "wss", "ws"];

/// A text that can be taken for a URI; it need not be well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri(pub String);

impl Read for Uri {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let text = cursor.text()?;
        if is_impossible(&text) {
            return Err(Refusal::new("Must be a URI."));
        }
        Ok(Self(text.into()))
    }
}

impl Uri {
    /// The text, with the `/` that an address without path lacks.
    pub fn into_rooted(self) -> String {
        let mut text = self.0;
        if Parts::of(&text)
            .is_some_and(|parts| !parts.authority.is_empty() && parts.rest.is_empty())
        {
            text.push('/');
        }
        text
    }
}

/// Whether `text` is a well-formed URI, absolute or relative. The empty text is.
pub fn is_well_formed(text: &str) -> bool {
    if looks_like_drive(text) || !has_only_uri_characters(text) {
        return false;
    }
    match Parts::of(text) {
        Some(parts) => is_authority_possible(&parts) && has_only_path_characters(parts.rest),
        // `https:x` is neither an address nor anything else.
        None if scheme(text).is_some_and(|(scheme, _)| needs_host(scheme)) => false,
        // A colon in the first segment of a path would make it look like a scheme (RFC 3986, section 4.2).
        None if scheme(text).is_none() => {
            let segment = text.split(['/', '?', '#']).next().unwrap_or_default();
            !segment.contains(':') && has_only_path_characters(text)
        }
        None => has_only_path_characters(text),
    }
}

/// Whether `text` is a well-formed absolute `https` address.
pub fn is_https(text: &str) -> bool {
    is_well_formed(text)
        && Parts::of(text).is_some_and(|parts| parts.scheme.eq_ignore_ascii_case("https"))
}

/// Whether `text` cannot be taken for a URI: an empty or impossible authority behind `scheme://`, or a drive letter.
fn is_impossible(text: &str) -> bool {
    if looks_like_drive(text) {
        return !text[2..].starts_with(['/', '\\']);
    }
    Parts::of(text).is_some_and(|parts| !is_authority_possible(&parts))
}

/// `scheme://authority` and what follows.
struct Parts<'a> {
    scheme: &'a str,
    authority: &'a str,
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = scheme(text)?;
        let rest = rest.strip_prefix("//")?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        Some(Self {
            scheme,
            authority,
            rest,
        })
    }
}

/// The scheme and what stands behind its colon (RFC 3986, section 3.1).
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)))
    .then_some((scheme, rest))
}

fn needs_host(scheme: &str) -> bool {
    NEED_HOST.iter().any(|s| s.eq_ignore_ascii_case(scheme))
}

/// `c:…` or `c|…`: no scheme has one letter.
fn looks_like_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|', ..] if letter.is_ascii_alphabetic())
}

fn is_authority_possible(parts: &Parts<'_>) -> bool {
    let authority = parts.authority;
    if authority.is_empty() {
        return !needs_host(parts.scheme);
    }
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    let (is_host, port) = if let Some(rest) = host_and_port.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else {
            return false;
        };
        (host.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        let end = host_and_port.find(':').unwrap_or(host_and_port.len());
        let (host, port) = host_and_port.split_at(end);
        (is_host_name(host), port)
    };
    let is_port = match port.strip_prefix(':') {
        Some(digits) => {
            digits.bytes().all(|b| b.is_ascii_digit())
                && (digits.is_empty() || digits.parse::<u16>().is_ok())
        }
        None => port.is_empty(),
    };
    is_host && is_port
}

/// Labels of letters, digits, hyphens and underscores (RFC 1123, section 2.1, and names beyond ASCII).
fn is_host_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.split('.').all(|label| {
        label.len() <= 63
            && label.starts_with(|c: char| c.is_alphanumeric())
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    })
}

/// No blanks and controls, no characters that a URI must escape, no unfinished escapes.
fn has_only_uri_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        bytes
            .get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    text.char_indices().all(|(at, c)| match c {
        '%' => is_escape(at),
        '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`' => false,
        c => !c.is_whitespace() && !c.is_control(),
    })
}

/// No brackets, which only a host may hold, and at most one `#`.
fn has_only_path_characters(rest: &str) -> bool {
    !rest.contains(['[', ']']) && rest.bytes().filter(|b| *b == b'#').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn well_formed_uris_are_absolute_or_relative() {
        for text in [
            "",
            "abc",
            "/f",
            "//a",
            "a/b:c",
            "?q",
            "some:process",
            "urn:test:process:1",
            "cc:x",
            "mailto:a@b.no",
            "relative/schema",
            "ftp://example.com/doc",
            "https://example.com",
            "https://example.com:443/a?b=c&d=%2F#e",
            "https://user@example.com/",
            "https://[::1]:8080/",
            "https://blåbær.no/å",
            "https://example.com./",
            "foo:///bar",
        ] {
            assert!(is_well_formed(text), "{text}");
            assert!(!is_impossible(text), "{text}");
        }
        for text in [
            "inval|d",
            "a b",
            " ",
            "a\u{7f}b",
            "100%",
            "%zz",
            "c:x",
            "c:/x",
            "https:x",
            "1abc:d",
            ":x",
            "a[b]",
            "urn:a#b#c",
            "https://",
            "https://a b/",
            "https://example.com/a b",
            "https://example.com/[a]",
            "https:\\\\example.com",
        ] {
            assert!(!is_well_formed(text), "{text}");
        }
    }

    #[test]
    fn only_absolute_https_addresses_are_https() {
        for text in [
            "https://example.com",
            "HTTPS://example.com/x",
            "https://10.0.0.1/",
        ] {
            assert!(is_https(text), "{text}");
        }
        for text in [
            "",
            "/f",
            "//a",
            "http://example.com/",
            "ftp://x",
            "https:x",
            "https:/x",
            "a b",
            "https://",
            "https://exa mple.com",
            "https://example.com/a b",
            " https://example.com/",
            "xhttps://example.com/",
        ] {
            assert!(!is_https(text), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_uri_at_all_cannot_be_read() {
        let read = |text: &str| json::read::<Uri>(serde_json::json!(text).to_string().as_bytes());
        for text in [
            "https://",
            "http://",
            "https:///a",
            "http://[",
            "https://[::1",
            "https://[zz]/",
            "https://a b/",
            "https://example.com:65536/",
            "https://example.com:a/",
            "https://a..b/",
            "https://.a/",
            "https://a|b/",
            "foo://a b",
            "x:0",
            "a|b",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in [
            "",
            "/f",
            "//a",
            "ftp://x",
            "https:x",
            "a b",
            "http://x",
            "https://x:/",
            "c:/x",
        ] {
            assert!(read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn only_an_address_without_path_gets_a_slash() {
        for (text, kept) in [
            ("https://example.com", "https://example.com/"),
            ("https://example.com/", "https://example.com/"),
            ("https://example.com/a%20b", "https://example.com/a%20b"),
            ("https://example.com?a", "https://example.com?a"),
            ("urn:x:y", "urn:x:y"),
            ("relative", "relative"),
        ] {
            assert_eq!(Uri(text.to_owned()).into_rooted(), kept);
        }
    }
}
