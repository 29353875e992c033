//! The rules of new dialogs as tables: what a body says, and what is told about it.

mod content;
mod dialog;
mod identifiers;
mod laws;
mod made;
mod parts;
mod reading;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{CreateDialog, Created, Rules, ValidCreate};
use crate::{
    dialog::{Dialog, Violations, id::Ids, reading::strict_moment, timestamp::Timestamp},
    json,
};

const PERSON: &str = "urn:altinn:person:identifier-no:08844397713";
const ORGANIZATION: &str = "urn:altinn:organization:identifier-no:974760673";
const EMBED_MARKDOWN: &str =
    "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown";
const EMBED_HTML: &str = "application/vnd.dialogporten.frontchannelembed-url;type=text/html";

fn now() -> Timestamp {
    moment("2026-03-01T08:00:00Z")
}

fn moment(text: &str) -> Timestamp {
    strict_moment(text).unwrap()
}

/// `seconds` from now.
fn at(seconds: i64) -> String {
    (now() + chrono::Duration::seconds(seconds)).to_string()
}

/// The rules for a caller without any further scope.
fn plain() -> Rules {
    Rules {
        now: now(),
        admin: false,
        silent: false,
        correspondence_scope: false,
        legacy_html_scope: false,
    }
}

fn admin() -> Rules {
    Rules {
        admin: true,
        ..plain()
    }
}

fn silent() -> Rules {
    Rules {
        silent: true,
        ..plain()
    }
}

fn correspondence() -> Rules {
    Rules {
        correspondence_scope: true,
        ..plain()
    }
}

fn legacy_html() -> Rules {
    Rules {
        legacy_html_scope: true,
        ..plain()
    }
}

/// The smallest dialog with some members changed.
fn body(change: &Value) -> Value {
    let mut body = json!({
        "serviceResource": "urn:altinn:resource:super-simple-service",
        "party": PERSON,
        "content": { "title": text("Tittel") },
    });
    body.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    body
}

fn without(member: &str) -> Value {
    let mut body = body(&json!({}));
    body.as_object_mut().unwrap().remove(member);
    body
}

fn changed(mut part: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        let members: &mut Map<_, _> = part.as_object_mut().unwrap();
        // Tables write a member that is left out as a list of nothing but null.
        if *value == json!([null]) {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    part
}

fn left_out() -> Value {
    json!([null])
}

fn loc(text: &str) -> Value {
    json!({ "value": text, "languageCode": "nb" })
}

fn text(text: &str) -> Value {
    json!({ "value": [loc(text)] })
}

fn attachment(change: &Value) -> Value {
    let attachment = json!({
        "displayName": [loc("Vedlegg")],
        "urls": [{ "url": "https://example.com/file.pdf", "consumerType": "Gui" }],
    });
    changed(attachment, change)
}

/// What makes an attachment have one link, with some members of the link changed.
fn url(change: &Value) -> Value {
    let url = json!({ "url": "https://example.com/f", "consumerType": "Gui" });
    json!({ "urls": [changed(url, change)] })
}

fn gui_action(change: &Value) -> Value {
    let action = json!({
        "action": "read", "url": "https://example.com/go", "priority": "Tertiary", "title": [loc("Se")],
    });
    changed(action, change)
}

fn api_action(change: &Value) -> Value {
    changed(
        json!({ "action": "read", "endpoints": [endpoint(&json!({}))] }),
        change,
    )
}

fn endpoint(change: &Value) -> Value {
    changed(
        json!({ "url": "https://example.com/api", "httpMethod": "GET" }),
        change,
    )
}

fn transmission(change: &Value) -> Value {
    let transmission = json!({
        "type": "Information", "sender": { "actorType": "ServiceOwner" }, "content": { "title": text("Brev") },
    });
    changed(transmission, change)
}

fn activity(change: &Value) -> Value {
    let activity = json!({
        "type": "DialogCreated", "performedBy": { "actorType": "ServiceOwner" },
    });
    changed(activity, change)
}

/// A version 7 identifier of `seconds` from now; `number` tells those of one moment apart.
fn v7(seconds: i64, number: u8) -> Uuid {
    let moment = now() + chrono::Duration::seconds(seconds);
    let millis = u64::try_from(moment.micros() / 1000).unwrap();
    uuid::Builder::from_unix_timestamp_millis(millis, &[number; 10]).into_uuid()
}

fn validate(body: &Value, rules: Rules) -> Result<ValidCreate, Violations> {
    match json::read::<CreateDialog>(body.to_string().as_bytes()) {
        Ok(input) => input.validate(&rules, &mut Ids::at(rules.now)),
        Err(refusal) => Err(Violations::one(refusal.key(), refusal.reason())),
    }
}

fn valid(body: &Value, rules: Rules) -> ValidCreate {
    validate(body, rules).unwrap_or_else(|told| panic!("{told:?} is told of {body}"))
}

/// The keys that are told; `*2` behind those with two messages.
fn told(body: &Value, rules: Rules) -> Vec<String> {
    validate(body, rules)
        .err()
        .map(|told| keys(&told))
        .unwrap_or_default()
}

fn keys(violations: &Violations) -> Vec<String> {
    violations
        .iter()
        .map(|(key, messages)| match messages.len() {
            1 => key.to_owned(),
            count => format!("{key}*{count}"),
        })
        .collect()
}

/// Checks a table of changes to the smallest dialog.
fn check(rules: Rules, table: impl IntoIterator<Item = (Value, Vec<&'static str>)>) {
    for (change, expected) in table {
        assert_eq!(told(&body(&change), rules), expected, "{change}");
    }
}

/// The same for one member at a time under one key.
fn check_member(
    member: &str,
    key: &str,
    good: impl IntoIterator<Item = Value>,
    bad: impl IntoIterator<Item = Value>,
) {
    for value in good {
        let change = json!({ member: value });
        assert_eq!(
            told(&body(&change), plain()),
            Vec::<String>::new(),
            "{change}"
        );
    }
    for value in bad {
        let change = json!({ member: value });
        assert_eq!(
            told(&body(&change), plain()),
            vec![key.to_owned()],
            "{change}"
        );
    }
}

fn made(valid: ValidCreate) -> Dialog {
    made_of_type(valid, "genericaccessresource")
}

fn made_of_type(valid: ValidCreate, resource_type: &str) -> Dialog {
    valid.into_dialog(Created {
        org: "ttd".to_owned(),
        resource_type: resource_type.to_owned(),
        revision: Uuid::from_u128(1),
        end_user_revision: Uuid::from_u128(2),
        service_owner_revision: Uuid::from_u128(3),
    })
}
