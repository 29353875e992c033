//! What an end user's answer holds, and what it never holds.

use serde_json::json;

use crate::support::{Town, activity, content, embed, gui_action, transmission, with};

#[tokio::test]
async fn what_is_the_owners_own_business_is_not_shown() {
    let town = Town::new().await;
    let given = json!({
        "idempotentKey": "the key", "searchTags": [{"value": "tag"}],
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
        "content": {"title": content("T"), "nonSensitiveTitle": content("n"), "nonSensitiveSummary": content("s"), "summary": content("S")},
        "transmissions": [with(transmission("Information"), json!({"idempotentKey": "a key"}))],
        "activities": [activity("FormSaved")],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    for absent in [
        "idempotentKey",
        "searchTags",
        "serviceOwnerContext",
        "visibleFrom",
        "deletedAt",
        "latestActivity",
        "guiAttachmentCount",
        "progress",
        "process",
        "dueAt",
        "expiresAt",
        "extendedStatus",
        "externalReference",
    ] {
        assert_eq!(dialog.body.get(absent), None, "{absent}");
    }
    let slots: Vec<_> = dialog
        .at("/content")
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(slots, ["summary", "title"]);
    for absent in [
        "/transmissions/0/idempotentKey",
        "/activities/0/description",
        "/guiActions/0",
    ] {
        assert_eq!(dialog.body.pointer(absent), None, "{absent}");
    }
    dialog
        .has("/org", town.org.as_str())
        .has("/serviceResource", town.resource_urn())
        .has("/serviceResourceType", "genericaccessresource")
        .has("/party", town.party())
        .has(
            "/activities/0/performedBy",
            json!({"actorType": "ServiceOwner"}),
        )
        .has("/guiActions", json!([]));
}

#[tokio::test]
async fn a_dialog_for_systems_without_texts_is_shown_without_them() {
    let town = Town::new().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"isApiOnly": true, "content": null})))
        .await;
    town.person()
        .opens(&id)
        .await
        .is(200)
        .lacks("/content")
        .has("/isApiOnly", true);
}

#[tokio::test]
async fn people_are_masked_and_everybody_else_is_not() {
    let town = Town::new().await;
    let by = |id: &str| {
        with(
            activity("FormSaved"),
            json!({"performedBy": {"actorType": "PartyRepresentative", "actorId": id}}),
        )
    };
    let email = "urn:altinn:person:idporten-email:a@example.com";
    let named = json!({"sender": {"actorType": "PartyRepresentative", "actorId": town.party()}});
    let given = json!({
        "activities": [by(&town.party()), by(&town.company_urn()), by(email), activity("FormSaved")],
        "transmissions": [with(transmission("Submission"), named)],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    let masked = dialog.text_at("/activities/0/performedBy/actorId");
    assert!(
        masked.starts_with("urn:altinn:person:identifier-ephemeral:"),
        "{masked}"
    );
    assert!(!dialog.at("/activities").to_string().contains(&town.pid));
    let dialog = dialog
        .has("/activities/0/performedBy/actorName", "LAST FIRST MIDDLE")
        .has("/activities/1/performedBy/actorId", town.company_urn())
        .has("/activities/2/performedBy/actorId", email)
        .has(
            "/activities/3/performedBy",
            json!({"actorType": "ServiceOwner"}),
        );
    // The same person looks the same everywhere and in the next answer.
    assert_eq!(dialog.text_at("/transmissions/0/sender/actorId"), masked);
    assert_eq!(
        dialog.text_at("/seenSinceLastUpdate/0/seenBy/actorId"),
        masked
    );
    let again = town.person().opens(&id).await;
    assert_eq!(again.text_at("/activities/0/performedBy/actorId"), masked);
}

#[tokio::test]
async fn opened_and_unopened_transmissions_are_told_apart() {
    let town = Town::new().await;
    let ids = town.ids(3);
    let sent = |id: &String, kind: &str| with(transmission(kind), json!({"id": id}));
    let opened = |id: &String| {
        with(
            activity("TransmissionOpened"),
            json!({"transmissionId": id}),
        )
    };
    let given = json!({
        "transmissions": [sent(&ids[0], "Information"), sent(&ids[1], "Alert"), sent(&ids[2], "Submission")],
        "activities": [opened(&ids[0]), opened(&ids[2])],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town
        .person()
        .opens(&id)
        .await
        .is(200)
        .has("/hasUnopenedContent", true);
    let flags: Vec<_> = dialog
        .list_at("/transmissions")
        .iter()
        .map(|one| one["isOpened"].clone())
        .collect();
    assert_eq!(flags, [true, false, false]);
}

#[tokio::test]
async fn the_etag_is_the_bare_revision_that_the_owner_has() {
    let town = Town::new().await;
    let given = json!({"guiActions": [gui_action("read")], "content": {"title": content("T"), "mainContentReference": embed("https://example.com/")}});
    let created = town.owner().posts(&town.a_dialog_with(given)).await.is(201);
    let dialog = town
        .person()
        .opens(created.body.as_str().unwrap())
        .await
        .is(200);
    assert_eq!(dialog.header("etag"), created.header("etag"));
    assert_eq!(dialog.text_at("/revision"), created.header("etag"));
    for absent in ["cache-control", "vary", "last-modified"] {
        assert!(!dialog.headers.contains_key(absent), "{absent}");
    }
}
