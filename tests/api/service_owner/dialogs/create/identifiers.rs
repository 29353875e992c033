//! Identifiers that clients choose.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{accepted, refused};
use crate::support::{Town, activity, api_action, attachment, gui_action, transmission, with};

/// Where clients may choose an identifier, as a dialog that does.
fn places(id: &str) -> Vec<(&'static str, &'static str, Value)> {
    let named = || json!({"id": id});
    let mut linked = attachment();
    linked["urls"][0]["id"] = json!(id);
    let mut sent = transmission("Information");
    sent["attachments"] = json!([with(attachment(), named())]);
    vec![
        ("Dialog", "dto.id", named()),
        (
            "Attachment",
            "dto.attachments[0].id",
            json!({"attachments": [with(attachment(), named())]}),
        ),
        (
            "AttachmentUrl",
            "dto.attachments[0].urls[0].id",
            json!({"attachments": [linked]}),
        ),
        (
            "DialogGuiAction",
            "dto.guiActions[0].id",
            json!({"guiActions": [with(gui_action("a"), named())]}),
        ),
        (
            "DialogApiAction",
            "dto.apiActions[0].id",
            json!({"apiActions": [with(api_action("a"), named())]}),
        ),
        (
            "DialogTransmission",
            "dto.transmissions[0].id",
            json!({"transmissions": [with(transmission("Information"), named())]}),
        ),
        (
            "Attachment",
            "dto.transmissions[0].attachments[0].id",
            json!({"transmissions": [sent]}),
        ),
        (
            "DialogActivity",
            "dto.activities[0].id",
            json!({"activities": [with(activity("FormSaved"), named())]}),
        ),
    ]
}

#[tokio::test]
async fn chosen_ids_are_of_version_7_and_not_ahead_of_time() {
    let town = Town::build().stopped().open().await;
    let zero = Uuid::nil().to_string();
    let late_v4 = with_version(&town.id_at(-1_000), '4');
    for (id, messages) in [
        (
            dialogporten::dialog::id::random().to_string().replacen(
                |c: char| c.is_ascii_hexdigit(),
                "f",
                1,
            ),
            2,
        ),
        (late_v4, 1),
        (town.id_at(15_000), 1),
        (town.id_at(16_000), 1),
        (zero, 1),
    ] {
        for (_, key, changes) in places(&id) {
            let answer = town
                .owner()
                .posts(&town.a_dialog_with(changes))
                .await
                .refuses(400, &[key]);
            assert_eq!(
                answer.messages(key).len(),
                messages,
                "{id}: {}",
                answer.text
            );
        }
    }
    for place in 0..places("").len() {
        for id in [town.id_at(14_999), town.id().to_uppercase(), an_old_id()] {
            let (_, _, changes) = places(&id).remove(place);
            accepted(&town, vec![changes]).await;
        }
    }
}

fn with_version(id: &str, version: char) -> String {
    format!("{}{version}{}", &id[..14], &id[15..])
}

/// An identifier from 1992.
fn an_old_id() -> String {
    let random = dialogporten::dialog::id::random().simple().to_string();
    format!("00a2e3f4-5678-7abc-8def-{}", &random[..12])
}

#[tokio::test]
async fn ids_in_bodies_have_one_form() {
    let town = Town::new().await;
    let id = town.id();
    for text in [
        id.replace('-', ""),
        format!("{{{id}}}"),
        format!(" {id}"),
        "x".into(),
        String::new(),
    ] {
        refused(&town, 400, vec![(json!({"id": text}), &["id"])]).await;
    }
    refused(&town, 400, vec![(json!({"id": 7}), &["id"])]).await;
    let mut absent = town.a_dialog();
    absent["id"] = Value::Null;
    town.owner().posts(&absent).await.is(201);
}

