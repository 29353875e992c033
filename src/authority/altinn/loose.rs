//! Names of members in any letter case: services of the platform answer in camel case or in Pascal case.

use bytes::Bytes;

/// Gives the members of JSON objects that are called like one of `names`, letter case aside, just that name. Values
/// stay as they are. What is no JSON stays no JSON.
pub fn named(json: &Bytes, names: &[&str]) -> Vec<u8> {
    let mut json = json.to_vec();
    let mut at = 0;
    while let Some(start) = next_quote(&json, at) {
        let Some(end) = end_of_text(&json, start) else {
            break;
        };
        at = end + 1;
        let colon = json[at..].iter().find(|byte| !byte.is_ascii_whitespace());
        if colon == Some(&b':') {
            let member = &mut json[start + 1..end];
            let known = names
                .iter()
                .find(|name| name.as_bytes().eq_ignore_ascii_case(member));
            if let Some(known) = known {
                member.copy_from_slice(known.as_bytes());
            }
        }
    }
    json
}

fn next_quote(json: &[u8], from: usize) -> Option<usize> {
    let at = json.get(from..)?.iter().position(|byte| *byte == b'"')?;
    Some(from + at)
}

/// Where the text that opens at `start` closes.
fn end_of_text(json: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn read(json: &str) -> String {
        let named = named(
            &Bytes::copy_from_slice(json.as_bytes()),
            &["partyId", "name"],
        );
        String::from_utf8(named).unwrap()
    }

    #[test]
    fn members_are_known_in_any_case_and_values_stay() {
        assert_eq!(
            read(r#"{"PartyID" : 1, "NAME":"NAME", "other":{"naMe":["Name"]}, "x\"name":1}"#),
            r#"{"partyId" : 1, "name":"NAME", "other":{"name":["Name"]}, "x\"name":1}"#
        );
    }

    #[test]
    fn what_is_no_json_does_no_harm() {
        for text in [
            "",
            "\"",
            "{\"Name",
            "\"\\",
            "{\"Name\\\"",
            "\"Name\"",
            "{\"Name\":",
        ] {
            assert_eq!(read(text).len(), text.len());
        }
    }

    proptest! {
        #[test]
        fn nothing_but_names_changes(keys in proptest::collection::vec("(?i)name|party_?id|\\PC{0,6}", 0..6), value in "\\PC{0,12}") {
            let spelled = |fix: bool| -> Value {
                let mut object = serde_json::Map::new();
                for key in &keys {
                    let key = match key.to_ascii_lowercase().as_str() {
                        "name" if fix => "name".to_owned(),
                        "partyid" if fix => "partyId".to_owned(),
                        _ => key.clone(),
                    };
                    object.insert(key, json!([value, {"v": value}]));
                }
                object.into()
            };
            let read: Value = serde_json::from_str(&read(&spelled(false).to_string())).unwrap();
            prop_assert_eq!(read, spelled(true));
        }
    }
}
