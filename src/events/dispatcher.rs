//! The dispatcher: looks for what is due, has it delivered, and settles what became of it, for as long as the process
//! runs.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Sink, Status, backoff,
    delivery::{Ended, Run},
    outage::Outage,
};
use crate::{
    clock::Clock,
    dialog::timestamp::Timestamp,
    store::{
        Store,
        outbox::{Dead, Retry, Session},
    },
};

/// How often to look for what is due without having been told: events that other processes stored, retries, and dialogs
/// that have become visible.
const POLL: Duration = Duration::from_millis(500);
/// How long to let others add to what one has just been told of, and deliveries end: each look costs the database as much
/// as storing some events.
const GATHER: Duration = Duration::from_millis(10);
/// The same while there is more to deliver.
const HURRY: Duration = Duration::from_millis(1);
/// Whatever an event was stored with has usually ended after this time.
const SETTLED: Duration = Duration::from_millis(100);
/// How often lanes are shared anew, and events looked for whose transactions took longer.
const SHARE: Duration = Duration::from_secs(1);
/// How often to look, by the clock, for what a wrong clock has put off; also when the clock has gone back.
const DISTRUST: chrono::Duration = chrono::Duration::minutes(10);
/// How long to wait for a database that is not there.
const RECONNECT: Duration = Duration::from_secs(1);
/// Dialogs with events on their way at a time.
const DIALOGS: usize = 16;
/// So many of them at most with events that have failed before: a receiver that lets some time out, each for seconds,
/// must not keep the events of all others waiting.
const AGAIN: usize = DIALOGS / 2;
/// Events of one dialog that are taken at a time.
const EVENTS: usize = 32;

/// A dialog with events on their way.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    lane: i32,
    /// Whether the first of them has failed before.
    is_again: bool,
}

/// Delivers what the outbox holds. One per process.
pub struct Dispatcher {
    store: Store,
    sink: Arc<Sink>,
    clock: Clock,
    status: watch::Sender<Status>,
}

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Delivery(#[from] JoinError),
}

impl Dispatcher {
    /// A dispatcher that does nothing yet.
    pub fn new(store: Store, sink: Sink, clock: Clock) -> Self {
        Self {
            store,
            sink: Arc::new(sink),
            clock,
            status: watch::Sender::default(),
        }
    }

