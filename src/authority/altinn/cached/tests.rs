//! Time is moved, not waited for.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;

use super::*;

/// Somebody who is asked and counts it.
#[derive(Clone)]
struct Source {
    asked: Arc<AtomicU32>,
    answers: Arc<Mutex<Result<u32, Unavailable>>>,
    gate: Arc<Semaphore>,
}

impl Source {
    fn new() -> Self {
        Self {
            asked: Arc::default(),
            answers: Arc::new(Mutex::new(Ok(1))),
            gate: Arc::new(Semaphore::new(1_000)),
        }
    }

    fn ask(&self) -> impl Future<Output = Result<u32, Unavailable>> + Send + use<> {
        let source = self.clone();
        async move {
            source.asked.fetch_add(1, Ordering::SeqCst);
            let _passed = source.gate.acquire().await;
            source.answers.lock().unwrap().clone()
        }
    }

    fn says(&self, answer: Result<u32, Unavailable>) {
        *self.answers.lock().unwrap() = answer;
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

fn down() -> Result<u32, Unavailable> {
    Err(Unavailable::NoParties)
}

fn cached(terms: Terms<u32>) -> (Cached<&'static str, u32>, Clock, Source) {
    let clock = Clock::stopped_at(Clock::system().now());
    let cached = Cached::new(terms, clock.clone(), Background::default());
    (cached, clock, Source::new())
}

fn terms() -> Terms<u32> {
    Terms::new(TimeDelta::minutes(15), TimeDelta::minutes(30), 100)
}

/// Waits until nothing is on its way.
async fn quiet(cached: &Cached<&'static str, u32>) {
    let quiet = async {
        while !cached.0.asked.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), quiet).await.unwrap();
}

#[tokio::test]
async fn a_fresh_answer_is_not_asked_for_again_and_renewed_before_it_ends() {
    let (cached, clock, source) = cached(terms());
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    clock.advance(TimeDelta::minutes(11));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    assert_eq!(source.asked(), 1);

    source.says(Ok(2));
    clock.advance(TimeDelta::minutes(2));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    quiet(&cached).await;
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(2));
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn keys_have_answers_of_their_own() {
    let (cached, _, source) = cached(terms());
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    source.says(Ok(2));
    assert_eq!(cached.get(&"b", || source.ask()).await, Ok(2));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
}

#[tokio::test]
async fn a_stale_answer_gives_way_to_a_new_one() {
    let (cached, clock, source) = cached(terms());
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    source.says(Ok(2));
    clock.advance(TimeDelta::minutes(20));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(2));
}

#[tokio::test]
async fn a_stale_answer_stands_in_for_a_failure_until_it_is_too_old() {
    let (cached, clock, source) = cached(terms());
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    source.says(down());
    clock.advance(TimeDelta::minutes(20));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    assert_eq!(source.asked(), 2);
    // Not asked again for a while.
    clock.advance(TimeDelta::seconds(29));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    assert_eq!(source.asked(), 2);
    clock.advance(TimeDelta::seconds(2));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    assert_eq!(source.asked(), 3);

    clock.advance(TimeDelta::minutes(10));
    assert_eq!(cached.get(&"a", || source.ask()).await, down());
    assert_eq!(cached.peek(&"a"), None);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let (cached, _, source) = cached(terms());
    source.says(down());
    assert_eq!(cached.get(&"a", || source.ask()).await, down());
    source.says(Ok(1));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
}

#[tokio::test]
async fn a_stale_answer_does_not_wait_long_for_a_slow_one() {
    let (cached, clock, source) = cached(terms().waiting(Duration::ZERO, Duration::from_mins(1)));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    let shut = source.gate.acquire_many(1_000).await.unwrap();
    source.says(Ok(2));
    clock.advance(TimeDelta::minutes(20));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    drop(shut);
    quiet(&cached).await;
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(2));
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let (cached, _, source) = cached(terms().waiting(Duration::ZERO, Duration::ZERO));
    let _shut = source.gate.acquire_many(1_000).await.unwrap();
    assert!(cached.get(&"a", || source.ask()).await.is_err());
}

