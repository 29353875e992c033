//! The newest activity of a dialog in a list.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::kept::{Kept, Localizations};
use crate::dialog::{preference::Preference, view::actors::ActorMask};

/// An activity as JSON with the members of [`LatestActivity`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredActivity(Box<str>);

/// An activity for a list. Its members are those of the public API, in its order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LatestActivity<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    created_at: &'a RawValue,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    extended_type: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: &'a RawValue,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    transmission_id: Option<&'a RawValue>,
    #[serde(borrow)]
    performed_by: Performer<'a>,
    #[serde(borrow, default = "wordless")]
    description: Localizations<'a>,
}

/// Who did it: the members of [`Actor`](crate::dialog::actor::Actor).
#[derive(Debug, Serialize, Deserialize)]
struct Performer<'a> {
    #[serde(borrow, rename = "actorType")]
    kind: &'a RawValue,
    #[serde(
        borrow,
        default,
        rename = "actorName",
        skip_serializing_if = "Option::is_none"
    )]
    name: Option<&'a RawValue>,
    #[serde(
        borrow,
        default,
        rename = "actorId",
        skip_serializing_if = "Option::is_none"
    )]
    id: Option<Kept<'a, String>>,
}

/// The description is always there, if empty.
fn wordless<'a>() -> Localizations<'a> {
    Localizations::Changed(Vec::new())
}

impl StoredActivity {
    /// Takes JSON as it is stored.
    pub fn new(json: &str) -> Self {
        Self(json.into())
    }

    /// Finds the members.
    pub fn read(&self) -> serde_json::Result<LatestActivity<'_>> {
        serde_json::from_str(&self.0)
    }
}

impl LatestActivity<'_> {
    /// Masks who did it, as [`ActorMask::actor`] does.
    pub fn mask(&mut self, mask: &ActorMask) -> serde_json::Result<()> {
        match &mut self.performed_by.id {
            Some(id) => id.replace(|id| mask.id(id)),
            None => Ok(()),
        }
    }

    /// Leaves only the language wanted most of its description.
    pub fn prune(&mut self, languages: &Preference) -> serde_json::Result<()> {
        self.description.prune(languages)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const DESCRIPTION: &str =
        r#"[{"value": "Done", "languageCode": "en"}, {"value": "Gjort", "languageCode": "nb"}]"#;

    fn stored(performed_by: &str) -> StoredActivity {
        StoredActivity::new(&format!(
            r#"{{"id": "01890000-0000-7000-8000-000000000005", "type": "Information",
                 "createdAt": "2025-01-05T00:00:00.0000000Z", "description": {DESCRIPTION},
                 "performedBy": {performed_by}}}"#
        ))
    }

    fn mask() -> ActorMask {
        let now = serde_json::from_str("\"2026-03-01T00:00:00Z\"").unwrap();
        ActorMask::new(b"secret", now)
    }

    #[test]
    fn it_is_shown_as_stored_in_the_order_of_the_public_api() {
        let stored = stored(
            r#"{"actorId": "urn:x", "actorName": "A \"B\"", "actorType": "PartyRepresentative"}"#,
        );
        let mut activity = stored.read().unwrap();
        activity.mask(&mask()).unwrap();
        activity.prune(&Preference::default()).unwrap();
        assert_eq!(
            serde_json::to_string(&activity).unwrap(),
            format!(
                r#"{{"id":"01890000-0000-7000-8000-000000000005","createdAt":"2025-01-05T00:00:00.0000000Z","type":"Information","performedBy":{{"actorType":"PartyRepresentative","actorName":"A \"B\"","actorId":"urn:x"}},"description":{DESCRIPTION}}}"#
            )
        );
    }

    #[test]
    fn what_is_not_there_is_not_shown_but_the_description_is() {
        let json = r#"{"id": "a", "createdAt": "b", "type": "c", "transmissionId": null, "performedBy": {"actorType": "d"}}"#;
        let stored = StoredActivity::new(json);
        assert_eq!(
            json!(stored.read().unwrap()),
            json!({"id": "a", "createdAt": "b", "type": "c", "performedBy": {"actorType": "d"}, "description": []})
        );
    }

    #[test]
    fn persons_are_masked_however_their_number_is_written() {
        let id = "urn:altinn:person:identifier-no:08844397713";
        for written in [json!(id).to_string(), format!("\"\\u0075{}\"", &id[1..])] {
            let stored = stored(&format!(
                r#"{{"actorId": {written}, "actorType": "PartyRepresentative"}}"#
            ));
            let mut activity = stored.read().unwrap();
            assert_eq!(actor_id(&activity), json!(id));
            activity.mask(&mask()).unwrap();
            assert_eq!(actor_id(&activity), json!(mask().id(id).unwrap()));
        }
    }

    fn actor_id(activity: &LatestActivity<'_>) -> Value {
        json!(activity)["performedBy"]["actorId"].clone()
    }

    #[test]
    fn only_the_language_wanted_most_remains() {
        let stored = stored(r#"{"actorType": "ServiceOwner"}"#);
        let mut activity = stored.read().unwrap();
        activity.prune(&Preference::parse("nb").unwrap()).unwrap();
        assert_eq!(
            json!(activity)["description"],
            json!([{"value": "Gjort", "languageCode": "nb"}])
        );
    }
}
