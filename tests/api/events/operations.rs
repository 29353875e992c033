//! What each operation tells, and what it does not. Events of a dialog come in order, so that whatever is told next shows
//! that nothing was told before.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    Answer, EventSink, OWNED, Town, activity, attachment, content, gui_action, transmission, with,
};

const SILENT: &str = "?isSilentUpdate=true";

async fn town() -> (EventSink, Town) {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).open().await;
    (sink, town)
}

/// Changes something that is told.
async fn rings(town: &Town, id: &str) {
    let now = town.owner().owns(id).await.is(200);
    let progress = now.at("/progress").as_i64().unwrap_or(0) % 100 + 1;
    let body = json!([{"op": "add", "path": "/progress", "value": progress}]);
    let path = format!("{OWNED}/{id}");
    town.owner()
        .send(Method::PATCH, &path, &body)
        .await
        .is_empty(204);
}

/// PUTs what the dialog is already, but for these changes.
async fn puts(town: &Town, id: &str, query: &str, changes: Value) -> Answer {
    let mut body = town.owner().owns(id).await.is(200).body;
    let kept = [
        "progress",
        "extendedStatus",
        "externalReference",
        "dueAt",
        "expiresAt",
        "process",
        "isApiOnly",
        "status",
        "content",
        "searchTags",
        "attachments",
        "guiActions",
        "apiActions",
    ];
    body.as_object_mut()
        .unwrap()
        .retain(|name, _| kept.contains(&name.as_str()));
    let path = format!("{OWNED}/{id}{query}");
    town.owner()
        .send(Method::PUT, &path, &with(body, changes))
        .await
}

async fn acts(town: &Town, id: &str, action: &str) -> Answer {
    let path = format!("{OWNED}/{id}/actions/{action}");
    town.admin().ask(Method::POST, &path, &[]).await
}

#[tokio::test]
async fn one_change_is_told_once_and_none_not_at_all() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let changes = json!({
        "content": {"title": content("Ny")}, "attachments": [attachment()], "guiActions": [gui_action("read")],
    });
    puts(&town, &id, "", changes).await.is_empty(204);
    puts(&town, &id, "", json!({})).await.is_empty(204);
    let parts = json!({
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
    });
    puts(&town, &id, "", parts).await.is_empty(204);
    rings(&town, &id).await;
    let told = [
        "created",
        "updated",
        "updated",
        "transmission.created",
        "activity.form-saved",
        "updated",
    ];
    sink.tells(&id, &told).await;
}

#[tokio::test]
async fn another_order_of_attachments_is_no_change() {
    let (sink, town) = town().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"attachments": [attachment(), attachment()]})))
        .await;
    let before = town.owner().owns(&id).await.is(200);
    let mut attachments = before.list_at("/attachments").to_vec();
    attachments.reverse();
    let swapped = json!([{"op": "replace", "path": "/attachments", "value": attachments}]);
    let path = format!("{OWNED}/{id}");
    let answer = town.owner().send(Method::PATCH, &path, &swapped).await;
    assert_eq!(answer.is_empty(204).header("etag"), before.header("etag"));
    rings(&town, &id).await;
    sink.tells(&id, &["created", "updated"]).await;
}

#[tokio::test]
async fn parts_that_are_added_are_told_with_the_update() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for (list, part) in [
        ("activities", activity("FormSubmitted")),
        ("transmissions", transmission("Information")),
    ] {
        let path = format!("{OWNED}/{id}/{list}");
        town.owner().post(&path, &part).await.is(201);
    }
    let told = [
        "created",
        "updated",
        "activity.form-submitted",
        "updated",
        "transmission.created",
    ];
    sink.tells(&id, &told).await;
}

#[tokio::test]
async fn deleting_restoring_and_purging_are_told_once_each() {
    let (sink, town) = town().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    acts(&town, &id, "restore").await.is_empty(204);
    owner.deletes(&id).await;
    let path = format!("{OWNED}/{id}");
    owner.ask(Method::DELETE, &path, &[]).await.is_problem(410);
    acts(&town, &id, "restore").await.is_empty(204);
    owner.deletes(&id).await;
    owner.purges(&id).await;
    let live = owner.creates(town.a_dialog()).await;
    owner.purges(&live).await;
    sink.tells(&live, &["created", "deleted"]).await;
    sink.tells(&id, &["created", "deleted", "restored", "deleted"])
        .await;
    // The other dialog was told to its end after everything of this one was stored.
    assert_eq!(sink.takes(&id, 4).await.len(), 4);
}

#[tokio::test]
async fn labels_are_told_to_nobody() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let before = town.owner().owns(&id).await.header("etag");
    town.person().labels(&id, &["Bin"], &[]).await.is(204);
    let labels = format!("{OWNED}/{id}/context/labels");
    let label = json!({"value": "a-label"});
    town.owner().post(&labels, &label).await.is(204);
    assert_eq!(town.owner().owns(&id).await.header("etag"), before);
    rings(&town, &id).await;
    sink.tells(&id, &["created", "updated"]).await;
}

#[tokio::test]
async fn freezing_is_told_once() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    acts(&town, &id, "freeze").await.is_empty(204);
    acts(&town, &id, "freeze").await.is_empty(204);
    acts(&town, &id, "purge").await.is_empty(204);
    sink.tells(&id, &["created", "updated", "deleted"]).await;
}

