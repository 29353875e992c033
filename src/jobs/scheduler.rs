//! Runs jobs by the clock, in one process of all that share a database.
//!
//! The processes elect a leader: whoever gets the lock leads until its session ends. A leader that dies or cannot be
//! reached loses it, and another takes over and reads from the database what is due.

use std::{collections::HashMap, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Job, Work, run, run::lock_name};
use crate::store::locks::{HEARTBEAT, Locks};

const LEADER: &str = "leader of jobs";
/// How long the database may take to tell what is due.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long jobs may take to end when the process stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// Takes part in the election and, while it leads, begins what is due.
pub struct Scheduler {
    work: Work,
    jobs: Vec<Job>,
    tick: Duration,
}

impl Scheduler {
    /// For these jobs.
    pub fn new(work: Work, jobs: &[Job]) -> Self {
        Self {
            work,
            jobs: jobs.to_vec(),
            tick: HEARTBEAT,
        }
    }

    /// Looks this often what is due; at most every few seconds, since looking keeps the lock, too.
    #[must_use]
    pub fn looking_every(mut self, tick: Duration) -> Self {
        self.tick = tick.min(HEARTBEAT);
        self
    }

    /// Goes on until the work is to stop.
    pub async fn run(self) {
        let stop = &self.work.stop;
        let mut is_told = false;
        while !stop.is_cancelled() {
            if self.work.rest.is_on() {
                self.rest().await;
                continue;
            }
            match self.take_part().await {
                Ok(()) => is_told = false,
                Err(error) => {
                    // Once, not at every attempt while the database is away.
                    if !is_told {
                        tracing::warn!(%error, "the connection for background jobs is lost; trying again");
                    }
                    is_told = true;
                    self.rest().await;
                }
            }
        }
    }

    /// From the first attempt to lead until the connection fails or the process stops.
    async fn take_part(&self) -> sqlx::Result<()> {
        let mut locks = Locks::open(&self.work.store).await?;
        while !locks.try_lock(LEADER).await? {
            self.rest().await;
            if self.work.stop.is_cancelled() {
                locks.close().await;
                return Ok(());
            }
        }
        tracing::info!("this process runs the background jobs");
        let mut running = Running::new(self.work.stop.child_token());
        let outcome = self.lead(&mut locks, &mut running).await;
        if outcome.is_ok() {
            running.end().await;
            locks.close().await;
        }
        // Otherwise the locks are gone, and what runs is ended at once by dropping it: another may have begun it.
        outcome
    }

    /// Until the process stops or, when nothing runs any more, is in maintenance: others may not be.
    async fn lead(&self, locks: &mut Locks, running: &mut Running) -> sqlx::Result<()> {
        loop {
            locks.keep().await?;
            if self.work.rest.is_on() && running.is_empty() {
                return Ok(());
            }
            for job in self.due_now(running).await {
                if locks.try_lock(&lock_name(&job)).await? {
                    running.begin(job, &self.work);
                }
            }
            tokio::select! {
                () = self.work.stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(self.tick) => {}
                job = running.next() => locks.unlock(&lock_name(&job)).await?,
            }
        }
    }

    /// The jobs that are due; none while the database cannot say. Only losing the locks ends what runs.
    async fn due_now(&self, running: &Running) -> Vec<Job> {
        if self.work.rest.is_on() {
            return Vec::new();
        }
        tokio::time::timeout(PATIENCE, self.due(running))
            .await
            .unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
            .inspect_err(
                |error| tracing::debug!(%error, "which jobs are due is looked up again later"),
            )
            .unwrap_or_default()
    }

    async fn due(&self, running: &Running) -> sqlx::Result<Vec<Job>> {
        let (last, now) = (self.work.store.last_runs().await?, self.work.clock.now());
        let is_due = |job: &&Job| {
            let last = last.iter().find(|run| run.name == job.name);
            !running.has(job) && (job.schedule)(&self.work.config).is_due(last, now)
        };
        Ok(self.jobs.iter().filter(is_due).copied().collect())
    }

    async fn rest(&self) {
        tokio::select! {
            () = self.work.stop.cancelled() => {}
            () = tokio::time::sleep(self.tick) => {}
        }
    }
}

/// The runs that go on.
struct Running {
    tasks: JoinSet<()>,
    jobs: HashMap<Id, Job>,
    stop: CancellationToken,
}

impl Running {
    fn new(stop: CancellationToken) -> Self {
        Self {
            tasks: JoinSet::new(),
            jobs: HashMap::new(),
            stop,
        }
    }

    fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    fn has(&self, job: &Job) -> bool {
        self.jobs.values().any(|running| running.name == job.name)
    }

    fn begin(&mut self, job: Job, work: &Work) {
        let work = Work {
            progress: super::Progress::default(),
            stop: self.stop.clone(),
            ..work.clone()
        };
        let task = self.tasks.spawn(async move {
            // The outcome has been logged and written down.
            if AssertUnwindSafe(run(&job, work))
                .catch_unwind()
                .await
                .is_err()
            {
                tracing::error!(job = job.name, "job panicked");
            }
        });
        self.jobs.insert(task.id(), job);
    }

    /// The next job to end; waits for ever where none runs.
    async fn next(&mut self) -> Job {
        loop {
            let id = match self.tasks.join_next_with_id().await {
                Some(Ok((id, ()))) => id,
                Some(Err(error)) => error.id(),
                None => std::future::pending().await,
            };
            if let Some(job) = self.jobs.remove(&id) {
                return job;
            }
        }
    }

    /// Asks all to end, and ends those that do not.
    async fn end(&mut self) {
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}
