//! Several servers on one database.

use crate::support::{EventSink, Town};

#[tokio::test]
async fn two_servers_share_the_work_and_one_takes_it_all_when_the_other_is_gone() {
    let sink = EventSink::open().await;
    let one = Town::build().publishing_to(&sink).counting().open().await;
    one.delivers(|now| now.lanes == 4).await;
    let other = Town::build().publishing_to(&sink).beside(&one).open().await;
    one.delivers(|now| now.lanes == 2).await;
    other.delivers(|now| now.lanes == 2).await;

    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(other.owner().creates(other.a_dialog()).await);
    }
    for id in &ids {
        sink.tells(id, &["created"]).await;
    }
    one.delivers(|now| now.delivered > 0).await;
    other.delivers(|now| now.delivered > 0).await;
    assert_eq!(
        sink.heard().len(),
        40,
        "nothing breaks, so nothing comes twice"
    );

    let server = one.proxy.as_ref().unwrap();
    server.cuts_off();
    other.delivers(|now| now.lanes == 4).await;
    one.delivers(|now| !now.is_connected).await;
    for _ in 0..20 {
        let id = other.owner().creates(other.a_dialog()).await;
        sink.tells(&id, &["created"]).await;
    }

    server.lets_pass();
    one.delivers(|now| now.lanes == 2).await;
    other.delivers(|now| now.lanes == 2).await;
}

#[tokio::test]
async fn a_server_that_stops_in_order_gives_its_lanes_away_and_finishes_what_it_began() {
    let sink = EventSink::open().await;
    let one = Town::build().publishing_to(&sink).open().await;
    one.delivers(|now| now.lanes == 4).await;
    let id = one.owner().creates(one.a_dialog()).await;
    sink.tells(&id, &["created"]).await;
    one.app.close().await;

    let other = Town::build().publishing_to(&sink).beside(&one).open().await;
    other.delivers(|now| now.lanes == 4).await;
    let lag = other.app.store().outbox_lag(other.now()).await.unwrap();
    assert_eq!(lag.waiting, 0);
    assert_eq!(sink.heard().len(), 1);
}
