//! The order of delivery: one after the other within a dialog, and no dialog waits for another.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{EventSink, OWNED, Reply, Town};

/// Updates of a dialog: so many, as fast as they go.
async fn updates(town: &Town, id: &str, count: i32) {
    for progress in 1..=count {
        let body = json!([{"op": "add", "path": "/progress", "value": progress}]);
        let path = format!("{OWNED}/{id}");
        let answer = town.owner().send(Method::PATCH, &path, &body).await;
        answer.is_empty(204);
    }
}

#[tokio::test]
async fn fifty_quick_updates_are_fifty_events_in_order() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).open().await;
    let ids = [
        town.owner().creates(town.a_dialog()).await,
        town.owner().creates(town.a_dialog()).await,
    ];
    join_all(ids.iter().map(|id| updates(&town, id, 50))).await;
    for id in &ids {
        let events = sink.takes(id, 51).await;
        assert_eq!(events.len(), 51);
        let times: Vec<_> = events
            .iter()
            .map(|event| event.event["time"].as_str().unwrap())
            .collect();
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(events[0].kind(), "created");
        assert!(events[1..].iter().all(|event| event.kind() == "updated"));
    }
}

#[tokio::test]
async fn a_dialog_whose_receiver_does_not_answer_holds_nobody_up() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).open().await;
    let slow = town.id();
    let is_slow = slow.clone();
    sink.replies(move |event| {
        if event["resourceinstance"] == json!(is_slow) {
            Reply::Silence
        } else {
            Reply::Status(202)
        }
    });
    let dialog = town.a_dialog_with(json!({"id": slow}));
    town.owner().creates(dialog).await;
    town.delivers(|now| now.under_way == 1).await;
    // So many wait behind it that they fill what is looked at.
    updates(&town, &slow, 70).await;
    // Enough others that some fall into the same lane.
    for _ in 0..24 {
        let id = town.owner().creates(town.a_dialog()).await;
        sink.tells(&id, &["created"]).await;
    }
    sink.answers(200);
    let events = sink.takes(&slow, 71).await;
    assert_eq!(events[0].kind(), "created");
}

#[tokio::test]
async fn what_follows_a_failed_event_waits_and_others_do_not() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).stopped().open().await;
    // The first success after a start has all be tried that failed before.
    let first = town.owner().creates(town.a_dialog()).await;
    sink.tells(&first, &["created"]).await;
    let bad = town.id();
    let is_bad = bad.clone();
    sink.replies(move |event| {
        let is_bad = event["resourceinstance"] == json!(is_bad);
        Reply::Status(if is_bad { 400 } else { 200 })
    });
    let dialog = town.a_dialog_with(json!({"id": bad}));
    town.owner().creates(dialog).await;
    sink.hears(|all| all.iter().any(|event| event.status == 400))
        .await;
    updates(&town, &bad, 40).await;
    for _ in 0..24 {
        let id = town.owner().creates(town.a_dialog()).await;
        sink.tells(&id, &["created"]).await;
    }
    // Time stands still, so that nothing of it was tried again, nor anything that follows.
    let heard = sink.heard();
    let of_bad = heard.iter().filter(|event| event.dialog() == bad);
    assert_eq!(of_bad.count(), 1);

    sink.answers(200);
    town.waits(60);
    let events = sink.takes(&bad, 41).await;
    assert_eq!(events[0].kind(), "created");
    assert!(events[1..].iter().all(|event| event.kind() == "updated"));
}
