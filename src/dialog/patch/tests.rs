use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    dialog::{
        draft::{CreateDialog, Created, Rules},
        id::Ids,
        reading::strict_moment,
    },
    json as wire,
};

fn dialog() -> Dialog {
    let text = |value: &str| json!({ "value": [{ "value": value, "languageCode": "nb" }] });
    let tags = ["aaa", "bbb", "ccc"].map(|value| json!({ "value": value }));
    let body = json!({
        "serviceResource": "urn:altinn:resource:a",
        "party": "urn:altinn:organization:identifier-no:974760673",
        "content": { "title": text("Tittel"), "summary": text("Sammendrag") },
        "searchTags": tags,
        "externalReference": "ref",
        "attachments": [{ "name": "a/b~c", "urls": [{ "url": "https://example.com/1", "consumerType": "Gui" }] }],
        "guiActions": [{ "action": "read", "url": "https://example.com/", "priority": "Primary",
                         "title": [{ "value": "Les", "languageCode": "nb" }] }],
    });
    let now = strict_moment("2026-03-01T08:00:00Z").unwrap();
    let rules = Rules {
        now,
        admin: false,
        silent: false,
        correspondence_scope: false,
        legacy_html_scope: false,
    };
    let draft: CreateDialog = wire::read(body.to_string().as_bytes()).unwrap();
    let valid = draft.validate(&rules, &mut Ids::at(now)).unwrap();
    valid.into_dialog(Created {
        org: "ttd".to_owned(),
        resource_type: "genericaccessresource".to_owned(),
        revision: Uuid::nil(),
        end_user_revision: Uuid::nil(),
        service_owner_revision: Uuid::nil(),
    })
}

fn read(patch: &Value) -> Result<Vec<Operation>, wire::Refusal> {
    wire::read(patch.to_string().as_bytes())
}

/// The document after a patch.
fn after(patch: &Value) -> Result<Value, Inapplicable> {
    let mut document = document::of(&dialog())?;
    apply::all(&mut document, &read(patch).unwrap())?;
    Ok(document)
}

fn tags(document: &Value) -> String {
    let tags = document["searchTags"].as_array().unwrap();
    let tags: Vec<_> = tags
        .iter()
        .map(|tag| tag["value"].as_str().unwrap())
        .collect();
    tags.join(" ")
}

#[test]
fn elements_are_addressed_by_index_and_by_a_dash() {
    let tag = |value: &str| json!({ "value": value });
    for (patch, expected) in [
        (
            json!([{ "op": "add", "path": "/searchTags/-", "value": tag("x") }]),
            "aaa bbb ccc x",
        ),
        (
            json!([{ "op": "add", "path": "/searchTags/3", "value": tag("x") }]),
            "aaa bbb ccc x",
        ),
        (
            json!([{ "op": "add", "path": "/searchTags/0", "value": tag("x") }]),
            "x aaa bbb ccc",
        ),
        (
            json!([{ "op": "replace", "path": "/searchTags/1", "value": tag("x") }]),
            "aaa x ccc",
        ),
        (
            json!([{ "op": "replace", "path": "/searchTags/-", "value": tag("x") }]),
            "aaa bbb x",
        ),
        (
            json!([{ "op": "remove", "path": "/searchTags/-" }]),
            "aaa bbb",
        ),
        (
            json!([{ "op": "remove", "path": "/searchTags/0" }, { "op": "remove", "path": "/searchTags/0" }]),
            "ccc",
        ),
        (json!([{ "op": "remove", "path": "/searchTags" }]), ""),
        (json!([{ "op": "replace", "path": "/searchTags" }]), ""),
        (
            json!([{ "op": "move", "from": "/searchTags/2", "path": "/searchTags/0" }]),
            "ccc aaa bbb",
        ),
        (
            json!([{ "op": "copy", "from": "/searchTags/0", "path": "/searchTags/-" }]),
            "aaa bbb ccc aaa",
        ),
        (
            json!([{ "op": "REPLACE", "PATH": "searchtags//01/VALUE/", "value": "x" }]),
            "aaa x ccc",
        ),
    ] {
        assert_eq!(tags(&after(&patch).unwrap()), expected, "{patch}");
    }
}

#[test]
fn values_take_the_form_of_their_place() {
    for (path, value, expected) in [
        ("/progress", json!("42"), json!(42)),
        ("/progress", json!(null), json!(null)),
        ("/status", json!("inprogress"), json!("InProgress")),
        ("/status", json!(3), json!("Draft")),
        ("/status", json!(9), json!(9)),
        (
            "/dueAt",
            json!("2093-01-02T03:04:05"),
            json!("2093-01-02T03:04:05.0000000Z"),
        ),
        (
            "/dueAt",
            json!("2093-01-02T03:04:05.1234567+02:00"),
            json!("2093-01-02T01:04:05.1234560Z"),
        ),
        ("/isApiOnly", json!(true), json!(true)),
        ("/guiActions/0/httpMethod", json!("delete"), json!("DELETE")),
        ("/guiActions/0/httpMethod", json!(null), json!(null)),
        ("/attachments", json!(null), json!([])),
    ] {
        let document = after(&json!([{ "op": "replace", "path": path, "value": value }])).unwrap();
        assert_eq!(document.pointer(path), Some(&expected), "{path} {value}");
    }
    let added = json!([
        { "op": "add", "path": "/guiActions/-", "value": { "ACTION": "x", "foo": [1] } },
        { "op": "add", "path": "/guiActions/1/prompt/-", "value": { "value": "x", "languageCode": "nb" } },
    ]);
    let document = after(&added).unwrap();
    let action = &document["guiActions"][1];
    assert_eq!(
        (&action["action"], &action["httpMethod"]),
        (&json!("x"), &json!("GET"))
    );
    assert_eq!(
        (action.get("foo"), &action["priority"]),
        (None, &Value::Null)
    );
}

