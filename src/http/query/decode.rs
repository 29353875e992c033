//! Percent decoding (RFC 3986, section 2.1) of forms, where a plus is a blank.

/// Decodes `text`. What is no escape, and escapes of bytes that are no UTF-8, stay as they are.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['%', '+']) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix('+') {
            decoded.push(' ');
            rest = behind;
            continue;
        }
        let mut bytes = Vec::new();
        let mut behind = rest;
        while let Some(byte) = escape(behind) {
            bytes.push(byte);
            behind = &behind[3..];
        }
        if bytes.is_empty() {
            decoded.push('%');
            rest = &rest[1..];
            continue;
        }
        let mut escapes = rest;
        for chunk in bytes.utf8_chunks() {
            decoded.push_str(chunk.valid());
            let (_, invalid) = escapes.split_at(3 * chunk.valid().len());
            let (kept, after) = invalid.split_at(3 * chunk.invalid().len());
            decoded.push_str(kept);
            escapes = after;
        }
        rest = behind;
    }
    decoded.push_str(rest);
    decoded
}

/// The byte that `text` begins with, as an escape.
fn escape(text: &str) -> Option<u8> {
    let hex = text.strip_prefix('%')?.get(..2)?;
    hex.bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u8::from_str_radix(hex, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_what_is_none_stays() {
        for (text, decoded) in [
            ("", ""),
            ("a+b%20c", "a b c"),
            ("%2B%26%3d", "+&="),
            ("bl%C3%A5b%c3%A6r", "blåbær"),
            ("blå", "blå"),
            ("%", "%"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%%41", "%A"),
            ("%+1", "% 1"),
            ("%ff%C3", "%ff%C3"),
            ("%C3%A5%ff%41", "å%ffA"),
            ("%é1", "%é1"),
            ("%00", "\0"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_decoded(text in ".*") {
            let _ = decode(&text);
        }

        #[test]
        fn what_was_encoded_comes_back(text in ".*") {
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            proptest::prop_assert_eq!(decode(&encoded), text);
        }
    }
}
