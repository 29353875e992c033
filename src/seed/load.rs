//! Making dialogs and loading them, several batches at a time.

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinSet;

use super::{
    Plan, Refused, body, dialog,
    made::ORG,
    numbers,
    outline::{SERVICES, resource_urn},
};
use crate::store::{
    bulk::{Batch, Bulk},
    keys::DialogKeys,
};

/// Dialogs per batch: enough to make round trips and commits cheap, few enough for a progress bar.
const BATCH: u64 = 1_000;

/// Why loading ended early. What was loaded stays.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A dialog of ours is wrong.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A worker.
    #[error("a worker ended: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// Makes and writes the dialogs of `plan`. `progress` is told of each batch how many dialogs it had, from any thread.
pub async fn load(
    database: &PgConnectOptions,
    plan: &Plan,
    progress: impl Fn(u64) + Clone + Send + Sync + 'static,
) -> Result<(), Error> {
    let keys = Arc::new(Keys::learn(database, plan).await?);
    let next = Arc::new(AtomicU64::new(0));
    // One more than cores: while one waits for the database, another makes dialogs.
    let workers = std::thread::available_parallelism().map_or(2, NonZero::get) + 1;
    let mut running = JoinSet::new();
    for _ in 0..workers {
        let worker = Worker {
            bulk: Bulk::connect(database).await?,
            plan: plan.clone(),
            keys: keys.clone(),
            next: next.clone(),
        };
        running.spawn(worker.run(progress.clone()));
    }
    let mut outcome = Ok(());
    while let Some(ended) = running.join_next().await {
        let ended = ended.map_err(Error::from).and_then(|ended| ended);
        if outcome.is_ok() && ended.is_err() {
            // The others finish the batch that they are at.
            next.store(plan.dialogs, Ordering::Relaxed);
            outcome = ended;
        }
    }
    outcome
}

/// The numbers that the database has for what dialogs refer to.
struct Keys {
    org: i16,
    resources: Vec<i32>,
    parties: HashMap<u64, i32>,
}

impl Keys {
    async fn learn(database: &PgConnectOptions, plan: &Plan) -> sqlx::Result<Self> {
        let mut bulk = Bulk::connect(database).await?;
        let resources: Vec<_> = (0..SERVICES).map(resource_urn).collect();
        // In order, which is that of their first dialogs on disk as well.
        let parties: BTreeSet<u64> = (0..plan.dialogs).map(|n| plan.party_of(n)).collect();
        let urns: Vec<_> = parties
            .iter()
            .map(|number| numbers::party(*number).to_string())
            .collect();
        let keys = Self {
            org: bulk.org(ORG).await?,
            resources: bulk.resources(&resources).await?,
            parties: parties
                .into_iter()
                .zip(bulk.parties(&urns).await?)
                .collect(),
        };
        bulk.close().await?;
        Ok(keys)
    }

    fn of(&self, party: u64, service: u64) -> Option<DialogKeys> {
        Some(DialogKeys {
            org: self.org,
            resource: *self.resources.get(usize::try_from(service).ok()?)?,
            party: *self.parties.get(&party)?,
        })
    }
}

struct Worker {
    bulk: Bulk,
    plan: Plan,
    keys: Arc<Keys>,
    next: Arc<AtomicU64>,
}

impl Worker {
    async fn run(mut self, progress: impl Fn(u64)) -> Result<(), Error> {
        loop {
            let first = self.next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= self.plan.dialogs {
                return Ok(self.bulk.close().await?);
            }
            let end = self.plan.dialogs.min(first + BATCH);
            let (plan, keys) = (self.plan.clone(), self.keys.clone());
            let batch = tokio::task::spawn_blocking(move || make(&plan, &keys, first, end));
            self.bulk.write(batch.await??).await?;
            progress(end - first);
        }
    }
}

fn make(plan: &Plan, keys: &Keys, first: u64, end: u64) -> Result<Batch, Refused> {
    let mut batch = Batch::default();
    for index in first..end {
        let (outline, mut chance) = plan.outline(index);
        let body = body(&outline, &mut chance);
        let made = dialog(&outline, &body, &mut chance)?;
        if let Some(keys) = keys.of(outline.party, outline.service) {
            batch.push(&made.as_new(), keys);
        }
    }
    Ok(batch)
}