#[test]
fn what_cannot_be_applied_is_refused() {
    let set = |path: &str, value: Value| json!({ "op": "replace", "path": path, "value": value });
    for operation in [
        set("", json!({})),
        set("/", json!({})),
        set("/party", json!("x")),
        set("/visibleFrom", json!(null)),
        set("/content/foo", json!(1)),
        set("/content/senderName/value/0/value", json!("x")),
        set("/searchTags/3", json!({ "value": "x" })),
        set("/searchTags/-1", json!({ "value": "x" })),
        set("/searchTags/a", json!({ "value": "x" })),
        set("/searchTags/4294967296", json!({ "value": "x" })),
        set("/searchTags/0/value/x", json!("x")),
        set("/progress", json!(5.5)),
        set("/progress", json!(true)),
        set("/externalReference", json!(5)),
        set("/externalReference", json!({})),
        set("/content", json!([])),
        set("/isApiOnly", json!(null)),
        set("/status", json!("Foo")),
        set("/dueAt", json!("tomorrow")),
        set("/attachments/0", json!(null)),
        set("/attachments", json!([null])),
        json!({ "op": "add", "path": "/searchTags/4", "value": { "value": "x" } }),
        json!({ "op": "remove", "path": "/transmissions/0" }),
        json!({ "op": "copy", "from": "/party", "path": "/externalReference" }),
        json!({ "op": "move", "from": "/progress/x", "path": "/externalReference" }),
        json!({ "op": "frob", "path": "/progress", "value": 1 }),
    ] {
        assert!(after(&json!([operation])).is_err(), "{operation}");
    }
    let patch = "/x".repeat(1_000_000);
    assert!(after(&json!([{ "op": "remove", "path": patch }])).is_err());
}

#[test]
fn tests_compare_values_in_the_form_of_their_place() {
    for (path, value, holds) in [
        ("/externalReference", json!("ref"), true),
        ("/externalReference", json!("Ref"), false),
        ("/externalReference", json!(null), false),
        ("/progress", json!(null), true),
        ("/status", json!("notapplicable"), true),
        ("/status", json!(7), true),
        ("/status", json!(8), false),
        ("/transmissions", json!([]), true),
        ("/searchTags/0/value", json!("aaa"), true),
        ("/searchTags/3", json!({ "value": "aaa" }), false),
        ("/attachments/0/name", json!("a/b~c"), true),
        (
            "/content/title",
            json!({ "value": [{ "languageCode": "nb", "value": "Tittel" }], "mediaType": "text/plain" }),
            true,
        ),
    ] {
        let patch = json!([{ "op": "test", "path": path, "value": value }]);
        assert_eq!(after(&patch).is_ok(), holds, "{patch}");
    }
}

#[test]
fn operations_must_be_objects_with_what_they_need() {
    for (patch, key) in [
        (json!({}), ""),
        (json!("x"), ""),
        (json!([null]), "[0]"),
        (json!(["x"]), "[0]"),
        (json!([{ "path": "/progress" }]), "[0]"),
        (json!([{ "op": "remove" }]), "[0]"),
        (json!([{ "op": "remove", "path": null }]), "[0].path"),
        (json!([{ "op": "move", "path": "/progress" }]), "[0]"),
        (
            json!([{ "op": "copy", "path": "/progress", "from": null }]),
            "[0]",
        ),
        (json!([{ "op": 5, "path": "/progress" }]), "[0].op"),
    ] {
        assert_eq!(read(&patch).unwrap_err().path(), key, "{patch}");
    }
}

#[test]
fn a_patch_cannot_grow_without_bounds() {
    let many = vec![json!({ "op": "test", "path": "/progress" }); 2_001];
    assert!(after(&json!(many[..2_000])).is_ok());
    assert!(after(&json!(many)).is_err());

    let mut doubling = vec![
        json!({ "op": "replace", "path": "/externalReference", "value": "x".repeat(100_000) }),
    ];
    let copy = json!({ "op": "copy", "from": "/externalReference", "path": "/searchTags/-/value" });
    doubling.extend(vec![copy; 300]);
    let error = after(&json!(doubling)).unwrap_err();
    assert!(error.to_string().contains("adds too much"), "{error}");
}

#[test]
fn taking_the_status_away_leaves_none() {
    let patch = read(
        &json!([{ "op": "remove", "path": "/status" }, { "op": "remove", "path": "/isApiOnly" }]),
    )
    .unwrap();
    let dialog = dialog();
    let body = patched(&dialog, &patch).unwrap();
    assert!(body.status.is_none() && !body.is_api_only);
    assert_eq!(body.attachments[0].id, Some(dialog.attachments[0].id));
}
