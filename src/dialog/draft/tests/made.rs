use std::collections::BTreeSet;

use super::*;
use crate::dialog::{
    content::MediaType,
    draft::claims::PartKind,
    label::{LabelMask, LoggedChange, SystemLabel},
    status::DialogStatus,
};

fn made_from(change: &Value, rules: Rules) -> Dialog {
    made(valid(&body(change), rules))
}

fn types(types: &[&str]) -> Value {
    let all: Vec<_> = types
        .iter()
        .map(|kind| transmission(&json!({ "type": kind })))
        .collect();
    json!({ "transmissions": all })
}

#[test]
fn the_smallest_dialog_gets_defaults() {
    let dialog = made_from(&json!({}), plain());
    assert_eq!(dialog.created_at, now());
    assert_eq!(dialog.updated_at, now());
    assert_eq!(dialog.content_updated_at, now());
    assert_eq!(dialog.status, DialogStatus::NotApplicable);
    assert_eq!(dialog.labels.labels(), [SystemLabel::Default]);
    assert_eq!(dialog.id.get_version_num(), 7);
    assert_eq!(
        (
            dialog.party_transmissions,
            dialog.service_owner_transmissions
        ),
        (0, 0)
    );
    assert!(
        !dialog.has_unopened_content && !dialog.is_seen_since_content_update && !dialog.is_frozen
    );
}

#[test]
fn spellings_become_one() {
    let dialog = made_from(
        &json!({
            "serviceResource": "urn:altinn:resource:FOO",
            "party": "urn:altinn:person:idporten-email:foo@BAR.com",
            "status": "sent",
            "serviceOwnerContext": { "serviceOwnerLabels": [
                { "value": "  Zebra " }, { "value": "MIDDLE" }, { "value": "\talpha\n" },
            ] },
            "searchTags": [{ "value": "Zebra" }, { "value": " Middle " }],
            "content": {
                "title": { "value": [
                    { "value": "n", "languageCode": "nn" }, { "value": " e ", "languageCode": "EN-us" },
                ] },
                "mainContentReference": {
                    "value": [loc("https://example.com")],
                    "mediaType": "application/vnd.dialogporten.frontchannelembed+json;type=markdown",
                },
            },
            "guiActions": [gui_action(&json!({ "url": "https://example.com", "prompt": [] }))],
            "attachments": [attachment(&json!({ "displayName": [] }))],
        }),
        plain(),
    );
    assert_eq!(dialog.service_resource, "urn:altinn:resource:foo");
    assert_eq!(dialog.party, "urn:altinn:person:idporten-email:foo@bar.com");
    assert_eq!(dialog.status, DialogStatus::Awaiting);
    assert_eq!(dialog.service_owner_labels, ["alpha", "middle", "zebra"]);
    assert_eq!(dialog.search_tags, ["zebra", "middle"]);
    let content = dialog.content.unwrap();
    let title: Vec<_> = content
        .title
        .value
        .iter()
        .map(|t| (t.language_code.as_str(), t.value.as_str()))
        .collect();
    assert_eq!(title, [("en", " e "), ("nn", "n")]);
    let reference = content.main_content_reference.unwrap();
    assert_eq!(reference.media_type, MediaType::EmbedMarkdown);
    assert_eq!(reference.value[0].value, "https://example.com");
    assert_eq!(dialog.gui_actions[0].url, "https://example.com/");
    assert_eq!(dialog.gui_actions[0].prompt, None);
    assert_eq!(dialog.attachments[0].display_name, None);
}

