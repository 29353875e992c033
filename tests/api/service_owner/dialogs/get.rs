//! GET serviceowner/dialogs/{dialogId}: everything, for the owner and nobody else.

use serde_json::json;
use uuid::Uuid;

use crate::support::{
    OWNED, Policy, Town, activity, attachment, content, embed, gui_action, texts, transmission,
    with,
};

#[tokio::test]
async fn the_owner_of_the_resource_and_admins_see_a_dialog_and_others_learn_nothing() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for caller in [
        town.owner(),
        town.admin(),
        town.neighbour("digdir:dialogporten.serviceprovider.admin"),
    ] {
        caller.owns(&id).await.is(200).has("/id", id.as_str());
    }
    let foreign = town
        .neighbour("")
        .owns(&id)
        .await
        .refuses(404, &["DialogEntity"]);
    let unknown = town.id();
    let missing = town
        .owner()
        .owns(&unknown)
        .await
        .refuses(404, &["DialogEntity"]);
    assert_eq!(
        missing.messages("DialogEntity"),
        [format!(
            "Entity 'DialogEntity' with the following key(s) was not found: ({unknown})."
        )]
    );
    assert_eq!(
        foreign.text.replace(&id, &unknown).len(),
        missing.text.len(),
        "nothing else tells them apart"
    );
}

#[tokio::test]
async fn ownership_follows_the_registry() {
    let mut town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let neighbour = town.directory.neighbour.clone();
    town.changes(|directory| {
        (directory.resources[0].org, directory.resources[0].owner) = neighbour;
    });
    town.owner().owns(&id).await.is(404);
    town.neighbour("")
        .owns(&id)
        .await
        .is(200)
        .has("/org", town.org.as_str());
}

#[tokio::test]
async fn an_id_is_read_in_its_usual_forms_and_nothing_else_is_an_id() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for form in [
        id.to_uppercase(),
        id.replace('-', ""),
        format!("%7B{id}%7D"),
        format!("({id})"),
        format!("{id}%20"),
        format!("{id}/"),
    ] {
        town.owner()
            .owns(&form)
            .await
            .is(200)
            .has("/id", id.as_str());
    }
    for form in [
        "x",
        "%7Bx%7D",
        &id[..35],
        &format!("{id}0"),
        &format!("%7B{id}"),
        "urn:uuid:x",
        "%C3%A6",
        "0",
        "null",
    ] {
        let answer = town.owner().owns(form).await.refuses(400, &["dialogId"]);
        answer.has("/title", "One or more validation errors occurred.");
    }
    for unknown in [Uuid::nil(), Uuid::max(), dialogporten::dialog::id::random()] {
        town.owner()
            .owns(&unknown.to_string())
            .await
            .refuses(404, &["DialogEntity"]);
    }
}

#[tokio::test]
async fn deleted_hidden_and_expired_dialogs_are_shown_to_their_owner() {
    let town = Town::new().await;
    let deleted = town.owner().creates(town.a_dialog()).await;
    town.owner()
        .owns(&deleted)
        .await
        .is(200)
        .lacks("/deletedAt");
    town.owner().deletes(&deleted).await;
    let dialog = town.owner().owns(&deleted).await.is(200).lacks("/deleted");
    assert!(dialog.text_at("/deletedAt").ends_with('Z'));

    let hidden = town
        .owner()
        .creates(town.a_dialog_with(json!({"visibleFrom": town.after(600)})))
        .await;
    town.owner().owns(&hidden).await.is(200);
    let expired = town
        .owner()
        .creates(town.a_dialog_with(json!({"expiresAt": town.after(600)})))
        .await;
    town.waits(3_000);
    town.owner().owns(&expired).await.is(200);
}

#[tokio::test]
async fn the_owner_sees_all_languages_and_links_and_nothing_about_authorization() {
    let town = Town::new().await;
    let in_two = json!({"value": texts(&[("en", "E"), ("nb", "N")])});
    let given = json!({
        "content": {"title": in_two, "mainContentReference": embed("https://example.com/e"), "nonSensitiveTitle": content("n")},
        "guiActions": [with(gui_action("nobody-may"), json!({"authorizationAttribute": "nowhere"}))],
        "attachments": [with(attachment(), json!({"expiresAt": town.after(60)}))],
        "transmissions": [with(transmission("Information"), json!({"idempotentKey": "the key", "authorizationAttribute": "x"}))],
        "activities": [with(activity("FormSaved"), json!({"performedBy": {"actorType": "PartyRepresentative", "actorId": town.party()}}))],
        "searchTags": [{"value": "tag"}],
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    town.waits(120);
    let headers = [("accept-language", "nb")];
    let dialog = town
        .owner()
        .ask("GET".parse().unwrap(), &format!("{OWNED}/{id}"), &headers)
        .await
        .is(200);
    let dialog = dialog
        .has("/content/title/value", texts(&[("en", "E"), ("nb", "N")]))
        .has(
            "/content/mainContentReference/value/0/value",
            "https://example.com/e",
        )
        .has("/content/nonSensitiveTitle/value/0/value", "n")
        .has("/guiActions/0/url", "https://example.com/go")
        .has("/attachments/0/urls/0/url", "https://example.com/a.pdf")
        .has("/transmissions/0/idempotentKey", "the key")
        .has("/activities/0/performedBy/actorId", town.party())
        .has("/searchTags", json!([{"value": "tag"}]))
        .has(
            "/serviceOwnerContext/serviceOwnerLabels",
            json!([{"value": "label"}]),
        );
    for flag in [
        "/guiActions/0/isAuthorized",
        "/transmissions/0/isAuthorized",
        "/content/mainContentReference/isAuthorized",
        "/dialogToken",
    ] {
        assert_eq!(dialog.body.pointer(flag), None, "{flag}");
    }
}

#[tokio::test]
async fn looking_at_ones_own_dialog_leaves_no_trace() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let first = town.owner().owns(&id).await.is(200);
    let second = town
        .owner()
        .owns(&id)
        .await
        .is(200)
        .has("/isContentSeen", false)
        .has("/seenSinceLastUpdate", json!([]));
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("etag"), second.header("etag"));
}

#[tokio::test]
async fn a_party_without_anybody_representing_it_has_dialogs_all_the_same() {
    let town = Town::with(|directory| directory.resources[0].policy = Policy::at_level(4)).await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().owns(&id).await.is(200);
}
