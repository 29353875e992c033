//! Several servers on one database, of which some are killed: the others go on as if nothing had happened.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    chance::Chance,
    load::{Load, eventually},
    process::{Process, token},
    receiver::Receiver,
    verify::{dialogs, verify},
};
use crate::{server::database, support::Folder};

/// The job that is watched, and how often it is due.
const JOB: &str = "dead-letter-alarm";
const INTERVAL_SECONDS: i64 = 2;

/// Writes down every run of every job; the table `job` tells the last one only.
const HISTORY: &str = "
    CREATE TABLE job_run (name text, started_at timestamptz, finished_at timestamptz);
    CREATE FUNCTION remember_run() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.finished_at IS NULL THEN
            INSERT INTO job_run VALUES (NEW.name, NEW.started_at);
        ELSE
            UPDATE job_run SET finished_at = NEW.finished_at WHERE name = NEW.name AND started_at = NEW.started_at;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER remember AFTER INSERT OR UPDATE ON job FOR EACH ROW EXECUTE FUNCTION remember_run();
    INSERT INTO job_run SELECT name, started_at, finished_at FROM job";

/// Some server leads those that run jobs.
const LEADS: &str = "
    SELECT count(*) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND (classid::bigint << 32 | objid::bigint) = hashtextextended('dialogporten leader of jobs', 0)";
/// How many servers deliver events.
const DELIVERING: &str = "
    SELECT count(DISTINCT pid) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND mode = 'ExclusiveLock' AND classid::bigint = 1869968482";

async fn count(database: &mut PgConnection, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(database)
        .await
        .unwrap()
}

/// So many servers, of which so many are killed, the first one first; each is replaced except the last one.
async fn survive_each_other(servers: usize, kills: usize, writes: usize, clients: usize) {
    let mut chance = Chance::of_this_run();
    let (folder, receiver) = (Folder::new(), Receiver::new());
    let mut settings = receiver.settings();
    let often = "DIALOGPORTEN__JOBS__DEAD_LETTER_ALARM_INTERVAL_SECONDS".to_owned();
    settings.push((often, INTERVAL_SECONDS.to_string()));

    let mut running = vec![Process::starts(&folder, &settings)];
    let options = database(&folder);
    let mut database = PgConnection::connect_with(&options).await.unwrap();
    eventually("the first server leads", async || {
        count(&mut database, LEADS).await == 1
    })
    .await;
    sqlx::raw_sql(HISTORY).execute(&mut database).await.unwrap();
    while running.len() < servers {
        running.push(Process::starts(&folder, &settings));
    }
    let all = i64::try_from(servers).unwrap();
    eventually("all deliver", async || {
        count(&mut database, DELIVERING).await == all
    })
    .await;

    let before = dialogs(&options).await;
    let addresses: Vec<&str> = running
        .iter()
        .map(|server| server.address.as_str())
        .collect();
    let load = Load::new(token(&folder), &addresses, (kills + 1) * writes);
    let at_work = load.begins(clients, &mut chance);
    let mut running: Vec<Option<Process>> = running.into_iter().map(Some).collect();
    for round in 0..kills {
        load.reaches(round * writes + writes / 4 + chance.below(writes))
            .await;
        let victim = if round == 0 { 0 } else { chance.below(servers) };
        println!(
            "kill of server {victim} after {} writes",
            load.acknowledged()
        );
        load.loses(victim);
        running[victim].take().unwrap().dies();
        let killed_at: DateTime<Utc> = sqlx::query_scalar("SELECT clock_timestamp()")
            .fetch_one(&mut database)
            .await
            .unwrap();
        eventually("the job goes on", async || {
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM job_run WHERE name = $1 AND started_at > $2 AND finished_at > $2)")
                .bind(JOB)
                .bind(killed_at)
                .fetch_one(&mut database)
                .await
                .unwrap()
        })
        .await;
        if round + 1 < kills {
            let server = Process::starts(&folder, &settings);
            load.gets(victim, &server.address);
            running[victim] = Some(server);
        }
    }
    let written = at_work.end().await;
    let figures = verify(&load, &written, &before, &receiver, &options).await;
    let runs = verify_runs(&mut database, kills).await;
    println!("{servers} servers, {kills} kills: {figures}; {runs} runs of the job");
    for server in running.into_iter().flatten() {
        server.stops();
    }
}

/// Demands that no job ran before it was due, and that only those of killed servers did not end.
async fn verify_runs(database: &mut PgConnection, kills: usize) -> usize {
    type Run = (String, DateTime<Utc>, Option<DateTime<Utc>>);
    let runs: Vec<Run> = sqlx::query_as(
        "SELECT name, started_at, finished_at FROM job_run ORDER BY name, started_at",
    )
    .fetch_all(database)
    .await
    .unwrap();
    let interval = TimeDelta::seconds(INTERVAL_SECONDS);
    for pair in runs.windows(2) {
        let [(name, one, _), (next_name, next, _)] = pair else {
            unreachable!("two were asked for");
        };
        // All others are due once in the hours after the first start.
        let is_due = name != next_name || (name == JOB && *next - *one >= interval);
        assert!(is_due, "{name} ran at {one} and again at {next}");
    }
    // The last one may be running now.
    let cut = runs
        .iter()
        .filter(|(_, _, finished)| finished.is_none())
        .count();
    assert!(cut <= kills + 1, "{runs:?}");
    runs.iter().filter(|(name, ..)| name == JOB).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_is_killed_and_the_other_does_the_work_of_both() {
    survive_each_other(2, 1, 150, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: 22,000 writes and 10 kills"]
async fn of_three_servers_any_is_killed_and_the_others_do_its_work() {
    survive_each_other(3, 10, 2_000, 18).await;
}
