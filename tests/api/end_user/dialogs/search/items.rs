//! What a dialog looks like in a list.

use serde_json::{Value, json};

use super::{finds, later};
use crate::support::{
    FOUND, Town, activity, attachment, content, embed, gui_action, texts, transmission, with,
};

#[tokio::test]
async fn a_small_dialog_is_a_small_item() {
    let town = Town::build().stopped().open().await;
    let id = later(&town, json!({})).await;
    let page = finds(&town, &[]).await.is(200);
    let now = town.after(0);
    let item = page.at("/items/0");
    let expected = json!({
        "id": id, "org": town.org, "serviceResource": town.resource_urn(), "serviceResourceType": "genericaccessresource",
        "party": town.party(), "guiAttachmentCount": 0, "createdAt": now, "updatedAt": now, "contentUpdatedAt": now,
        "status": "NotApplicable", "systemLabel": "Default", "isApiOnly": false, "hasUnopenedContent": false,
        "fromServiceOwnerTransmissionsCount": 0, "fromPartyTransmissionsCount": 0, "seenSinceLastUpdate": [],
        "seenSinceLastContentUpdate": [], "isContentSeen": false,
        "endUserContext": {"revision": item["endUserContext"]["revision"], "systemLabels": ["Default"]},
        "content": {"title": {"value": texts(&[("nb", "Tittel")]), "mediaType": "text/plain"}},
    });
    assert_eq!(item, &expected);
    assert_eq!(
        page.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert!(!page.headers.contains_key("etag"));
}

#[tokio::test]
async fn a_full_dialog_shows_its_summary_only() {
    let town = Town::new().await;
    let mut for_systems = attachment();
    for_systems["urls"][0]["consumerType"] = json!("Api");
    let expired = with(attachment(), json!({"expiresAt": town.after(5)}));
    let given = json!({
        "progress": 7, "process": "urn:p", "precedingProcess": "urn:q", "extendedStatus": "E", "externalReference": "R",
        "dueAt": town.after(600), "expiresAt": town.after(700), "status": "Awaiting", "idempotentKey": "the key",
        "content": {
            "title": content("T"), "summary": content("S"), "senderName": content("N"), "extendedStatus": content("X"),
            "additionalInfo": content("A"), "nonSensitiveTitle": content("t"), "mainContentReference": embed("https://example.com/"),
        },
        "attachments": [attachment(), for_systems, expired],
        "guiActions": [gui_action("read")],
        "transmissions": [
            with(transmission("Submission"), json!({"attachments": [attachment()]})), transmission("Correction"), transmission("Alert"),
        ],
        "searchTags": [{"value": "tag"}],
    });
    later(&town, given).await;
    town.waits(10);
    let page = finds(&town, &[]).await.is(200);
    let page = page
        .has("/items/0/guiAttachmentCount", 2)
        .has("/items/0/progress", 7)
        .has("/items/0/process", "urn:p")
        .has("/items/0/precedingProcess", "urn:q")
        .has("/items/0/extendedStatus", "E")
        .has("/items/0/externalReference", "R")
        .has("/items/0/status", "Awaiting")
        .has("/items/0/fromPartyTransmissionsCount", 2)
        .has("/items/0/fromServiceOwnerTransmissionsCount", 1)
        .has("/items/0/hasUnopenedContent", true)
        .has(
            "/items/0/endUserContext/systemLabels",
            json!(["Default", "Sent"]),
        );
    let slots: Vec<_> = page
        .at("/items/0/content")
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(slots, ["extendedStatus", "senderName", "summary", "title"]);
    for absent in [
        "revision",
        "visibleFrom",
        "expiresAt",
        "dialogToken",
        "guiActions",
        "attachments",
        "transmissions",
        "searchTags",
        "idempotentKey",
        "activities",
    ] {
        assert_eq!(page.at("/items/0").get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn the_newest_activity_is_shown_with_its_performer() {
    let town = Town::new().await;
    let at = |seconds: i64, by: Value| {
        with(
            activity("FormSaved"),
            json!({"createdAt": town.after(seconds), "performedBy": by}),
        )
    };
    let person = json!({"actorType": "PartyRepresentative", "actorId": town.party()});
    let given = json!({"activities": [at(-10, json!({"actorType": "ServiceOwner"})), at(-5, person), at(-20, json!({"actorType": "ServiceOwner"}))]});
    later(&town, given).await;
    let page = finds(&town, &[]).await.is(200);
    let actor = page.text_at("/items/0/latestActivity/performedBy/actorId");
    assert!(
        actor.starts_with("urn:altinn:person:identifier-ephemeral:"),
        "{actor}"
    );
    page.has("/items/0/latestActivity/type", "FormSaved")
        .has("/items/0/latestActivity/description", json!([]));
    later(&town, json!({})).await;
    finds(&town, &[])
        .await
        .is(200)
        .lacks("/items/0/latestActivity");
}

#[tokio::test]
async fn who_has_seen_a_dialog_is_shown_in_the_list() {
    let town = Town::new().await;
    let id = later(&town, json!({})).await;
    let opened = town.person().opens(&id).await.is(200);
    let page = finds(&town, &[])
        .await
        .is(200)
        .has("/items/0/isContentSeen", true);
    for list in ["seenSinceLastUpdate", "seenSinceLastContentUpdate"] {
        assert_eq!(
            page.at(&format!("/items/0/{list}")),
            opened.at(&format!("/{list}")),
            "{list}"
        );
    }
}

#[tokio::test]
async fn items_are_shown_in_the_wanted_language() {
    let town = Town::new().await;
    let both = || json!({"value": texts(&[("en", "E"), ("nb", "N")])});
    let given = json!({
        "content": {"title": both(), "summary": both()},
        "activities": [with(activity("Information"), json!({"description": both()["value"]}))],
    });
    later(&town, given).await;
    let path = format!("{FOUND}?{}", super::query(&[("party", &town.party())]));
    let headers = [("accept-language", "nb")];
    let page = town
        .person()
        .ask("GET".parse().unwrap(), &path, &headers)
        .await
        .is(200);
    for list in [
        "content/title/value",
        "content/summary/value",
        "latestActivity/description",
    ] {
        assert_eq!(
            page.at(&format!("/items/0/{list}")),
            &texts(&[("nb", "N")]),
            "{list}"
        );
    }
}
