use super::*;

#[test]
fn unknown_members_are_ignored_at_every_level() {
    let change = json!({
        "nonsense": 1,
        "org": "brg",
        "revision": v7(0, 1),
        "deletedAt": "yesterday",
        "content": { "title": { "value": [loc("T")], "foo": [], "isAuthorized": "maybe" }, "other": {} },
        "attachments": [attachment(&json!({ "zzz": { "a": [{}] } }))],
    });
    assert_eq!(told(&body(&change), plain()), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_told_without_the_name_of_the_body() {
    check(
        plain(),
        [
            (json!({ "serviceResource": 5 }), vec!["serviceResource"]),
            (json!({ "party": {} }), vec!["party"]),
            (json!({ "progress": "many" }), vec!["progress"]),
            (json!({ "progress": 1.5 }), vec!["progress"]),
            (json!({ "progress": 3_000_000_000_u32 }), vec!["progress"]),
            (json!({ "isApiOnly": "true" }), vec!["isApiOnly"]),
            (json!({ "status": "Open" }), vec!["status"]),
            (json!({ "status": "" }), vec!["status"]),
            (json!({ "systemLabel": "Nothing" }), vec!["systemLabel"]),
            (json!({ "content": "x" }), vec!["content"]),
            (
                json!({ "content": { "title": "x" } }),
                vec!["content.title"],
            ),
            (
                json!({ "content": { "title": { "value": "x" } } }),
                vec!["content.title.value"],
            ),
            (json!({ "attachments": {} }), vec!["attachments"]),
            (json!({ "attachments": ["x"] }), vec!["attachments[0]"]),
            (
                json!({ "guiActions": [gui_action(&json!({})), gui_action(&json!({ "priority": "High" }))] }),
                vec!["guiActions[1].priority"],
            ),
            (
                json!({ "guiActions": [gui_action(&json!({ "url": 5 }))] }),
                vec!["guiActions[0].url"],
            ),
            (
                json!({ "guiActions": [gui_action(&json!({ "url": "https://" }))] }),
                vec!["guiActions[0].url"],
            ),
            (json!({ "id": "abc" }), vec!["id"]),
            (json!({ "visibleFrom": 5 }), vec!["visibleFrom"]),
            (json!({ "dueAt": "2099-01-01T00:00:00" }), vec!["dueAt"]),
            (
                json!({ "activities": [activity(&json!({ "performedBy": { "actorType": "Robot" } }))] }),
                vec!["activities[0].performedBy.actorType"],
            ),
            // Rules are not looked at then.
            (
                json!({ "party": "nobody", "progress": "x" }),
                vec!["progress"],
            ),
        ],
    );
}

#[test]
fn null_is_left_out_for_some_members_and_refused_for_others() {
    let mut nulls = Map::new();
    for member in [
        "id",
        "idempotentKey",
        "progress",
        "extendedStatus",
        "externalReference",
        "visibleFrom",
        "dueAt",
        "expiresAt",
        "process",
        "precedingProcess",
        "createdAt",
        "updatedAt",
        "status",
        "systemLabel",
        "serviceOwnerContext",
    ] {
        nulls.insert(member.to_owned(), Value::Null);
    }
    nulls.insert(
        "content".to_owned(),
        json!({ "title": text("T"), "summary": null, "mainContentReference": null }),
    );
    nulls.insert(
        "guiActions".to_owned(),
        json!([gui_action(&json!({ "prompt": null, "id": null }))]),
    );
    assert_eq!(
        told(&body(&Value::Object(nulls)), plain()),
        Vec::<String>::new()
    );

    for member in [
        "serviceResource",
        "party",
        "isApiOnly",
        "searchTags",
        "attachments",
        "guiActions",
        "apiActions",
        "transmissions",
        "activities",
    ] {
        assert_eq!(told(&body(&json!({ member: null })), plain()), [member]);
    }
    check(
        plain(),
        [
            (json!({ "content": null }), vec!["dto.content"]),
            (
                json!({ "content": { "title": null } }),
                vec!["content.title"],
            ),
            (
                json!({ "content": { "title": { "value": null } } }),
                vec!["content.title.value"],
            ),
            (
                json!({ "content": { "title": { "value": [loc("T")], "mediaType": null } } }),
                vec!["content.title.mediaType"],
            ),
            (
                json!({ "content": { "title": { "value": [{ "value": null, "languageCode": "nb" }] } } }),
                vec!["content.title.value[0].value"],
            ),
            (
                json!({ "content": { "title": { "value": [{ "value": "T" }] } } }),
                vec!["content.title.value[0]"],
            ),
            (
                json!({ "content": { "title": { "value": [{ "languageCode": "nb" }] } } }),
                vec!["content.title.value[0]"],
            ),
            (
                json!({ "serviceOwnerContext": { "serviceOwnerLabels": null } }),
                vec!["serviceOwnerContext.serviceOwnerLabels"],
            ),
            (json!({ "attachments": [null] }), vec!["attachments[0]"]),
            (
                json!({ "attachments": [attachment(&json!({ "urls": null }))] }),
                vec!["attachments[0].urls"],
            ),
            (
                json!({ "attachments": [attachment(&json!({ "displayName": null }))] }),
                vec!["attachments[0].displayName"],
            ),
            (
                json!({ "attachments": [{ "urls": [{ "url": "https://x.no", "consumerType": null }] }] }),
                vec!["attachments[0].urls[0].consumerType"],
            ),
            (
                json!({ "transmissions": [transmission(&json!({ "createdAt": null }))] }),
                vec!["transmissions[0].createdAt"],
            ),
            (
                json!({ "transmissions": [transmission(&json!({ "sender": null }))] }),
                vec!["transmissions[0].sender"],
            ),
            (
                json!({ "activities": [activity(&json!({ "performedBy": null }))] }),
                vec!["activities[0].performedBy"],
            ),
            (
                json!({ "activities": [activity(&json!({ "createdAt": null }))] }),
                vec![],
            ),
        ],
    );
}

#[test]
fn member_names_match_in_any_case() {
    let body = json!({
        "ServiceResource": "urn:altinn:resource:a",
        "PARTY": PERSON,
        "CONTENT": { "Title": { "VALUE": [{ "Value": "T", "LanguageCode": "nb" }] } },
    });
    assert_eq!(told(&body, plain()), Vec::<String>::new());
    assert_eq!(
        told(&changed(body, &json!({ "Progress": "x" })), plain()),
        ["Progress"]
    );
}

#[test]
fn enumerations_are_given_by_name_or_number() {
    check(
        plain(),
        [
            (json!({ "status": 5, "systemLabel": 2 }), vec![]),
            (
                json!({ "status": " inprogress ", "systemLabel": "ARCHIVE" }),
                vec![],
            ),
            (json!({ "status": "5" }), vec![]),
            (json!({ "status": 0 }), vec!["dto.status"]),
            (json!({ "status": 9 }), vec!["dto.status"]),
            (
                json!({ "guiActions": [gui_action(&json!({ "priority": 4 }))] }),
                vec!["dto.guiActions[0].priority"],
            ),
            (
                json!({ "activities": [activity(&json!({ "type": 18 }))] }),
                vec!["dto.activities[0].type"],
            ),
            (
                json!({ "transmissions": [transmission(&json!({ "type": 0 }))] }),
                vec!["dto.transmissions[0].type"],
            ),
            (
                json!({ "activities": [activity(&json!({ "performedBy": { "actorType": 3 } }))] }),
                vec![
                    "dto.activities[0].performedBy",
                    "dto.activities[0].performedBy.actorType",
                ],
            ),
        ],
    );
}
