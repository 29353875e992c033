//! When nobody listens.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::{EventSink, Reply, Town};

const HOUR: i64 = 60 * 60;

async fn town() -> (EventSink, Town) {
    let sink = EventSink::open().await;
    let town = Town::build().calling(&sink).stopped().open().await;
    (sink, town)
}

#[tokio::test]
async fn altinn_events_gets_everything_after_it_was_left_alone_for_a_while() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).stopped().open().await;
    sink.answers(503);
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(town.owner().creates(town.a_dialog()).await);
    }
    // So many failures that the others were not even tried.
    town.delivers(|now| now.failed >= 40).await;
    assert!(sink.heard().len() < 40);
    sink.answers(200);
    town.waits(61);
    for id in &ids {
        sink.tells(id, &["created"]).await;
    }
}

#[tokio::test]
async fn an_event_that_fails_is_tried_again_as_the_same_event() {
    let (sink, town) = town().await;
    let attempts = AtomicUsize::new(0);
    sink.replies(move |_| {
        let is_early = attempts.fetch_add(1, Ordering::Relaxed) < 3;
        Reply::Status(if is_early { 500 } else { 200 })
    });
    let id = town.owner().creates(town.a_dialog()).await;
    for attempts in 1..=3 {
        sink.hears(|all| all.len() >= attempts).await;
        // The next attempt is seconds away.
        assert_eq!(sink.heard().len(), attempts);
        town.delivers(|now| now.failed >= attempts as u64).await;
        town.waits(20);
    }
    sink.tells(&id, &["created"]).await;
    let heard = sink.heard();
    assert_eq!(heard.len(), 4);
    assert!(heard.iter().all(|event| event.text == heard[0].text));
}

#[tokio::test]
async fn two_hours_without_a_receiver_cost_nobody_anything() {
    let (sink, town) = town().await;
    sink.answers(503);
    let mut ids = Vec::new();
    for _ in 0..100 {
        ids.push(town.owner().creates(town.a_dialog()).await);
        town.waits(72);
    }
    sink.hears(|all| all.len() >= 100).await;
    let status = town.app.events().borrow().clone();
    assert!(status.failing_since.is_some());
    assert!(status.under_way <= 16, "{status:?}");
    let lag = town.app.store().outbox_lag(town.now()).await.unwrap();
    assert_eq!(lag.waiting, 100);
    assert!(lag.oldest.unwrap() <= town.now() - chrono::Duration::seconds(2 * HOUR - 100));

    sink.answers(200);
    // What failed most waits for an hour by now; the first that works brings all the others.
    town.owner().creates(town.a_dialog()).await;
    for id in &ids {
        sink.tells(id, &["created"]).await;
    }
    let status = town.delivers(|now| now.delivered == 101).await;
    assert_eq!(status.failing_since, None);
    let lag = town.app.store().outbox_lag(town.now()).await.unwrap();
    assert_eq!((lag.waiting, lag.oldest, lag.dead), (0, None, 0));
}

#[tokio::test]
async fn after_a_week_an_event_is_given_up_and_the_next_has_its_turn() {
    let (sink, town) = town().await;
    sink.replies(|event| {
        let is_creation = event["type"] == json!("dialogporten.dialog.created.v1");
        Reply::Status(if is_creation { 400 } else { 200 })
    });
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().purges(&id).await;
    for attempts in 1_u64.. {
        assert!(attempts < 50, "it is never given up");
        let status = town.delivers(|now| now.failed >= attempts).await;
        if status.given_up > 0 {
            break;
        }
        assert!(sink.taken().is_empty());
        town.waits(24 * HOUR);
    }
    sink.tells(&id, &["deleted"]).await;

    let store = town.app.store();
    let dead = store.dead_events(10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].dialog_id.to_string(), id);
    assert_eq!(dead[0].kind, "dialogporten.dialog.created.v1");
    assert!(dead[0].attempts >= 8);
    let error = dead[0].last_error.as_deref().unwrap();
    assert!(error.contains("400"), "{error}");
    assert_eq!(store.outbox_lag(town.now()).await.unwrap().dead, 1);

    sink.answers(200);
    assert_eq!(
        store.redrive_events(Some(dead[0].seq + 1)).await.unwrap(),
        0
    );
    assert_eq!(store.redrive_events(Some(dead[0].seq)).await.unwrap(), 1);
    let events = sink.tells(&id, &["deleted", "created"]).await;
    assert_eq!(events[1].id(), sink.heard()[0].id());
    assert!(store.dead_events(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_clock_that_was_years_ahead_does_not_put_events_off_for_years() {
    let (sink, town) = town().await;
    let years = 3 * 365 * 24 * HOUR;
    town.waits(years);
    sink.answers(503);
    let id = town.owner().creates(town.a_dialog()).await;
    town.delivers(|now| now.failed >= 1).await;
    sink.answers(200);
    town.waits(-years);
    sink.tells(&id, &["created"]).await;
}

#[tokio::test]
async fn without_a_sink_nothing_piles_up() {
    let town = Town::build()
        .publishing_to(&EventSink::open().await)
        .config(|config| config.events.sink = dialogporten::config::Sink::None)
        .open()
        .await;
    town.owner().creates(town.a_dialog()).await;
    town.delivers(|now| now.delivered == 1).await;
    let lag = town.app.store().outbox_lag(town.now()).await.unwrap();
    assert_eq!(lag.waiting, 0);
}

#[tokio::test]
async fn an_event_that_nobody_can_read_is_in_nobodys_way() {
    let (sink, town) = town().await;
    sqlx::query(
        "INSERT INTO outbox (dialog_id, kind, body, occurred_at)
         SELECT gen_random_uuid(), 99, '{\"type\":\"of another version\"}', now() FROM generate_series(1, 20)",
    )
    .execute(town.database())
    .await
    .unwrap();
    let id = town.owner().creates(town.a_dialog()).await;
    sink.tells(&id, &["created"]).await;
    town.delivers(|now| now.failed == 20).await;
    let waiting = town.app.store().waiting_events(100).await.unwrap();
    let errors = waiting
        .iter()
        .filter_map(|event| event.last_error.as_deref());
    assert_eq!(
        errors
            .filter(|error| error.contains("cannot be read"))
            .count(),
        20
    );
}