#[test]
fn dates_from_elsewhere_are_kept_and_decide_whether_the_dialog_counts_as_seen() {
    let unset = "0001-01-01T00:00:00Z";
    for (change, created_at, updated_at, is_seen) in [
        (
            json!({ "createdAt": "2025-11-30T23:59:59Z" }),
            "2025-11-30T23:59:59Z",
            at(0),
            true,
        ),
        (
            json!({ "createdAt": "2025-12-01T00:00:00Z" }),
            "2025-12-01T00:00:00Z",
            at(0),
            false,
        ),
        (
            json!({ "createdAt": "2025-12-01T00:00:00Z", "updatedAt": "2025-12-02T00:00:00Z" }),
            "2025-12-01T00:00:00Z",
            "2025-12-02T00:00:00Z".to_owned(),
            false,
        ),
        (
            json!({ "createdAt": unset, "updatedAt": unset }),
            &at(0),
            at(0),
            false,
        ),
        (
            json!({ "createdAt": unset, "updatedAt": "2025-12-02T00:00:00Z" }),
            &at(0),
            "2025-12-02T00:00:00Z".to_owned(),
            false,
        ),
    ] {
        let dialog = made_from(&change, plain());
        assert_eq!(dialog.created_at, moment(created_at), "{change}");
        assert_eq!(dialog.updated_at, moment(&updated_at), "{change}");
        assert_eq!(dialog.content_updated_at, dialog.updated_at, "{change}");
        assert_eq!(dialog.is_seen_since_content_update, is_seen, "{change}");
    }
    let migrated = json!({ "serviceResource": "urn:altinn:resource:App_ttd_A2-2802" });
    assert!(made_from(&migrated, plain()).is_seen_since_content_update);
}

#[test]
fn a_dialog_that_becomes_visible_later_begins_then() {
    let change = |visible_from: &str| {
        json!({
            "visibleFrom": visible_from,
            "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-02-01T00:00:00Z",
            "transmissions": [transmission(&json!({ "createdAt": "2026-01-05T00:00:00Z" }))],
            "activities": [activity(&json!({ "createdAt": "2026-01-06T00:00:00Z" }))],
        })
    };
    let later = made_from(&change("2093-03-03T03:03:03Z"), plain());
    let begin = moment("2093-03-03T03:03:03Z");
    assert_eq!(
        [later.created_at, later.updated_at, later.content_updated_at],
        [begin; 3]
    );
    assert_eq!(later.transmissions[0].created_at, begin);
    assert_eq!(
        later.activities[0].created_at,
        moment("2026-01-06T00:00:00Z")
    );

    let past = made_from(&change("2024-03-03T03:03:03Z"), admin());
    assert_eq!(past.created_at, moment("2026-01-01T00:00:00Z"));
    assert_eq!(past.updated_at, moment("2026-02-01T00:00:00Z"));
    assert_eq!(
        past.transmissions[0].created_at,
        moment("2026-01-05T00:00:00Z")
    );
}

#[test]
fn lists_keep_the_order_of_the_request_where_identifiers_are_made() {
    let names = ["e", "d", "c", "b", "a"];
    let attachments: Vec<_> = names
        .iter()
        .map(|name| attachment(&json!({ "name": name })))
        .collect();
    let dialog = made_from(&json!({ "attachments": attachments }), plain());
    let kept: Vec<_> = dialog
        .attachments
        .iter()
        .filter_map(|a| a.name.as_deref())
        .collect();
    assert_eq!(kept, names);
}

#[test]
fn lists_are_by_time_then_identifier() {
    let of = |created_at: &str, id: Uuid| activity(&json!({ "createdAt": created_at, "id": id }));
    let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    let (a, b, c) = (v7(-9, 1), v7(-8, 2), v7(-7, 3));
    let dialog = made_from(
        &json!({ "activities": [of(late, a), of(early, c), of(early, b)] }),
        plain(),
    );
    let ids: Vec<_> = dialog.activities.iter().map(|a| a.id).collect();
    assert_eq!(ids, [b, c, a]);

    let attached = |id: Uuid| attachment(&json!({ "id": id }));
    let dialog = made_from(
        &json!({ "attachments": [attached(b), attached(a)] }),
        plain(),
    );
    let ids: Vec<_> = dialog.attachments.iter().map(|a| a.id).collect();
    assert_eq!(ids, [a, b]);
}

#[test]
fn transmissions_are_counted_by_type_and_set_the_sent_label() {
    for (kinds, party, owner, labels) in [
        (
            vec!["Submission", "Alert"],
            1,
            1,
            vec![SystemLabel::Default, SystemLabel::Sent],
        ),
        (
            vec!["Correction", "Submission"],
            2,
            0,
            vec![SystemLabel::Default, SystemLabel::Sent],
        ),
        (
            vec!["Information", "Request"],
            0,
            2,
            vec![SystemLabel::Default],
        ),
    ] {
        let dialog = made_from(&types(&kinds), plain());
        assert_eq!(
            (
                dialog.party_transmissions,
                dialog.service_owner_transmissions
            ),
            (party, owner)
        );
        assert_eq!(dialog.labels.labels(), labels);
    }
    let in_bin = changed(types(&["Correction"]), &json!({ "systemLabel": "Bin" }));
    let dialog = made_from(&in_bin, plain());
    assert_eq!(
        dialog.labels.labels(),
        [SystemLabel::Bin, SystemLabel::Sent]
    );
}