    /// How it is going.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Delivers until it is stopped; what is on its way then still arrives. Without the database it waits for it.
    pub async fn run(self, stop: CancellationToken) {
        let mut outage = Outage::default();
        while !stop.is_cancelled() {
            let outcome = self.hold_session(&mut outage, &stop).await;
            self.status.send_modify(|status| {
                status.is_connected = false;
                status.lanes = 0;
                status.under_way = 0;
            });
            let Err(error) = outcome else { return };
            tracing::warn!(%error, "events are not delivered without the database; it is tried again");
            tokio::select! {
                () = tokio::time::sleep(RECONNECT) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Delivers for as long as one session with the database lasts. What is on its way when it breaks is let go: the
    /// lanes may be somebody else's already.
    async fn hold_session(
        &self,
        outage: &mut Outage,
        stop: &CancellationToken,
    ) -> Result<(), Broken> {
        let mut session = Session::open(self.store.direct()).await?;
        outage.forget();
        let mut deliveries = JoinSet::new();
        let mut busy: HashMap<Uuid, UnderWay> = HashMap::new();
        let mut ended: Vec<Ended> = Vec::new();
        let mut shared: Option<Instant> = None;
        let mut distrusted: Option<Timestamp> = None;
        let mut is_more = false;
        // Up to where all was found, at two moments that lie so far apart that what was stored before the earlier is there.
        let (mut marked, mut mark, mut from) = (Instant::now(), 0, 0);
        loop {
            while let Some(delivery) = deliveries.try_join_next() {
                ended.push(delivery?);
            }
            if !ended.is_empty() {
                for delivery in &ended {
                    busy.remove(&delivery.dialog);
                }
                self.settle(&mut session, outage, std::mem::take(&mut ended))
                    .await?;
            }
            if stop.is_cancelled() {
                if deliveries.is_empty() {
                    session.close().await;
                    return Ok(());
                }
            } else {
                if shared.is_none_or(|last| last.elapsed() >= SHARE) {
                    let lanes: Vec<i32> = busy.values().map(|under_way| under_way.lane).collect();
                    session.share_lanes(&lanes).await?;
                    session.look_from(0);
                    shared = Some(Instant::now());
                }
                let now = self.clock.now();
                if distrusted.is_none_or(|last| now < last || now - DISTRUST >= last) {
                    session.distrust(now, backoff::latest(now)).await?;
                    distrusted = Some(now);
                }
                let mut is_crowded = true;
                while is_crowded {
                    let (runs, newest) = self.claim(&mut session, &busy).await?;
                    // A dialog with very many events may hide others, until it is on its way.
                    is_crowded = runs.iter().any(|run| run.events.len() >= EVENTS);
                    is_more = busy.len() + runs.len() >= DIALOGS;
                    let is_all = busy.is_empty() && !is_crowded && !is_more;
                    if let Some(newest) = newest
                        && is_all
                        && marked.elapsed() >= SETTLED
                    {
                        (marked, mark, from) = (Instant::now(), newest, mark);
                    }
                    if is_all {
                        session.look_from(from);
                    }
                    for run in runs {
                        let is_again = run.events.first().is_some_and(|event| event.attempts > 0);
                        let lane = run.lane;
                        busy.insert(run.dialog, UnderWay { lane, is_again });
                        deliveries.spawn(run.deliver(
                            self.sink.clone(),
                            self.clock.clone(),
                            stop.clone(),
                        ));
                    }
                }
            }
            self.status.send_if_modified(|status| {
                let now = Status {
                    is_connected: true,
                    lanes: session.lanes().len(),
                    under_way: busy.len(),
                    ..status.clone()
                };
                let is_news = *status != now;
                *status = now;
                is_news
            });

            tokio::select! {
                Some(delivery) = deliveries.join_next() => ended.push(delivery?),
                () = self.store.announced(), if busy.len() < DIALOGS => {}
                () = tokio::time::sleep(POLL) => continue,
                () = stop.cancelled(), if !stop.is_cancelled() => continue,
            }
            tokio::time::sleep(if is_more { HURRY } else { GATHER }).await;
        }
    }

    /// Takes as much as may be on its way; the place in the order of the last of it.
    async fn claim(
        &self,
        session: &mut Session,
        busy: &HashMap<Uuid, UnderWay>,
    ) -> sqlx::Result<(Vec<Run>, Option<i64>)> {
        let free = i64::try_from(DIALOGS.saturating_sub(busy.len())).unwrap_or(0);
        let again = busy.values().filter(|under_way| under_way.is_again).count();
        let again = i64::try_from(AGAIN.saturating_sub(again)).unwrap_or(0);
        if free == 0 || session.lanes().is_empty() {
            return Ok((Vec::new(), None));
        }
        let now = self.clock.now();
        let busy: Vec<Uuid> = busy.keys().copied().collect();
        let each = i64::try_from(EVENTS).unwrap_or(1);
        let events = session.claim(now, &busy, free, again, each).await?;
        let newest = events.iter().map(|event| event.seq).max();
        Ok((Run::of(events, now), newest))
    }

    /// Writes down what became of deliveries.
    async fn settle(
        &self,
        session: &mut Session,
        outage: &mut Outage,
        ended: Vec<Ended>,
    ) -> sqlx::Result<()> {
        let now = self.clock.now();
        let (mut delivered, mut retries, mut dead) = (Vec::new(), Vec::new(), Vec::new());
        let (mut failures, mut is_back) = (0, false);
        let mut failing_since = self.status.borrow().failing_since;
        for delivery in ended {
            let dialog = delivery.dialog;
            if !delivery.delivered.is_empty() {
                is_back |= outage.worked(Instant::now());
                if failing_since.take().is_some() {
                    tracing::info!("events are delivered again");
                }
            }
            delivered.extend(delivery.delivered);
            let Some(failure) = delivery.failure else {
                continue;
            };
            failures += 1;
            outage.failed(dialog);
            let (seq, error) = (failure.seq, failure.error.clone());
            if failing_since.is_none() {
                failing_since = Some(now);
                tracing::warn!(seq, %dialog, error, "an event could not be delivered; it is tried again");
            }
            if backoff::is_hopeless(&failure, now) {
                tracing::error!(
                    seq, %dialog, error, attempts = failure.attempts,
                    "an event is given up; see `dialogporten events list --dead`"
                );
                dead.push(Dead { seq, error });
            } else {
                let due_at = now + backoff::pause(failure.attempts, chance());
                retries.push(Retry { seq, due_at, error });
            }
        }
        session.settle(&delivered, &retries, &dead, now).await?;
        if is_back && session.hasten(now).await? {
            outage.ended(Instant::now());
        }
        self.status.send_modify(|status| {
            status.delivered += delivered.len() as u64;
            status.failed += failures;
            status.given_up += dead.len() as u64;
            status.failing_since = failing_since;
        });
        Ok(())
    }
}

fn chance() -> u16 {
    let mut bytes = [0; 2];
    // Without chance, what failed together is tried again together; no more.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    u16::from_be_bytes(bytes)
}
