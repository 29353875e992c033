//! What stands in bodies.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    FOUND, OWNED, Town, activity, an_update, api_action, attachment, content, gui_action,
    transmission, with,
};

/// A dialog with a part of every kind.
fn a_full_dialog(town: &Town) -> Value {
    town.a_dialog_with(json!({
        "guiActions": [gui_action("read")], "apiActions": [api_action("read")], "attachments": [attachment()],
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
        "searchTags": [{"value": "tag"}], "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
    }))
}

#[tokio::test]
async fn w_1_what_was_read_can_be_written_back_as_it_is() {
    let town = Town::new().await;
    let id = town.owner().creates(a_full_dialog(&town)).await;
    let before = town.owner().owns(&id).await.is(200);
    let revision = before.header("etag");
    let mut read = before.clone();
    // Transmissions and activities are only ever added.
    read.body["transmissions"] = json!([]);
    read.body["activities"] = json!([]);
    read.body["unknown"] = json!({"deep": [{"x": null}]});
    read.body["content"]["title"]["isAuthorized"] = json!(true);
    read.body["guiActions"][0]["relatedActivityId"] = json!("x");
    let path = format!("{OWNED}/{id}");
    let written = town
        .owner()
        .send(Method::PUT, &path, &read.body)
        .await
        .is_empty(204);
    assert_eq!(written.header("etag"), revision, "nothing has changed");
    let changed = with(read.body.clone(), json!({"progress": 50}));
    let written = town
        .owner()
        .send(Method::PUT, &path, &changed)
        .await
        .is_empty(204);
    assert_ne!(written.header("etag"), revision);
    let after = town.owner().owns(&id).await.is(200).has("/progress", 50);
    for kept in [
        "guiActions",
        "apiActions",
        "attachments",
        "searchTags",
        "serviceOwnerContext",
        "party",
        "createdAt",
    ] {
        assert_eq!(after.body[kept], before.body[kept], "{kept}");
    }
    assert_eq!(
        (
            after.list_at("/transmissions").len(),
            after.list_at("/activities").len()
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn w_2_names_of_members_are_read_in_any_case_and_written_in_camel_case() {
    let town = Town::new().await;
    let pascal = json!({
        "ServiceResource": town.resource_urn(), "PARTY": town.party(), "progresS": 5,
        "Content": {"TITLE": {"Value": [{"VALUE": "T", "LanguageCode": "nb"}]}},
        "GuiActions": [{"Action": "read", "URL": "https://example.com/", "Priority": "Primary", "Title": [{"value": "G", "languagecode": "nb"}]}],
    });
    let dialog = town.owner().creates_and_reads(pascal).await;
    let id = dialog.text_at("/id");
    dialog
        .has("/progress", 5)
        .has("/content/title/value/0/value", "T")
        .has("/guiActions/0/action", "read");
    let actor = json!({"ActorType": "ServiceOwner"});
    let saved = json!({"TYPE": "FormSaved", "PerformedBy": actor});
    town.owner().adds(&id, "activities", &saved).await.is(201);
    let title = json!({"Title": {"VALUE": [{"Value": "T", "LANGUAGECODE": "nb"}]}});
    let sent = json!({"Type": "Alert", "SENDER": actor, "Content": title});
    town.owner().adds(&id, "transmissions", &sent).await.is(201);
    let label = json!({"VALUE": "label"});
    town.owner()
        .adds(&id, "context/labels", &label)
        .await
        .is(204);
    let operation = json!({"OP": "replace", "Path": "/PROGRESS", "VALUE": 6});
    town.owner().patches(&id, json!([operation])).await.is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/progress", 6)
        .has("/activities/0/type", "FormSaved")
        .has("/transmissions/0/content/title/value/0/value", "T")
        .has("/serviceOwnerContext/serviceOwnerLabels/0/value", "label");
}

#[tokio::test]
async fn w_3_words_are_read_in_any_case_and_written_canonically() {
    let town = Town::new().await;
    let actor = json!({"actorType": "partyRepresentative", "actorName": "N"});
    let given = json!({
        "status": "inProgress", "systemLabel": "archive",
        "guiActions": [with(gui_action("a"), json!({"priority": "primary", "httpMethod": "gET"}))],
        "apiActions": [{"action": "a", "endpoints": [{"url": "https://example.com/", "httpMethod": "get"}]}],
        "activities": [{"type": "formSubmitted", "performedBy": actor}],
        "attachments": [{"urls": [{"url": "https://example.com/", "consumerType": "gui"}]}],
    });
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(given))
        .await;
    let id = dialog.text_at("/id");
    dialog
        .has("/status", "InProgress")
        .has("/systemLabel", "Archive")
        .has("/guiActions/0/priority", "Primary")
        .has("/guiActions/0/httpMethod", "GET")
        .has("/apiActions/0/endpoints/0/httpMethod", "GET")
        .has("/activities/0/type", "FormSubmitted")
        .has("/activities/0/performedBy/actorType", "PartyRepresentative")
        .has("/attachments/0/urls/0/consumerType", "Gui");
    let actor = json!({"actorType": "serviceOwner"});
    let saved = json!({"type": "formSAVED", "performedBy": actor});
    town.owner().adds(&id, "activities", &saved).await.is(201);
    let sent = with(
        transmission("submission"),
        json!({"sender": actor, "attachments": [{"urls": [{"url": "https://example.com/", "consumerType": "api"}]}]}),
    );
    town.owner().adds(&id, "transmissions", &sent).await.is(201);
    town.owner()
        .replaces(&id, "/status", json!("awaiting"))
        .await
        .is(204);
    town.person()
        .labels(&id, &["markedAsUnopened"], &["archive"])
        .await
        .is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/status", "Awaiting")
        .has("/activities/1/type", "FormSaved")
        .has("/transmissions/0/type", "Submission")
        .has("/transmissions/0/attachments/0/urls/0/consumerType", "Api")
        .has(
            "/endUserContext/systemLabels",
            json!(["Default", "MarkedAsUnopened", "Sent"]),
        );
}

#[tokio::test]
async fn w_4_words_are_read_as_numbers() {
    let town = Town::new().await;
    let types = [
        "DialogCreated",
        "DialogClosed",
        "Information",
        "TransmissionOpened",
        "PaymentMade",
        "SignatureProvided",
        "DialogOpened",
        "DialogDeleted",
        "DialogRestored",
        "SentToSigning",
        "SentToFormFill",
        "SentToSendIn",
        "SentToPayment",
        "FormSubmitted",
        "FormSaved",
        "CorrespondenceOpened",
        "CorrespondenceConfirmed",
    ];
    let sent = town.id();
    let one = |(number, name): (usize, &&str)| match *name {
        "Information" => {
            json!({"type": number, "performedBy": {"actorType": 2}, "description": content("x")["value"]})
        }
        "TransmissionOpened" => {
            json!({"type": number, "performedBy": {"actorType": 2}, "transmissionId": sent})
        }
        _ => json!({"type": number, "performedBy": {"actorType": 2}}),
    };
    let activities: Vec<_> = (1..).zip(&types).map(one).collect();
    let given = json!({"activities": activities, "transmissions": [with(transmission("Alert"), json!({"id": sent, "type": 7}))]});
    let id = town
        .owner_with("digdir:dialogporten.correspondence")
        .creates(town.a_dialog_with(given))
        .await;
    let dialog = town
        .owner()
        .owns(&id)
        .await
        .is(200)
        .has("/transmissions/0/type", "Submission");
    assert_eq!(dialog.texts_at("/activities", "/type"), types);

    let path = format!("{FOUND}/{id}/context/systemlabels");
    let numbered = json!({"addLabels": [3]});
    town.person()
        .send(Method::PUT, &path, &numbered)
        .await
        .is(204);
    town.owner().owns(&id).await.has("/systemLabel", "Archive");
    let types = [
        "Information",
        "Acceptance",
        "Rejection",
        "Request",
        "Alert",
        "Decision",
        "Submission",
        "Correction",
    ];
    for (number, name) in (1..).zip(types) {
        let sent = with(transmission("Alert"), json!({"type": number}));
        let added = town.owner().adds(&id, "transmissions", &sent).await.is(201);
        let path = format!(
            "{OWNED}/{id}/transmissions/{}",
            added.body.as_str().unwrap()
        );
        town.owner().get(&path).await.has("/type", name);
    }
    let operations = json!([
        {"op": "replace", "path": "/status", "value": 2},
        {"op": "add", "path": "/attachments/-", "value": {"urls": [{"url": "https://example.com/", "consumerType": 2}]}},
        {"op": "add", "path": "/guiActions/-", "value": with(gui_action("a"), json!({"priority": 1, "httpMethod": 5}))},
    ]);
    town.owner().patches(&id, operations).await.is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/status", "InProgress")
        .has("/attachments/0/urls/0/consumerType", "Api")
        .has("/guiActions/0/priority", "Primary")
        .has("/guiActions/0/httpMethod", "DELETE");
    let unknown = with(transmission("Alert"), json!({"type": 99}));
    town.owner()
        .adds(&id, "transmissions", &unknown)
        .await
        .is_problem(400);
    town.owner()
        .posts(&town.a_dialog_with(json!({"transmissions": [unknown]})))
        .await
        .is_problem(400);
}

#[tokio::test]
async fn w_19_old_media_types_of_embeds_are_stored_as_the_new_ones() {
    let town = Town::new().await;
    let old = "application/vnd.dialogporten.frontchannelembed+json;type=";
    let new = "application/vnd.dialogporten.frontchannelembed-url;type=text/";
    for kind in ["markdown", "html"] {
        let embed = json!({"mediaType": format!("{old}{kind}"), "value": [{"value": "https://example.com/", "languageCode": "nb"}]});
        let given = json!({
            "content": {"title": content("T"), "mainContentReference": embed},
            "transmissions": [with(transmission("Alert"), json!({"content": {"title": content("T"), "contentReference": embed}}))],
        });
        let caller = town.owner_with("digdir:dialogporten.serviceprovider.legacyhtml");
        let dialog = caller.creates_and_reads(town.a_dialog_with(given)).await;
        dialog
            .has(
                "/content/mainContentReference/mediaType",
                format!("{new}{kind}"),
            )
            .has(
                "/transmissions/0/content/contentReference/mediaType",
                format!("{new}{kind}"),
            );
    }
}

#[tokio::test]
async fn w_20_media_types_of_attachments_are_free_text() {
    let town = Town::new().await;
    for media in [
        json!("PPT"),
        json!("GIF"),
        json!("DICOM"),
        json!("a b/c;d"),
        Value::Null,
    ] {
        let attached = json!({"urls": [{"url": "https://example.com/", "consumerType": "Gui", "mediaType": media}]});
        let given = json!({"attachments": [attached], "transmissions": [with(transmission("Alert"), json!({"attachments": [attached]}))]});
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(given))
            .await;
        for place in [
            "/attachments/0/urls/0",
            "/transmissions/0/attachments/0/urls/0",
        ] {
            assert_eq!(
                dialog.at(place).get("mediaType"),
                (!media.is_null()).then_some(&media),
                "{place}"
            );
        }
    }
}

#[tokio::test]
async fn w_21_a_dialog_with_very_many_attachments_is_accepted() {
    let town = Town::new().await;
    let link = |n: usize| json!({"urls": [{"url": format!("https://example.com/{n}/{}", "x".repeat(900)), "consumerType": "Gui"}]});
    let many: Vec<_> = (0..2_000).map(link).collect();
    let dialog = town.a_dialog_with(json!({"attachments": many}));
    assert!((1_800_000..20_000_000).contains(&dialog.to_string().len()));
    let read = town.owner().creates_and_reads(dialog).await;
    assert_eq!(read.list_at("/attachments").len(), 2_000);
}

#[tokio::test]
async fn w_22_null_is_absence_for_single_values_and_an_error_for_lists() {
    let town = Town::new().await;
    let mut dialog = town.a_dialog();
    for member in [
        "progress",
        "externalReference",
        "dueAt",
        "process",
        "systemLabel",
        "serviceOwnerContext",
    ] {
        dialog[member] = Value::Null;
    }
    dialog["content"]["summary"] = Value::Null;
    let id = town.owner().creates(dialog.clone()).await;
    for list in [
        "guiActions",
        "apiActions",
        "attachments",
        "transmissions",
        "activities",
        "searchTags",
    ] {
        let mut dialog = dialog.clone();
        dialog[list] = Value::Null;
        town.owner().posts(&dialog).await.refuses(400, &[list]);
        let mut update = an_update();
        update[list] = Value::Null;
        town.owner().puts(&id, &update).await.refuses(400, &[list]);
    }
}