#[test]
fn every_label_but_the_usual_one_is_logged() {
    use SystemLabel::{Archive, Bin, Sent};
    for (label, kinds, logged) in [
        ("Default", vec![], vec![]),
        ("Bin", vec![], vec![Bin]),
        ("Archive", vec!["Submission"], vec![Archive, Sent]),
        ("Default", vec!["Correction"], vec![Sent]),
    ] {
        let body = changed(types(&kinds), &json!({ "systemLabel": label }));
        let labels = made_from(&body, plain()).labels;
        let told: Vec<_> = LoggedChange::between(LabelMask::DEFAULT, labels)
            .map(|came| (came.label, came.added))
            .collect();
        assert_eq!(
            told,
            logged
                .into_iter()
                .map(|label| (label, true))
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn content_is_unopened_until_all_that_the_owner_sent_was_opened() {
    let id = v7(-1, 1);
    let opened = json!({
        "transmissions": [transmission(&json!({ "id": id }))],
        "activities": [activity(&json!({ "type": "TransmissionOpened", "transmissionId": id }))],
    });
    let half_opened = changed(
        opened.clone(),
        &json!({ "transmissions": [transmission(&json!({ "id": id })), transmission(&json!({}))] }),
    );
    let read = json!({ "activities": [activity(&json!({ "type": "CorrespondenceOpened" }))] });
    for (change, resource_type, is_unopened) in [
        (json!({}), "genericaccessresource", false),
        (types(&["Submission"]), "genericaccessresource", false),
        (
            types(&["Submission", "Alert"]),
            "genericaccessresource",
            true,
        ),
        (opened, "genericaccessresource", false),
        (half_opened, "genericaccessresource", true),
        (json!({}), "correspondenceservice", true),
        (read, "correspondenceservice", false),
    ] {
        let dialog = made_of_type(valid(&body(&change), plain()), resource_type);
        assert_eq!(dialog.has_unopened_content, is_unopened, "{change}");
    }
}

#[test]
fn chains_and_answers_are_bounded() {
    let chain = |length: u8| -> Vec<Value> {
        (0..length)
            .map(|n| {
                let related = n.checked_sub(1).map(|n| v7(-50, n));
                transmission(&json!({ "id": v7(-50, n), "relatedTransmissionId": related }))
            })
            .collect()
    };
    let circle = [(1, 2), (2, 1)].map(|(n, m)| {
        transmission(&json!({ "id": v7(-5, n), "relatedTransmissionId": v7(-5, m) }))
    });
    for (transmissions, expected) in [
        (chain(100), vec![]),
        (chain(101), vec!["Transmissions"]),
        (circle.to_vec(), vec!["Transmissions"]),
    ] {
        let told = valid(&body(&json!({ "transmissions": transmissions })), plain())
            .transmission_violations();
        assert_eq!(keys(&told), expected);
    }
}

#[test]
fn a_side_has_at_most_32767_transmissions() {
    for (count, kind, expected) in [
        (32_767, "Submission", vec![]),
        (32_768, "Submission", vec!["FromPartyTransmissionsCount"]),
        (32_768, "Alert", vec!["FromServiceOwnerTransmissionsCount"]),
    ] {
        let many = vec![json!({ "type": kind, "sender": { "actorType": 2 } }); count];
        let body = body(&json!({ "transmissions": many, "isApiOnly": true }));
        assert_eq!(
            keys(&valid(&body, plain()).transmission_violations()),
            expected
        );
    }
}

#[test]
fn keys_of_transmissions_that_come_twice_are_named_once() {
    let keyed = |keys: &[&str]| -> Value {
        let all: Vec<_> = keys
            .iter()
            .map(|key| transmission(&json!({ "idempotentKey": key })))
            .collect();
        body(&json!({ "transmissions": all }))
    };
    for (given, expected) in [
        (vec!["aaa", "bbb"], vec![]),
        (vec!["aaa", "AAA"], vec![]),
        (vec!["aaa", "bbb", "bbb", "aaa", "aaa"], vec!["bbb", "aaa"]),
    ] {
        assert_eq!(
            valid(&keyed(&given), plain()).repeated_transmission_keys(),
            expected
        );
    }
}

#[test]
fn resources_that_attributes_name_are_told() {
    let names = |attribute: &str| json!({ "authorizationAttribute": attribute });
    let body = body(&json!({
        "guiActions": [gui_action(&names("urn:altinn:resource:Gui")), gui_action(&names("element1"))],
        "apiActions": [api_action(&names("URN:altinn:resource:api"))],
        "transmissions": [transmission(&names("urn:altinn:resource:sent")), transmission(&names("urn:altinn:task:x"))],
    }));
    let expected = ["api", "gui", "sent"].map(|name| format!("urn:altinn:resource:{name}"));
    assert_eq!(
        valid(&body, plain()).resource_attributes(),
        BTreeSet::from(expected)
    );
}

#[test]
fn actors_known_by_number_get_a_name_and_others_have_one() {
    let by_id = |id: &str| json!({ "actorType": "PartyRepresentative", "actorId": id });
    let sent = |actor: &Value| transmission(&json!({ "sender": actor }));
    let mut draft = valid(
        &body(&json!({
            "transmissions": [sent(&by_id(PERSON)), sent(&by_id("urn:altinn:person:idporten-email:Foo%40bar.no"))],
            "activities": [
                activity(&json!({ "performedBy": by_id(ORGANIZATION) })),
                activity(&json!({ "performedBy": by_id("urn:altinn:person:legacy-selfidentified:Kari%20N") })),
                activity(&json!({ "performedBy": { "actorType": 1, "actorName": " Ola  Nordmann " } })),
                activity(&json!({})),
            ],
        })),
        plain(),
    );
    let mut named = Vec::new();
    for actor in draft
        .actors_mut()
        .filter(|actor| actor.actor_name.is_none())
    {
        if let Some(id) = &actor.actor_id {
            named.push(id.clone());
            actor.actor_name = Some(format!("Name of {}", &id[..18]));
        }
    }
    assert_eq!(named, [PERSON, ORGANIZATION]);

    let dialog = made(draft);
    let senders: Vec<_> = dialog
        .transmissions
        .iter()
        .map(|t| t.body.sender.actor_name.as_deref())
        .collect();
    assert_eq!(
        senders,
        [Some("Name of urn:altinn:person:"), Some("foo%40bar.no")]
    );
    let performers: Vec<_> = dialog
        .activities
        .iter()
        .map(|a| a.body.performed_by.actor_name.as_deref())
        .collect();
    assert_eq!(
        performers,
        [
            Some("Name of urn:altinn:organiz"),
            Some("kari%20n"),
            Some(" Ola  Nordmann "),
            None
        ]
    );
}

#[test]
fn identifiers_from_clients_are_claimed() {
    let id = |n: u8| json!({ "id": v7(-1, n) });
    let url = json!({ "url": "https://e.no", "consumerType": "Gui", "id": v7(-1, 2) });
    let draft = valid(
        &body(&json!({
            "id": v7(-1, 9),
            "attachments": [attachment(&json!({ "id": v7(-1, 1), "urls": [url] })), attachment(&json!({}))],
            "guiActions": [gui_action(&id(3))],
            "apiActions": [api_action(&json!({ "id": v7(-1, 4), "endpoints": [endpoint(&id(5)), endpoint(&json!({}))] }))],
            "transmissions": [transmission(&json!({ "id": v7(-1, 7), "attachments": [attachment(&id(6))] }))],
            "activities": [activity(&id(8))],
        })),
        plain(),
    );
    let numbered: BTreeSet<_> = draft.claims.numbered().into_iter().collect();
    let expected =
        [(1, 1), (1, 6), (2, 2), (3, 3), (4, 4), (5, 5)].map(|(kind, n)| (kind, v7(-1, n)));
    assert_eq!(numbered, BTreeSet::from(expected));
    for (kind, n) in [
        (PartKind::Dialog, 9),
        (PartKind::Transmission, 7),
        (PartKind::Activity, 8),
    ] {
        assert_eq!(draft.claims.of(kind).collect::<Vec<_>>(), [v7(-1, n)]);
    }
}
