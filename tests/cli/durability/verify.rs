//! Looks for what was acknowledged, and for its events.

use std::collections::HashSet;

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{
    dialog::{Dialog, State, events},
    load::{Load, eventually},
    receiver::Receiver,
};

/// The dialogs that are there before the load.
pub async fn dialogs(database: &PgConnectOptions) -> HashSet<Uuid> {
    let mut connection = PgConnection::connect_with(database).await.unwrap();
    let all = sqlx::query_scalar("SELECT id FROM dialog");
    all.fetch_all(&mut connection)
        .await
        .unwrap()
        .into_iter()
        .collect()
}

/// Waits until no event waits any more.
async fn all_is_told(database: &PgConnectOptions) {
    let mut connection = PgConnection::connect_with(database).await.unwrap();
    eventually("all events delivered", async || {
        let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        waiting == 0
    })
    .await;
    let dead: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_dead")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(dead, 0);
}

/// Demands that every acknowledged change is there, that each doubtful one happened or did not, and that exactly the
/// events of what happened arrived, those of each dialog in order. Tells the figures.
pub async fn verify(
    load: &Load,
    written: &[Dialog],
    before: &HashSet<Uuid>,
    receiver: &Receiver,
    database: &PgConnectOptions,
) -> String {
    all_is_told(database).await;
    let (mut happened, mut told) = (0, 0);
    for dialog in written {
        let path = format!("/api/v1/serviceowner/dialogs/{}", dialog.id);
        let found = match load.get(&path).await {
            (status, shown) if status == 200 => State::shown(&shown),
            (status, shown) => {
                assert_eq!(status, 404, "{shown}");
                State::default()
            }
        };
        let taken = receiver
            .taken()
            .events
            .remove(&dialog.id)
            .unwrap_or_default();
        let certain = dialog.story(false);
        if dialog.doubtful.is_none() {
            assert_eq!(found, State::after(&certain), "{dialog:?}");
            assert_eq!(taken, events(&certain), "{dialog:?}");
        } else {
            let is_so = |happened| {
                let story = dialog.story(happened);
                found == State::after(&story) && taken == events(&story)
            };
            assert!(
                is_so(true) || is_so(false),
                "{dialog:?}: {found:?} {taken:?}"
            );
            happened += usize::from(!is_so(false));
        }
        told += taken.len();
    }
    let taken = receiver.taken();
    for (id, events) in &taken.events {
        assert!(before.contains(id), "events of nothing: {id} {events:?}");
    }
    format!(
        "{} writes acknowledged in {} dialogs, {} without an answer (of which {happened} happened, at least); \
         {told} events arrived, {} more than once",
        load.acknowledged(),
        written.len(),
        load.doubtful(),
        taken.repeated,
    )
}
