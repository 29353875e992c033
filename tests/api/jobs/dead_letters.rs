//! Events that were given up are not forgotten.

use dialogporten::jobs::Options;

use super::runs;
use crate::support::Town;

#[tokio::test]
async fn events_that_were_given_up_are_counted() {
    let town = Town::build().alone().open().await;
    town.owner().creates(town.a_dialog()).await;
    let report = runs(&town, "dead-letter-alarm", Options::default()).await;
    assert!(report.unwrap().is_empty());
    sqlx::query(
        "INSERT INTO outbox_dead (seq, dialog_id, kind, body, occurred_at, attempts, last_error, died_at)
         SELECT seq, dialog_id, kind, body, occurred_at, 99, 'nobody there', now() FROM outbox",
    )
    .execute(town.database())
    .await
    .unwrap();
    let report = runs(&town, "dead-letter-alarm", Options::default()).await;
    assert_eq!(report.unwrap().count("events given up"), 1);
}