#[tokio::test]
async fn a_first_view_is_told_with_the_id_of_its_entry_and_a_second_not_at_all() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let person = town.person();
    // The entry is the same whoever of eight comes first.
    let views = join_all((0..8).map(|_| person.opens(&id))).await;
    let entry = views[0].text_at("/seenSinceLastUpdate/0/id");
    town.person().opens(&id).await.is(200);
    rings(&town, &id).await;
    let events = sink
        .tells(&id, &["created", "updated", "seen", "updated"])
        .await;
    assert_eq!(events[2].id(), entry);
    assert!(
        !events[2].text.contains("seenBy"),
        "who saw it is not told: {}",
        events[2].text
    );
}

#[tokio::test]
async fn a_view_after_a_silent_change_is_no_news_and_after_a_loud_one_it_is() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.person().opens(&id).await.is(200);
    puts(&town, &id, SILENT, json!({"progress": 7}))
        .await
        .is_empty(204);
    town.person().opens(&id).await.is(200);
    puts(&town, &id, "", json!({"progress": 8}))
        .await
        .is_empty(204);
    town.person().opens(&id).await.is(200);
    sink.tells(
        &id,
        &["created", "updated", "seen", "updated", "updated", "seen"],
    )
    .await;
}

#[tokio::test]
async fn a_dialog_marked_as_unopened_is_seen_once_more() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let marked = async || {
        let labels = town.person().labels(&id, &["MarkedAsUnopened"], &[]).await;
        labels.is(204);
    };
    town.person().opens(&id).await.is(200);
    for _ in 0..2 {
        marked().await;
        town.person().opens(&id).await.is(200);
    }
    rings(&town, &id).await;
    let told = [
        "created", "updated", "seen", "updated", "seen", "updated", "updated",
    ];
    let events = sink.tells(&id, &told).await;
    assert_ne!(events[2].id(), events[4].id());

    let unseen = town.owner().creates(town.a_dialog()).await;
    let labels = town
        .person()
        .labels(&unseen, &["MarkedAsUnopened"], &[])
        .await;
    labels.is(204);
    for _ in 0..2 {
        town.person().opens(&unseen).await.is(200);
    }
    rings(&town, &unseen).await;
    sink.tells(&unseen, &["created", "updated", "seen", "updated"])
        .await;
}

#[tokio::test]
async fn a_silent_life_is_told_to_nobody_and_found_all_the_same() {
    let (sink, town) = town().await;
    let owner = town.owner();
    let dialog = town.a_dialog_with(json!({
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
    }));
    let id = owner
        .post(&format!("{OWNED}{SILENT}"), &dialog)
        .await
        .is(201)
        .text_at("");
    let word = format!("w{}", town.resource);
    puts(
        &town,
        &id,
        SILENT,
        json!({"content": {"title": content(&word)}}),
    )
    .await
    .is_empty(204);
    let query = format!("party={}&search={word}", town.party());
    let found = town.person().finds(&query).await.is(200);
    assert_eq!(found.ids(), std::slice::from_ref(&id));
    for (list, part) in [
        ("activities", activity("PaymentMade")),
        ("transmissions", transmission("Information")),
    ] {
        let path = format!("{OWNED}/{id}/{list}{SILENT}");
        owner.post(&path, &part).await.is(201);
    }
    let path = format!("{OWNED}/{id}{SILENT}");
    owner.ask(Method::DELETE, &path, &[]).await.is_empty(204);
    acts(&town, &id, &format!("restore{SILENT}"))
        .await
        .is_empty(204);
    rings(&town, &id).await;
    acts(&town, &id, &format!("purge{SILENT}"))
        .await
        .is_empty(204);

    let other = owner.creates(town.a_dialog()).await;
    sink.tells(&other, &["created"]).await;
    sink.tells(&id, &["updated"]).await;
}

#[tokio::test]
async fn silent_and_loud_ends_are_told_apart() {
    let (sink, town) = town().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    owner
        .ask(Method::DELETE, &format!("{path}{SILENT}"), &[])
        .await
        .is_empty(204);
    acts(&town, &id, "restore").await.is_empty(204);
    owner.deletes(&id).await;
    acts(&town, &id, &format!("restore{SILENT}"))
        .await
        .is_empty(204);
    acts(&town, &id, "purge").await.is_empty(204);
    sink.tells(&id, &["created", "restored", "deleted", "deleted"])
        .await;

    let quiet = owner.creates(town.a_dialog()).await;
    acts(&town, &quiet, &format!("purge{SILENT}"))
        .await
        .is_empty(204);
    let last = owner.creates(town.a_dialog()).await;
    sink.tells(&last, &["created"]).await;
    sink.tells(&quiet, &["created"]).await;
}

#[tokio::test]
async fn the_old_name_of_the_silent_parameter_means_nothing() {
    let (sink, town) = town().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let query = "?disableAltinnEvents=true";
    puts(&town, &id, query, json!({"progress": 3}))
        .await
        .is_empty(204);
    sink.tells(&id, &["created", "updated"]).await;
}

#[tokio::test]
async fn what_fails_is_told_to_nobody() {
    let (sink, town) = town().await;
    let key = town.id();
    let dialog = town.a_dialog_with(json!({"idempotentKey": key}));
    let id = town.owner().creates(dialog.clone()).await;
    let owner = town.owner();
    owner.posts(&dialog).await.is_problem(409);
    let twice = town.a_dialog_with(json!({"id": id}));
    owner.posts(&twice).await.is_problem(422);
    let body = json!([{"op": "add", "path": "/progress", "value": 1}]);
    let (path, stale) = (format!("{OWNED}/{id}"), town.id());
    owner
        .sends(Method::PATCH, &path, &[("if-match", &stale)], &body)
        .await
        .is_problem(412);
    rings(&town, &id).await;
    sink.tells(&id, &["created", "updated"]).await;
}
