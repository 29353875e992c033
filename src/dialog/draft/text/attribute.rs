//! What an action or transmission asks for beside the dialog's own resource: `element1` or `urn:altinn:task:Task_1`.

const URN: &str = "urn:altinn:";

/// Whether `text` is a name, or a name behind `urn:altinn:` and a type. Letter case does not count.
pub fn is_authorization_attribute(text: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(URN.len()) else {
        return is_name(text);
    };
    if !start.eq_ignore_ascii_case(URN) {
        return is_name(text);
    }
    rest.split_once(':')
        .is_some_and(|(kind, name)| is_name(kind) && is_name(name))
}

/// A letter, then letters, digits, hyphens and underscores.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::is_authorization_attribute;

    #[test]
    fn names_and_typed_names_are_attributes() {
        for text in [
            "element1",
            "this_is_valid",
            "A-b",
            "urn:altinn:task:Task_1",
            "urn:altinn:subresource:x",
            "urn:altinn:resource:other-service",
            "URN:ALTINN:x:Y",
        ] {
            assert!(is_authorization_attribute(text), "{text}");
        }
        for text in [
            "",
            " ",
            "a:b",
            "a.b",
            "a b",
            "1abc",
            "-a",
            "é",
            "elemént",
            "urn:dialogporten:x",
            "urn:dialogporten:x:y",
            "urn:altinn:",
            "urn:altinn:x",
            "urn:altinn:x:",
            "urn:altinn:x:1",
            "urn:altinn:a:b:c",
            "urn:altinné:b:c",
        ] {
            assert!(!is_authorization_attribute(text), "{text}");
        }
    }
}
