//! What a token says, before anybody judges it. A list is a claim that occurs several times, an object is its JSON text.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{
    auth::identity::SystemUser,
    dialog::{id, party},
};

/// The payload of a token whose signature holds.
#[derive(Clone, Default)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Takes over a payload; members given twice count once, with their last value.
    pub fn new(payload: Map<String, Value>) -> Self {
        Self(payload)
    }

    /// The values of one claim in their order: none, one, or the entries of a list.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0.get(name).into_iter().flat_map(|value| match value {
            Value::Array(entries) => entries.as_slice(),
            single => std::slice::from_ref(single),
        })
    }

    /// The texts of one claim: numbers and truth values as they are written, `null` as nothing, objects as JSON.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        self.values(name).map(text)
    }

    /// The first text of a claim.
    pub fn first(&self, name: &str) -> Option<Cow<'_, str>> {
        self.texts(name).next()
    }

    /// The first text of a claim, unless it is blank.
    pub fn first_non_blank(&self, name: &str) -> Option<String> {
        self.first(name)
            .filter(|text| !text.trim().is_empty())
            .map(Cow::into_owned)
    }

    /// The names of all claims, in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The organization number in a claim of the form `{"authority":"iso6523-actorid-upis","ID":"0192:…"}`
    /// (ISO 6523), given as an object or as its text.
    pub fn organization(&self, name: &str) -> Option<String> {
        match self.values(name).next()? {
            Value::String(text) => organization(&serde_json::from_str(text).ok()?),
            value => organization(value),
        }
    }

    /// The system user among the authorization details (RFC 9396): the first entry of that type with a readable id.
    /// Entries of other types or forms do not matter.
    pub fn system_user(&self) -> Option<SystemUser> {
        self.values("authorization_details").find_map(|value| {
            let parsed;
            let value = match value {
                Value::String(text) => {
                    parsed = serde_json::from_str::<Value>(text).ok()?;
                    &parsed
                }
                value => value,
            };
            match value {
                Value::Array(entries) => entries.iter().find_map(system_user),
                entry => system_user(entry),
            }
        })
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

fn organization(value: &Value) -> Option<String> {
    let authority = value.get("authority")?.as_str()?;
    let (scheme, number) = value.get("ID")?.as_str()?.split_once(':')?;
    (authority.eq_ignore_ascii_case("iso6523-actorid-upis")
        && scheme == "0192"
        && party::is_organization_number(number))
    .then(|| number.to_owned())
}

fn system_user(entry: &Value) -> Option<SystemUser> {
    if entry.get("type")?.as_str()? != "urn:altinn:systemuser" {
        return None;
    }
    let first = entry.get("systemuser_id")?.as_array()?.first()?.as_str()?;
    Some(SystemUser {
        id: id::parse_loose(first)?,
        owner_org: entry.get("systemuser_org").and_then(organization),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(map) => Claims::new(map),
            _ => unreachable!("tests give objects"),
        }
    }

    #[test]
    fn lists_are_repeated_claims_and_objects_their_text() {
        let c = claims(json!({"a": ["x", 5, {"b": true}], "n": null, "e": []}));
        assert_eq!(c.texts("a").collect::<Vec<_>>(), ["x", "5", "{\"b\":true}"]);
        assert_eq!(c.first("n").as_deref(), Some(""));
        assert_eq!(c.first("e"), None);
        assert_eq!(c.first("missing"), None);
    }

    #[test]
    fn an_organization_needs_authority_scheme_and_check_digit() {
        let good = json!({"authority": "iso6523-actorid-upis", "ID": "0192:991825827"});
        for (given, read) in [
            (good.clone(), true),
            (json!(good.to_string()), true),
            (json!([good.clone()]), true),
            (
                json!({"authority": "ISO6523-ACTORID-UPIS", "ID": "0192:991825827"}),
                true,
            ),
            (
                json!({"authority": "iso6523-actorid-upis", "ID": "0192:991825828"}),
                false,
            ),
            (
                json!({"authority": "iso6523-actorid-upis", "ID": "0193:991825827"}),
                false,
            ),
            (
                json!({"authority": "iso6523-actorid-upis", "ID": "991825827"}),
                false,
            ),
            (
                json!({"authority": "iso6523-actorid-upis", "ID": "0192:991825827:1"}),
                false,
            ),
            (
                json!({"authority": "iso6523-actorid-upis", "ID": "0192: 991825827"}),
                false,
            ),
            (
                json!({"authority": "iso6523-actorid-upis", "id": "0192:991825827"}),
                false,
            ),
            (
                json!({"authority": "iso6523", "ID": "0192:991825827"}),
                false,
            ),
            (json!({"ID": "0192:991825827"}), false),
            (json!({"authority": 1, "ID": ["0192:991825827"]}), false),
            (json!("nonsense"), false),
            (json!(5), false),
            (json!([]), false),
            (Value::Null, false),
        ] {
            let number = claims(json!({"consumer": given})).organization("consumer");
            assert_eq!(number.is_some(), read, "{given}");
        }
    }

    #[test]
    fn a_system_user_is_found_among_junk() {
        let id = "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
        let org = json!({"authority": "iso6523-actorid-upis", "ID": "0192:310057223"});
        let good = json!({"type": "urn:altinn:systemuser", "systemuser_id": [id.to_uppercase(), "x"], "systemuser_org": org});
        let junk = json!({"type": "urn:altinn:systemuser", "systemuser_id": id});
        for details in [
            json!([good]),
            good.clone(),
            json!(json!([good]).to_string()),
            json!(good.to_string()),
            json!([json!([good]).to_string()]),
            json!([junk, 5, null, "nonsense", {"type": 7}, {"systemuser_id": []}, [[good]], good]),
        ] {
            let found = claims(json!({"authorization_details": details})).system_user();
            let found = found.unwrap_or_else(|| unreachable!("no system user in {details}"));
            assert_eq!(found.id.to_string(), id);
            assert_eq!(found.owner_org.as_deref(), Some("310057223"));
        }
        for details in [
            junk,
            json!([{"type": "urn:altinn:systemuser", "systemuser_id": []}]),
            json!([{"type": "urn:altinn:systemuser", "systemuser_id": [5]}]),
            json!([{"type": "urn:altinn:systemuser", "systemuser_id": ["no-uuid"]}]),
            json!([{"type": "URN:altinn:systemuser", "systemuser_id": [id]}]),
            json!([{"type": "urn:altinn:other", "systemuser_id": [id]}]),
            json!("[".repeat(10_000)),
            json!("nonsense"),
            Value::Null,
        ] {
            let found = claims(json!({"authorization_details": details})).system_user();
            assert_eq!(found, None, "{details}");
        }
    }

    #[test]
    fn the_organization_of_a_system_user_is_optional() {
        let id = "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
        for org in [json!(null), json!("x"), json!({"authority": 5})] {
            let entry = json!({"type": "urn:altinn:systemuser", "systemuser_id": [id], "systemuser_org": org});
            let found = claims(json!({"authorization_details": [entry]})).system_user();
            assert_eq!(found.map(|user| user.owner_org), Some(None));
        }
    }
}
