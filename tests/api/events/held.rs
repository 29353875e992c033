//! Events of dialogs that nobody can see yet.

use axum::http::Method;
use serde_json::json;

use crate::support::{EventSink, OWNED, Town, transmission};

const DAY: i64 = 24 * 60 * 60;

async fn town() -> (EventSink, Town) {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).stopped().open().await;
    (sink, town)
}

/// Creates a dialog that is visible in a day, and changes it.
async fn hidden(town: &Town) -> String {
    let dialog = town.a_dialog_with(json!({
        "visibleFrom": town.after(DAY), "transmissions": [transmission("Information")],
    }));
    let id = town.owner().creates(dialog).await;
    let changed = json!([{"op": "add", "path": "/progress", "value": 1}]);
    let path = format!("{OWNED}/{id}");
    let answer = town.owner().send(Method::PATCH, &path, &changed).await;
    answer.is_empty(204);
    id
}

/// Proves that what could have been delivered has been.
async fn visible(sink: &EventSink, town: &Town) {
    let id = town.owner().creates(town.a_dialog()).await;
    sink.tells(&id, &["created"]).await;
}

#[tokio::test]
async fn they_wait_until_it_is_visible_and_are_what_they_were() {
    let (sink, town) = town().await;
    let made = town.now().to_string();
    let id = hidden(&town).await;
    town.person().opens(&id).await.is_problem(404);
    for _ in 0..2 {
        visible(&sink, &town).await;
        assert!(sink.heard().iter().all(|event| event.dialog() != id));
        town.waits(DAY / 2 - 1);
    }
    town.waits(2);
    let events = sink
        .tells(&id, &["created", "transmission.created", "updated"])
        .await;
    assert!(
        events
            .iter()
            .all(|event| event.event["time"] == json!(made))
    );
    town.person().opens(&id).await.is(200);
    sink.takes(&id, 5).await;
}

#[tokio::test]
async fn they_are_told_at_once_where_the_operator_wants_it_so() {
    let sink = EventSink::open().await;
    let town = Town::build()
        .publishing_to(&sink)
        .config(|config| config.events.hold_until_visible = false)
        .open()
        .await;
    let id = hidden(&town).await;
    sink.tells(&id, &["created", "transmission.created", "updated"])
        .await;
}

#[tokio::test]
async fn a_dialog_that_is_purged_before_is_told_with_its_end() {
    let (sink, town) = town().await;
    let id = hidden(&town).await;
    town.owner().purges(&id).await;
    visible(&sink, &town).await;
    assert!(sink.heard().iter().all(|event| event.dialog() != id));
    town.waits(DAY + 1);
    let told = ["created", "transmission.created", "updated", "deleted"];
    sink.tells(&id, &told).await;
}

#[tokio::test]
async fn a_dialog_that_is_purged_in_silence_before_is_never_heard_of() {
    let (sink, town) = town().await;
    let id = hidden(&town).await;
    let path = format!("{OWNED}/{id}/actions/purge?isSilentUpdate=true");
    let answer = town.owner().ask(Method::POST, &path, &[]).await;
    answer.is_empty(204);
    town.waits(DAY + 1);
    visible(&sink, &town).await;
    assert!(sink.heard().iter().all(|event| event.dialog() != id));
    town.delivers(|now| now.delivered == 1).await;
    let lag = town.app.store().outbox_lag(town.now()).await.unwrap();
    assert_eq!((lag.waiting, lag.dead), (0, 0));
}

#[tokio::test]
async fn a_silent_purge_takes_nothing_back_that_was_on_its_way() {
    let (sink, town) = town().await;
    sink.answers(503);
    let id = town.owner().creates(town.a_dialog()).await;
    // When it is tried again is counted from then on.
    town.delivers(|now| now.failed >= 1).await;
    let path = format!("{OWNED}/{id}/actions/purge?isSilentUpdate=true");
    let answer = town.owner().ask(Method::POST, &path, &[]).await;
    answer.is_empty(204);
    sink.answers(200);
    town.waits(10);
    sink.tells(&id, &["created"]).await;
}

#[tokio::test]
async fn an_expiry_is_no_event() {
    let (sink, town) = town().await;
    let dialog = town.a_dialog_with(json!({"expiresAt": town.after(DAY)}));
    let id = town.owner().creates(dialog).await;
    town.waits(2 * DAY);
    town.owner().purges(&id).await;
    sink.tells(&id, &["created", "deleted"]).await;
}
