//! Jobs by the clock with several schedulers on one database, and single runs.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;

use super::*;
use crate::{
    authority::{Local, local::bundled},
    dialog::timestamp::Timestamp,
    store::{locks::end_sessions, testing},
};

/// One process of several.
struct Process {
    work: Work,
    scheduler: JoinHandle<()>,
}

impl Process {
    fn begins(database: &PgConnectOptions, clock: &Clock, jobs: &[Job]) -> Self {
        let work = work(database, clock);
        let scheduler = Scheduler::new(work.clone(), jobs).looking_every(Duration::from_millis(10));
        Self {
            work,
            scheduler: tokio::spawn(scheduler.run()),
        }
    }

    async fn ends(self) {
        self.work.stop.cancel();
        self.scheduler.await.unwrap();
    }
}

fn work(database: &PgConnectOptions, clock: &Clock) -> Work {
    let directory =
        std::env::temp_dir().join(format!("dialogporten-jobs-{}", crate::dialog::id::random()));
    bundled::install(&directory).unwrap();
    let authority = Authority::Local(Local::open(directory.clone()).unwrap());
    std::fs::remove_dir_all(directory).unwrap();
    let config = Config::default();
    let store = Store::open(&config, database).unwrap();
    Work::new(
        Arc::new(config),
        clock.clone(),
        store,
        authority,
        CancellationToken::new(),
    )
}

fn clock() -> Clock {
    Clock::stopped_at(Timestamp::new(
        chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
    ))
}

const HOURLY: Job = Job {
    name: "test",
    about: "",
    flags: &[Flag::DryRun],
    schedule: |_| Schedule::Every(Duration::from_hours(1)),
    body: |_| Box::pin(async { Ok(Report::default()) }),
};

#[track_caller]
fn counts(runs: &AtomicU32, expected: u32) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        while runs.load(Ordering::SeqCst) < expected {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "too late: {place}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(runs.load(Ordering::SeqCst), expected, "{place}");
    }
}

async fn last_run(work: &Work) -> crate::store::jobs::LastRun {
    let begun = Instant::now();
    loop {
        let mut runs = work.store.last_runs().await.unwrap();
        if runs.first().is_some_and(|run| run.finished_at.is_some()) {
            return runs.remove(0);
        }
        assert!(begun.elapsed() < Duration::from_mins(1));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_job_runs_once_however_many_processes_there_are_and_again_when_it_is_due() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let job = Job {
        body: |_| {
            Box::pin(async {
                RUNS.fetch_add(1, Ordering::SeqCst);
                Ok(Report::default().with("things", 3))
            })
        },
        ..HOURLY
    };
    let (database, clock) = (testing::database().await.unwrap(), clock());
    let processes: Vec<_> = (0..3)
        .map(|_| Process::begins(&database, &clock, &[job]))
        .collect();
    counts(&RUNS, 1).await;
    let run = last_run(&processes[0].work).await;
    assert_eq!(
        (run.name.as_str(), run.result.as_deref(), run.succeeded),
        ("test", Some("things: 3"), Some(true))
    );
    clock.advance(chrono::Duration::minutes(59));
    let looks = looked(&processes[0].work, 20);
    looks.await;
    counts(&RUNS, 1).await;
    clock.advance(chrono::Duration::minutes(1));
    counts(&RUNS, 2).await;
    for process in processes {
        process.ends().await;
    }
    counts(&RUNS, 2).await;
}

/// Waits until the leader has had time to look that many times: its looks are statements on the same server.
async fn looked(work: &Work, times: u32) {
    for _ in 0..times {
        work.store.ping().await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn another_process_takes_over_when_the_leader_dies_in_the_middle_of_a_job() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    static ENDED: AtomicU32 = AtomicU32::new(0);
    let job = Job {
        body: |_| {
            Box::pin(async {
                if RUNS.fetch_add(1, Ordering::SeqCst) == 0 {
                    std::future::pending::<()>().await;
                }
                ENDED.fetch_add(1, Ordering::SeqCst);
                Ok(Report::default())
            })
        },
        ..HOURLY
    };
    let (database, clock) = (testing::database().await.unwrap(), clock());
    let leader = Process::begins(&database, &clock, &[job]);
    counts(&RUNS, 1).await;
    let other = Process::begins(&database, &clock, &[job]);
    clock.advance(chrono::Duration::minutes(10));
    looked(&other.work, 10).await;
    counts(&RUNS, 1).await;

    leader.scheduler.abort();
    assert!(leader.scheduler.await.unwrap_err().is_cancelled());
    counts(&ENDED, 1).await;
    counts(&RUNS, 2).await;
    assert_eq!(last_run(&other.work).await.succeeded, Some(true));
    other.ends().await;
}

#[tokio::test]
async fn a_leader_that_loses_its_session_ends_its_jobs_and_may_lead_again() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let job = Job {
        body: |_| {
            Box::pin(async {
                if RUNS.fetch_add(1, Ordering::SeqCst) == 0 {
                    std::future::pending::<()>().await;
                }
                Ok(Report::default())
            })
        },
        ..HOURLY
    };
    let (database, clock) = (testing::database().await.unwrap(), clock());
    let process = Process::begins(&database, &clock, &[job]);
    counts(&RUNS, 1).await;
    end_sessions(&process.work.store).await;
    clock.advance(chrono::Duration::minutes(10));
    counts(&RUNS, 2).await;
    assert_eq!(last_run(&process.work).await.succeeded, Some(true));
    process.ends().await;
}

#[tokio::test]
async fn a_failure_and_a_panic_are_written_down_and_tried_again_later() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let job = Job {
        body: |_| {
            Box::pin(async {
                match RUNS.fetch_add(1, Ordering::SeqCst) {
                    0 => Err(Failure::Other("no luck".to_owned())),
                    1 => panic!("no luck at all"),
                    _ => Ok(Report::default()),
                }
            })
        },
        ..HOURLY
    };
    let (database, clock) = (testing::database().await.unwrap(), clock());
    let process = Process::begins(&database, &clock, &[job]);
    counts(&RUNS, 1).await;
    let run = last_run(&process.work).await;
    assert_eq!(
        (run.result.as_deref(), run.succeeded),
        (Some("no luck"), Some(false))
    );
    for runs in [2, 3] {
        clock.advance(chrono::Duration::minutes(5));
        counts(&RUNS, runs).await;
    }
    assert_eq!(last_run(&process.work).await.succeeded, Some(true));
    process.ends().await;
}