#[tokio::test]
async fn a_taken_id_is_refused_within_its_kind_only() {
    let town = Town::new().await;
    let id = town.id();
    // Attachments of dialogs and of transmissions are one kind: only the first of the two is created.
    let mut taken = std::collections::BTreeSet::new();
    for (kind, _, changes) in places(&id) {
        if taken.insert(kind) {
            accepted(&town, vec![changes]).await;
        }
    }
    for (kind, _, changes) in places(&id) {
        let answer = town
            .owner()
            .posts(&town.a_dialog_with(changes))
            .await
            .refuses(422, &[kind]);
        let text = answer.messages(kind).join(" ");
        assert!(
            text.contains("already exists") && text.contains(&id),
            "{text}"
        );
    }
    let endpoint = json!({"id": town.id(), "url": "https://example.com/", "httpMethod": "GET"});
    let endpoints = json!({"apiActions": [{"action": "a", "endpoints": [endpoint]}]});
    accepted(&town, vec![endpoints.clone()]).await;
    refused(&town, 422, vec![(endpoints, &["DialogApiActionEndpoint"])]).await;
}

#[tokio::test]
async fn different_kinds_of_one_dialog_may_share_an_id() {
    let town = Town::new().await;
    let id = town.id();
    let mut all = json!({});
    for (_, _, changes) in places(&id) {
        all = with(all, changes);
    }
    // The transmission's attachment would be the dialog's attachment again.
    all["transmissions"] = json!([with(transmission("Information"), json!({"id": id}))]);
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(all))
        .await;
    for member in [
        "/id",
        "/transmissions/0/id",
        "/guiActions/0/id",
        "/apiActions/0/id",
        "/activities/0/id",
        "/attachments/0/urls/0/id",
    ] {
        assert_eq!(dialog.at(member), &json!(id), "{member}");
    }
}

#[tokio::test]
async fn one_list_names_an_id_once() {
    let town = Town::new().await;
    let twice = |part: Value| json!([part, part]);
    let id = json!({"id": town.id()});
    let mut links = attachment();
    links["urls"] = twice(with(links["urls"][0].clone(), id.clone()));
    let mut action = api_action("a");
    action["endpoints"] = twice(with(action["endpoints"][0].clone(), id.clone()));
    refused(
        &town,
        400,
        vec![
            (
                json!({"attachments": twice(with(attachment(), id.clone()))}),
                &["dto.attachments"],
            ),
            (
                json!({"attachments": [links]}),
                &["dto.attachments[0].urls"],
            ),
            (
                json!({"guiActions": twice(with(gui_action("a"), id.clone()))}),
                &["dto.guiActions"],
            ),
            (
                json!({"apiActions": twice(with(api_action("a"), id.clone()))}),
                &["dto.apiActions"],
            ),
            (
                json!({"apiActions": [action]}),
                &["dto.apiActions[0].endpoints"],
            ),
            (
                json!({"transmissions": twice(with(transmission("Information"), id.clone()))}),
                &["dto.transmissions"],
            ),
            (
                json!({"activities": twice(with(activity("FormSaved"), id))}),
                &["dto.activities"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn two_lists_of_one_kind_cannot_share_an_id() {
    let town = Town::new().await;
    let id = json!({"id": town.id()});
    let mut sent = transmission("Information");
    sent["attachments"] = json!([with(attachment(), id.clone())]);
    let mut linked = attachment();
    linked["urls"][0]["id"] = id["id"].clone();
    let mut action = api_action("a");
    action["endpoints"][0]["id"] = id["id"].clone();
    refused(
        &town,
        422,
        vec![
            (
                json!({"attachments": [with(attachment(), id)], "transmissions": [sent.clone()]}),
                &["Attachment"],
            ),
            (
                json!({"transmissions": [sent.clone(), sent]}),
                &["Attachment"],
            ),
            (
                json!({"attachments": [linked.clone(), linked]}),
                &["AttachmentUrl"],
            ),
            (
                json!({"apiActions": [action.clone(), action]}),
                &["DialogApiActionEndpoint"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_endpoint_may_have_any_id() {
    let town = Town::new().await;
    for id in [dialogporten::dialog::id::random(), Uuid::nil()] {
        let endpoint = json!({"id": id, "url": "https://example.com/", "httpMethod": "GET"});
        let dialog =
            town.owner()
                .creates_and_reads(town.a_dialog_with(
                    json!({"apiActions": [{"action": "a", "endpoints": [endpoint]}]}),
                ))
                .await;
        let stored = dialog.text_at("/apiActions/0/endpoints/0/id");
        assert_eq!(
            stored == id.to_string(),
            !id.is_nil(),
            "zeros ask for a new one"
        );
    }
}
