//! Texts in addresses.

use std::fmt::Write;

/// A text as one segment of a path or one value in a query (RFC 3986, section 2.3).
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_is_one_segment() {
        assert_eq!(escape("urn:a/b-ø"), "urn%3Aa%2Fb-%C3%B8");
    }
}
