//! Jobs rest while the servers of a database are in maintenance.

use std::time::{Duration, Instant};

use crate::support::Town;

async fn runs(town: &Town) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM job")
        .fetch_one(town.database())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_server_begins_no_job_before_the_maintenance_is_over() {
    let town = Town::build().alone().open().await;
    let store = town.app.store();
    store.begin_maintenance(town.now(), None).await.unwrap();
    town.app.start().await;
    // Without maintenance all that have never run begin at once.
    for _ in 0..100 {
        assert_eq!(runs(&town).await, 0);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(store.end_maintenance().await.unwrap());
    town.app.look_at_switch().await;
    let begun = Instant::now();
    while runs(&town).await == 0 {
        assert!(begun.elapsed() < Duration::from_mins(1));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    town.app.close().await;
}
