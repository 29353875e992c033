//! What one process does, others hear of.

use std::time::Duration;

use dialogporten::{
    jobs::Options,
    store::{Store, fanout::News},
};
use tokio_util::sync::CancellationToken;

use super::runs;
use crate::support::Town;

#[tokio::test]
async fn that_a_job_is_done_all_processes_hear() {
    let town = Town::build()
        .alone()
        .config(|config| config.jobs.enabled = false)
        .open()
        .await;
    town.app.start().await;
    let other = Store::open(town.app.config(), &town.options).unwrap();
    let (mut here, mut there) = (town.app.store().news(), other.news());
    let stop = CancellationToken::new();
    let listening = tokio::spawn(other.clone().fan_out(stop.clone()));
    let within = Duration::from_mins(1);
    // From then on it listens.
    let first = tokio::time::timeout(within, there.recv()).await;
    assert_eq!(first.unwrap().unwrap(), News::Missed);
    let options = Options {
        pause: Some(Duration::ZERO),
        ..Options::default()
    };
    runs(&town, "pairs", options).await.unwrap();
    let done = News::Topic("pairs".into());
    for receiver in [&mut here, &mut there] {
        let heard = async { while receiver.recv().await.unwrap() != done {} };
        tokio::time::timeout(within, heard).await.unwrap();
    }
    stop.cancel();
    listening.await.unwrap();
    town.app.close().await;
}
