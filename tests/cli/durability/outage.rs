//! The receiver of events is away: whoever writes does not notice, the server does not grow, and everything arrives
//! afterwards.

use sqlx::{Connection, PgConnection};

use super::{
    chance::Chance,
    load::Load,
    process::{Process, token},
    receiver::Receiver,
    verify::{dialogs, verify},
};
use crate::{
    server::database,
    support::{Folder, peak_megabytes},
};

/// What has gathered in a long time: some 200 megabytes.
const BACKLOG: &str = "
    INSERT INTO outbox (dialog_id, kind, body, occurred_at)
    SELECT gen_random_uuid(), 2, jsonb_build_object('of', 'long ago', 'data', repeat('x', 1000)), now() - interval '1 hour'
      FROM generate_series(1, 200000)";
const NO_BACKLOG: &str = "DELETE FROM outbox WHERE body ->> 'of' = 'long ago'";
/// Megabytes that the server may need more than before: a fraction of what waits.
const MORE: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_away_costs_neither_writes_nor_memory() {
    let mut chance = Chance::of_this_run();
    let (folder, receiver) = (Folder::new(), Receiver::new());
    let server = Process::starts(&folder, &receiver.settings());
    let options = database(&folder);
    let mut database = PgConnection::connect_with(&options).await.unwrap();
    let before = dialogs(&options).await;
    let load = Load::new(token(&folder), &[&server.address], usize::MAX);
    let writing = load.begins(6, &mut chance);
    load.reaches(100).await;

    receiver.leaves();
    let usual = peak_megabytes(server.id());
    sqlx::raw_sql(BACKLOG).execute(&mut database).await.unwrap();
    // Every one of them is acknowledged.
    load.reaches(load.acknowledged() + 400).await;
    let peak = peak_megabytes(server.id());
    assert!(peak < usual + MORE, "{usual} MB before, {peak} MB now");

    sqlx::raw_sql(NO_BACKLOG)
        .execute(&mut database)
        .await
        .unwrap();
    receiver.comes_back();
    load.ends();
    let written = writing.end().await;
    let figures = verify(&load, &written, &before, &receiver, &options).await;
    println!("outage: {figures}; {usual} MB before, {peak} MB at most");
    server.stops();
}