#[tokio::test]
async fn many_who_ask_the_same_ask_once_even_when_the_first_goes_away() {
    let (cached, _, source) = cached(terms());
    let shut = source.gate.acquire_many(1_000).await.unwrap();
    let mut first = Box::pin(cached.get(&"a", || source.ask()));
    assert!(futures_util::poll!(&mut first).is_pending());
    drop(first);
    let others: Vec<_> = (0..50)
        .map(|_| {
            let (cached, source) = (cached.clone(), source.clone());
            tokio::spawn(async move { cached.get(&"a", || source.ask()).await })
        })
        .collect();
    tokio::task::yield_now().await;
    drop(shut);
    for other in others {
        assert_eq!(other.await.unwrap(), Ok(1));
    }
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn answers_that_are_not_worth_it_and_those_without_time_are_not_kept() {
    for terms in [
        terms().keeping(|answer| *answer != 1),
        Terms::new(TimeDelta::zero(), TimeDelta::hours(1), 100),
    ] {
        let (cached, _, source) = cached(terms);
        assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
        assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
        assert_eq!(source.asked(), 2);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_whole_is_not_kept_and_replaces_none() {
    let (cached, clock, source) = cached(terms().whole_if(|answer| *answer != 0));
    source.says(Ok(0));
    for asked in 1..=2 {
        assert_eq!(cached.get(&"a", || source.ask()).await, Ok(0));
        assert_eq!(source.asked(), asked);
    }
    source.says(Ok(1));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    source.says(Ok(0));
    clock.advance(TimeDelta::minutes(20));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(0));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    assert_eq!(source.asked(), 4, "not asked again for a while");
    source.says(Ok(2));
    clock.advance(TimeDelta::seconds(31));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(2));
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(2));
    assert_eq!(source.asked(), 5);
}

#[tokio::test]
async fn what_is_heavier_than_all_room_is_not_kept_but_asked_once_at_a_time() {
    let (cached, _, source) = cached(terms().weighing(|_| 101));
    let shut = source.gate.acquire_many(1_000).await.unwrap();
    let mut waiting: Vec<_> = (0..9)
        .map(|_| Box::pin(cached.get(&"a", || source.ask())))
        .collect();
    for one in &mut waiting {
        assert!(futures_util::poll!(one).is_pending());
    }
    drop(shut);
    for one in waiting {
        assert_eq!(one.await, Ok(1));
    }
    assert_eq!(source.asked(), 1);
    assert_eq!(cached.peek(&"a"), None);
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn what_is_kept_has_a_bound() {
    let (cached, _, source) = cached(terms().weighing(|_| 60));
    for key in ["a", "b", "c", "d"] {
        assert_eq!(cached.get(&key, || source.ask()).await, Ok(1));
    }
    cached.0.kept.run_pending_tasks();
    assert_eq!(cached.0.kept.entry_count(), 1);
}

#[tokio::test]
async fn a_fresh_answer_can_be_renewed() {
    let (cached, _, source) = cached(terms());
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
    source.says(Ok(2));
    assert_eq!(cached.renew(&"a", || source.ask()).await, Ok(2));
    assert_eq!(cached.peek(&"a"), Some(2));
    source.says(down());
    assert_eq!(cached.renew(&"a", || source.ask()).await, down());
    assert_eq!(cached.peek(&"a"), Some(2));
}

#[tokio::test]
async fn a_question_that_panics_makes_room_for_the_next() {
    let (cached, _, source) = cached(terms());
    let broken = cached
        .get(&"a", || async { unreachable!("on purpose") })
        .await;
    assert!(broken.is_err());
    assert_eq!(cached.get(&"a", || source.ask()).await, Ok(1));
}
