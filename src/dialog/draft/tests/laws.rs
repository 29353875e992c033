use proptest::prelude::*;

use super::*;

/// A body whose validation gives `dialog`, identifiers and all.
fn body_of(dialog: &Dialog) -> Value {
    let values = |words: &[String]| -> Vec<Value> {
        words.iter().map(|word| json!({ "value": word })).collect()
    };
    let transmissions: Vec<_> = dialog
        .transmissions
        .iter()
        .map(|t| {
            let known = json!({
                "id": t.id, "idempotentKey": t.idempotent_key, "createdAt": t.created_at, "type": t.kind,
                "relatedTransmissionId": t.related_id, "sender": known_actor(&json!(t.body.sender)),
            });
            changed(json!(t.body), &known)
        })
        .collect();
    let activities: Vec<_> = dialog
        .activities
        .iter()
        .map(|a| {
            let known = json!({
                "id": a.id, "createdAt": a.created_at, "type": a.kind, "transmissionId": a.transmission_id,
                "performedBy": known_actor(&json!(a.body.performed_by)),
            });
            changed(json!(a.body), &known)
        })
        .collect();
    json!({
        "id": dialog.id,
        "idempotentKey": dialog.idempotent_key,
        "serviceResource": dialog.service_resource,
        "party": dialog.party,
        "progress": dialog.progress,
        "extendedStatus": dialog.extended_status,
        "externalReference": dialog.external_reference,
        "process": dialog.process,
        "precedingProcess": dialog.preceding_process,
        "dueAt": dialog.due_at,
        "createdAt": dialog.created_at,
        "updatedAt": dialog.updated_at,
        "status": dialog.status,
        "systemLabel": dialog.labels.place(),
        "isApiOnly": dialog.is_api_only,
        "serviceOwnerContext": { "serviceOwnerLabels": values(&dialog.service_owner_labels) },
        "content": dialog.content,
        "searchTags": values(&dialog.search_tags),
        "attachments": dialog.attachments,
        "guiActions": dialog.gui_actions,
        "apiActions": dialog.api_actions,
        "transmissions": transmissions,
        "activities": activities,
    })
}

/// Names of those who have an identifier are not the client's to give.
fn known_actor(actor: &Value) -> Value {
    let mut actor = actor.clone();
    if !actor["actorId"].is_null() {
        actor.as_object_mut().unwrap().remove("actorName");
    }
    actor
}

/// Links of a transmission's attachments get new identifiers each time: clients cannot give them.
fn keep_made_ids(from: &Dialog, to: &mut Dialog) {
    let urls = |dialog: &Dialog| -> Vec<Uuid> {
        let attachments = dialog
            .transmissions
            .iter()
            .flat_map(|t| &t.body.attachments);
        attachments
            .flat_map(|a| &a.urls)
            .map(|url| url.id)
            .collect()
    };
    let ids = urls(from);
    let attachments = to
        .transmissions
        .iter_mut()
        .flat_map(|t| &mut t.body.attachments);
    let to = attachments.flat_map(|a| &mut a.urls);
    to.zip(ids).for_each(|(url, id)| url.id = id);
}

fn texts() -> impl Strategy<Value = Value> {
    let codes = vec!["nb", "NN", "en-GB", "sv_SE", " da "];
    (
        prop::sample::subsequence(codes, 1..3),
        "[a-zåÅ][a-zåÅ<& ]{0,11}",
    )
        .prop_map(|(codes, text)| {
            codes
                .into_iter()
                .map(|code| json!({ "value": text, "languageCode": code }))
                .collect()
        })
}

fn attachments() -> impl Strategy<Value = Value> {
    let url = (
        "https://[a-z]{1,5}\\.no(/[a-z]{0,5}(%2F)?)?",
        "gui|API|1",
        prop::option::of("[a-z/]{0,9}"),
    );
    let urls = prop::collection::vec(url, 1..3).prop_map(|urls| {
        urls.into_iter()
            .map(|(url, kind, media_type)| json!({ "url": url, "consumerType": kind, "mediaType": media_type }))
            .collect::<Value>()
    });
    let one = (texts(), urls, prop::option::of("[a-z]{0,9}")).prop_map(
        |(names, urls, name)| json!({ "displayName": names, "urls": urls, "name": name }),
    );
    prop::collection::vec(one, 0..3).prop_map(Value::from)
}

fn actors() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({ "actorType": "serviceOwner" })),
        Just(json!({ "actorType": 1, "actorId": PERSON })),
        "[A-Za-z ]{0,9}".prop_map(|name| json!({ "actorType": "PartyRepresentative", "actorName": name })),
        "[A-Z]{1,5}(%20a)?".prop_map(|name| {
            json!({ "actorType": "1", "actorId": format!("urn:altinn:person:legacy-selfidentified:{name}") })
        }),
    ]
}

fn bodies() -> impl Strategy<Value = Value> {
    let transmission = (actors(), texts(), attachments(), 0..9, prop::option::of("[a-zA-Z]{3,5}")).prop_map(
        |(sender, title, attachments, kind, key)| {
            json!({
                "sender": sender, "content": { "title": { "value": title } }, "attachments": attachments,
                "type": kind, "idempotentKey": key,
            })
        },
    );
    let activity = (actors(), 5..16, prop::option::of("[a-z]{2}:?[a-z]{0,3}|a b"))
        .prop_map(|(actor, kind, extended)| json!({ "performedBy": actor, "type": kind, "extendedType": extended }));
    let gui = (texts(), prop::option::of(texts()), 1..4).prop_map(|(title, prompt, priority)| {
        gui_action(&json!({ "title": title, "prompt": prompt, "priority": priority }))
    });
    let words = || {
        prop::collection::vec(" ?[a-zA-ZÅæ]{3,6} ?", 0..3).prop_map(|words| {
            words
                .into_iter()
                .map(|word| json!({ "value": word }))
                .collect::<Value>()
        })
    };
    (
        texts(),
        attachments(),
        prop::collection::vec(transmission, 0..3),
        prop::collection::vec(activity, 0..3),
        prop::collection::vec(gui, 0..4),
        words(),
        words(),
        prop::option::of(0..110),
        "Default|bin|3|ARCHIVE|Bin|Sent",
    )
        .prop_map(|(title, attachments, transmissions, activities, gui, tags, labels, progress, place)| {
            body(&json!({
                "content": { "title": { "value": title } }, "attachments": attachments,
                "transmissions": transmissions, "activities": activities, "guiActions": gui, "searchTags": tags,
                "serviceOwnerContext": { "serviceOwnerLabels": labels }, "progress": progress, "systemLabel": place,
            }))
        })
}

proptest! {
    #[test]
    fn what_a_valid_draft_becomes_is_valid_and_becomes_the_same(body in bodies()) {
        if let Ok(draft) = validate(&body, plain()) {
            let first = made(draft);
            let mut second = made(valid(&body_of(&first), plain()));
            keep_made_ids(&first, &mut second);
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn a_draft_is_valid_or_something_is_told(body in bodies()) {
        if let Err(told) = validate(&body, plain()) {
            prop_assert!(!told.is_empty());
            prop_assert!(told.iter().all(|(key, messages)| key.starts_with("dto.") && !messages.is_empty()));
        }
    }

    #[test]
    fn who_may_more_is_told_no_more(body in bodies()) {
        let all = Rules { admin: true, silent: true, correspondence_scope: true, legacy_html_scope: true, ..plain() };
        if validate(&body, plain()).is_ok() {
            prop_assert!(validate(&body, all).is_ok());
        }
    }
}
