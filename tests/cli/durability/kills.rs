//! One server, killed again and again.

use super::{
    chance::Chance,
    load::Load,
    process::{Process, token},
    receiver::Receiver,
    verify::{dialogs, verify},
};
use crate::{server::database, support::Folder};

/// So many rounds, each of so many writes and a kill.
async fn survives_kills(kills: usize, writes: usize, clients: usize) {
    let mut chance = Chance::of_this_run();
    let (folder, receiver) = (Folder::new(), Receiver::new());
    let mut server = Process::starts(&folder, &receiver.settings());
    let database = database(&folder);
    let before = dialogs(&database).await;
    let load = Load::new(token(&folder), &[&server.address], (kills + 1) * writes);
    let running = load.begins(clients, &mut chance);
    for round in 0..kills {
        let point = round * writes + writes / 4 + chance.below(writes);
        load.reaches(point).await;
        // Anywhere within what a request takes.
        let microseconds = u64::try_from(chance.below(8_000)).unwrap();
        tokio::time::sleep(std::time::Duration::from_micros(microseconds)).await;
        println!(
            "kill {round} after {} writes and {microseconds} µs",
            load.acknowledged()
        );
        load.loses(0);
        server.dies();
        server = Process::starts(&folder, &receiver.settings());
        load.gets(0, &server.address);
    }
    let written = running.end().await;
    let figures = verify(&load, &written, &before, &receiver, &database).await;
    println!("{kills} kills: {figures}");
    server.stops();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_that_it_acknowledged() {
    survives_kills(3, 150, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: 42,000 writes and 20 kills"]
async fn a_server_killed_twenty_times_loses_nothing_that_it_acknowledged() {
    survives_kills(20, 2_000, 16).await;
}
