//! Answers of others, kept for a while: one question at a time for each key, old answers where new ones fail.
//!
//! An answer is fresh for a while; from four fifths of that time on it is fetched anew beside the requests. Then it is
//! stale: a request waits for a new one, but not long, and goes on with the old one. When that is too old as well, only a
//! new one will do. Questions run beside the requests that ask them, so one that breaks off takes nothing from others.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt::Display,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::{FutureExt, future::Shared};
use moka::sync::Cache;
use tokio::{sync::oneshot, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{authority::Unavailable, clock::Clock, dialog::id, dialog::timestamp::Timestamp};

/// After a failure an old answer serves this long before the question is asked again.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// Replicas that started together do not ask together: up to this much is taken off the time that an answer is fresh.
const MOST_JITTER_MICROS: i64 = 2_000_000;

/// How long answers are good, and how many are kept.
#[derive(Clone, Copy)]
pub struct Terms<V> {
    /// How long an answer needs no other. Zero: it is not kept at all.
    pub fresh: TimeDelta,
    /// How long it stands in for one that fails, from the same beginning.
    pub stale: TimeDelta,
    /// How long a request with a stale answer waits for a fresh one.
    pub soft: Duration,
    /// How long a request without an answer waits for one.
    pub hard: Duration,
    /// The most that all answers together may weigh.
    pub capacity: u64,
    /// What one weighs.
    pub weigh: fn(&V) -> u32,
    /// Whether it is worth keeping.
    pub keep: fn(&V) -> bool,
    /// Whether nothing is missing in it. What is not whole serves those who wait for it, and is neither kept nor takes
    /// the place of what is.
    pub is_whole: fn(&V) -> bool,
}

/// An answer, and whether nothing is missing in it.
#[derive(Clone)]
pub struct Answered<V> {
    /// What was answered.
    pub value: V,
    /// Whether that is all.
    pub is_whole: bool,
}

impl<V> Terms<V> {
    /// Terms for answers that weigh one each and are all kept.
    pub fn new(fresh: TimeDelta, stale: TimeDelta, capacity: u64) -> Self {
        Self {
            fresh,
            stale: if fresh.is_zero() { fresh } else { stale },
            soft: Duration::from_secs(1),
            hard: Duration::from_secs(25),
            capacity,
            weigh: |_| 1,
            keep: |_| true,
            is_whole: |_| true,
        }
    }

    /// With other times to wait.
    #[must_use]
    pub fn waiting(self, soft: Duration, hard: Duration) -> Self {
        Self { soft, hard, ..self }
    }

    /// With answers of different weights.
    #[must_use]
    pub fn weighing(self, weigh: fn(&V) -> u32) -> Self {
        Self { weigh, ..self }
    }

    /// With answers of which some are not kept.
    #[must_use]
    pub fn keeping(self, keep: fn(&V) -> bool) -> Self {
        Self { keep, ..self }
    }

    /// With answers in which something may be missing.
    #[must_use]
    pub fn whole_if(self, is_whole: fn(&V) -> bool) -> Self {
        Self { is_whole, ..self }
    }

    /// Whether there is room for it, and a reason to keep it. What is heavier than all room is for those who wait for it.
    fn keeps(&self, value: &V) -> bool {
        self.fresh > TimeDelta::zero()
            && (self.keep)(value)
            && u64::from((self.weigh)(value)) <= self.capacity
    }
}

/// Tasks that outlive the request that began them, and their end.
#[derive(Clone, Default)]
pub struct Background {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Background {
    /// Runs `task` until it ends or everything does.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Breaks off what is on its way and waits until it has ended.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Kept answers. Clones are the same.
pub struct Cached<K, V>(Arc<Inner<K, V>>);

impl<K, V> Clone for Cached<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Inner<K, V> {
    kept: Cache<K, Arc<Kept<V>>>,
    asked: Mutex<HashMap<K, Answer<V>>>,
    terms: Terms<V>,
    clock: Clock,
    background: Background,
}

/// What everybody who asks the same thing waits for.
type Answer<V> = Shared<oneshot::Receiver<Result<V, Unavailable>>>;

struct Kept<V> {
    value: V,
    /// From here on somebody asks anew.
    eager_at: Timestamp,
    /// From here on requests wait for the new answer.
    stale_at: Timestamp,
    /// From here on it counts for nothing.
    dead_at: Timestamp,
}

impl<K, V> Cached<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Nothing yet.
    pub fn new(terms: Terms<V>, clock: Clock, background: Background) -> Self {
        let weigh = terms.weigh;
        let kept = Cache::builder()
            .max_capacity(terms.capacity)
            .weigher(move |_, kept: &Arc<Kept<V>>| weigh(&kept.value).max(1))
            // What counts for nothing any more need not be kept either.
            .time_to_live(
                terms
                    .stale
                    .to_std()
                    .unwrap_or_default()
                    .max(Duration::from_secs(1)),
            )
            .build();
        Self(Arc::new(Inner {
            kept,
            asked: Mutex::default(),
            terms,
            clock,
            background,
        }))
    }

    /// The answer for `key`: the one that is kept, or the one that `ask` brings.
    pub async fn get<Ask>(&self, key: &K, ask: impl FnOnce() -> Ask) -> Result<V, Unavailable>
    where
        Ask: Future<Output = Result<V, Unavailable>> + Send + 'static,
    {
        let now = self.0.clock.now();
        let kept = self.0.kept.get(key).filter(|kept| now < kept.dead_at);
        let Some(kept) = kept else {
            return timeout(self.0.terms.hard, self.asked(key, ask))
                .await
                .map_err(|_| broken("no answer: not in time"))?
                .map_err(|_| broken("the question broke off"))?;
        };
        if now < kept.eager_at {
            return Ok(kept.value.clone());
        }
        let answer = self.asked(key, ask);
        if now < kept.stale_at {
            return Ok(kept.value.clone());
        }
        match timeout(self.0.terms.soft, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(_) | Err(_) => Ok(kept.value.clone()),
        }
    }

    /// The kept answer, if it has not grown too old.
    pub fn peek(&self, key: &K) -> Option<V> {
        let now = self.0.clock.now();
        let kept = self.0.kept.get(key).filter(|kept| now < kept.dead_at)?;
        Some(kept.value.clone())
    }

    /// The kept answer, if it is fresh.
    pub fn fresh(&self, key: &K) -> Option<V> {
        let now = self.0.clock.now();
        let kept = self.0.kept.get(key).filter(|kept| now < kept.stale_at)?;
        Some(kept.value.clone())
    }

    /// Asks anew, however fresh the kept answer is; others go on with that meanwhile.
    pub async fn renew<Ask>(&self, key: &K, ask: impl FnOnce() -> Ask) -> Result<V, Unavailable>
    where
        Ask: Future<Output = Result<V, Unavailable>> + Send + 'static,
    {
        self.asked(key, ask)
            .await
            .map_err(|_| broken("the question broke off"))?
    }

    /// Joins the question that is on its way, or asks it.
    fn asked<Ask>(&self, key: &K, ask: impl FnOnce() -> Ask) -> Answer<V>
    where
        Ask: Future<Output = Result<V, Unavailable>> + Send + 'static,
    {
        let inner = &self.0;
        let mut asked = inner.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = asked.get(key) {
            return answer.clone();
        }
        let question = ask();
        let (tell, told) = oneshot::channel();
        let answer = told.shared();
        asked.insert(key.clone(), answer.clone());
        let on_its_way = OnItsWay {
            inner: Arc::clone(inner),
            key: key.clone(),
        };
        inner.background.spawn(async move {
            let outcome = question.await;
            on_its_way.inner.settle(&on_its_way.key, &outcome);
            drop(on_its_way);
            let _ = tell.send(outcome);
        });
        answer
    }
}

impl<K, V> Inner<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Keeps an answer. After a failure the old one, if any, serves a while longer.
    fn settle(&self, key: &K, outcome: &Result<V, Unavailable>) {
        let now = self.clock.now();
        let terms = &self.terms;
        match outcome {
            Ok(value) if !(terms.is_whole)(value) => {
                self.stand_in(key, now, &"something is missing in it");
            }
            Ok(value) if terms.keeps(value) => {
                let fresh = terms.fresh - jitter(terms.fresh);
                let kept = Kept {
                    value: value.clone(),
                    eager_at: now + fresh * 4 / 5,
                    stale_at: now + fresh,
                    dead_at: now + terms.stale.max(fresh),
                };
                self.kept.insert(key.clone(), Arc::new(kept));
            }
            Ok(_) => self.kept.invalidate(key),
            Err(error) => self.stand_in(key, now, error),
        }
    }

    fn stand_in(&self, key: &K, now: Timestamp, error: &dyn Display) {
        let Some(old) = self.kept.get(key).filter(|old| now < old.dead_at) else {
            return;
        };
        tracing::warn!(%error, "no new answer; an older one stands in");
        let pause = (now + PAUSE).min(old.dead_at);
        let kept = Kept {
            value: old.value.clone(),
            eager_at: old.eager_at.max(pause),
            stale_at: old.stale_at.max(pause),
            dead_at: old.dead_at,
        };
        self.kept.insert(key.clone(), Arc::new(kept));
    }
}

/// Makes room for the next question when this one has ended, however it did.
struct OnItsWay<K: Hash + Eq, V> {
    inner: Arc<Inner<K, V>>,
    key: K,
}

impl<K: Hash + Eq, V> Drop for OnItsWay<K, V> {
    fn drop(&mut self) {
        let asked = &self.inner.asked;
        asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

fn broken(reason: &str) -> Unavailable {
    Unavailable::NoAnswer {
        system: "platform",
        reason: reason.to_owned(),
    }
}

fn jitter(fresh: TimeDelta) -> TimeDelta {
    let most = MOST_JITTER_MICROS.min(fresh.num_microseconds().unwrap_or(i64::MAX) / 10);
    let chance = i64::from(id::random().as_fields().0);
    TimeDelta::microseconds(chance % (most + 1))
}