#[tokio::test]
async fn during_maintenance_nothing_begins_and_what_has_begun_rests() {
    static BATCHES: AtomicU32 = AtomicU32::new(0);
    let job = Job {
        body: |work| {
            Box::pin(async move {
                for _ in 0..2 {
                    work.pause(Duration::ZERO).await?;
                    BATCHES.fetch_add(1, Ordering::SeqCst);
                    // Until somebody says so.
                    while work.clock.now() == clock().now() {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
                Ok(Report::default())
            })
        },
        ..HOURLY
    };
    let (database, clock) = (testing::database().await.unwrap(), clock());
    let is_on = tokio::sync::watch::Sender::new(true);
    let mut work = work(&database, &clock);
    work.rest = Rest::while_true(is_on.subscribe());
    let scheduler = Scheduler::new(work.clone(), &[job]).looking_every(Duration::from_millis(10));
    let scheduler = tokio::spawn(scheduler.run());
    looked(&work, 20).await;
    counts(&BATCHES, 0).await;

    is_on.send_replace(false);
    counts(&BATCHES, 1).await;
    is_on.send_replace(true);
    clock.advance(chrono::Duration::minutes(1));
    looked(&work, 20).await;
    counts(&BATCHES, 1).await;
    let runs = work.store.last_runs().await.unwrap();
    assert_eq!(runs[0].finished_at, None, "it rests");

    is_on.send_replace(false);
    counts(&BATCHES, 2).await;
    assert_eq!(last_run(&work).await.succeeded, Some(true));
    is_on.send_replace(true);
    clock.advance(chrono::Duration::hours(2));
    looked(&work, 20).await;
    counts(&BATCHES, 2).await;
    // By hand it runs all the same.
    work.rest = Rest::default();
    run_alone(&job, work.clone()).await.unwrap();
    counts(&BATCHES, 4).await;
    work.stop.cancel();
    scheduler.await.unwrap();
}

#[tokio::test]
async fn one_run_by_hand_waits_for_no_leader_and_not_for_another_run() {
    let (database, clock) = (testing::database().await.unwrap(), clock());
    let work = work(&database, &clock);
    let slow = Job {
        body: |work| {
            Box::pin(async move {
                work.progress.advance(1);
                work.stop.cancelled().await;
                Err(Failure::Stopped)
            })
        },
        ..HOURLY
    };
    let running = tokio::spawn({
        let work = work.clone();
        async move { run_alone(&slow, work).await }
    });
    while work.progress.now().0 == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let second = run_alone(&slow, work.clone()).await;
    assert!(
        matches!(second, Err(Failure::Running("test"))),
        "{second:?}"
    );
    work.stop.cancel();
    assert!(matches!(running.await.unwrap(), Err(Failure::Stopped)));

    let mut dry = work.clone();
    dry.options.dry_run = true;
    let before = last_run(&work).await;
    run_alone(&HOURLY, dry).await.unwrap();
    assert_eq!(last_run(&work).await, before);
    run_alone(&HOURLY, work.clone()).await.unwrap();
    assert_eq!(last_run(&work).await.succeeded, Some(true));
}

#[test]
fn options_that_a_job_does_not_know_are_refused() {
    let modal = Job {
        flags: &[Flag::Mode, Flag::Batch],
        ..HOURLY
    };
    let since = Mode::Since(clock().now());
    let with = |mode| Options {
        mode,
        ..Options::default()
    };
    for (job, options, refused) in [
        (HOURLY, with(None), None),
        (HOURLY, with(Some(Mode::Full)), Some("--full")),
        (HOURLY, with(Some(since)), Some("--since")),
        (modal, with(None), Some("needs one of")),
        (modal, with(Some(Mode::Resume)), None),
        (modal, with(Some(since)), None),
        (
            HOURLY,
            Options {
                batch: Some(1),
                ..Options::default()
            },
            Some("--batch"),
        ),
        (
            modal,
            Options {
                dry_run: true,
                ..with(Some(Mode::Full))
            },
            Some("--dry-run"),
        ),
    ] {
        let told = options.check(&job).err().map(|error| error.to_string());
        assert_eq!(told.is_some(), refused.is_some(), "{told:?}");
        assert!(
            told.unwrap_or_default()
                .contains(refused.unwrap_or_default()),
            "{options:?}"
        );
    }
}

#[test]
fn jobs_have_different_names_that_a_command_line_can_hold() {
    let mut names: Vec<_> = JOBS.iter().map(|job| job.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), JOBS.len());
    for job in JOBS {
        assert!(!job.about.is_empty());
        assert!(
            job.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{}",
            job.name
        );
    }
}
