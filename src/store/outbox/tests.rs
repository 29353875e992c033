//! Claiming and settling, seen from behind.

use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use super::*;
use crate::{
    clock::Clock,
    config::Config,
    dialog::timestamp::Timestamp,
    store::{Store, pool::Pool, testing},
};

struct Outbox {
    store: Store,
    options: PgConnectOptions,
    now: Timestamp,
}

impl Outbox {
    async fn new() -> Self {
        let options = testing::database().await.unwrap();
        Self {
            store: Store::open(&Config::default(), &options).unwrap(),
            options,
            now: Clock::system().now(),
        }
    }

    fn pool(&self) -> &Pool {
        self.store.background()
    }

    /// A session with all lanes.
    async fn session(&self) -> Session {
        let mut session = Session::open(&self.options).await.unwrap();
        session.share_lanes(&[]).await.unwrap();
        assert_eq!(session.lanes().len(), usize::from(LANES));
        session
    }

    /// Stores so many events of a dialog.
    async fn holds(&self, dialog: Uuid, count: i32, not_before: Option<Timestamp>) {
        sqlx::query(
            "INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
             SELECT $1, 2, '{\"type\":\"x\"}', $2, $3 FROM generate_series(1, $4)",
        )
        .bind(dialog)
        .bind(self.now)
        .bind(not_before)
        .bind(count)
        .execute(self.pool())
        .await
        .unwrap();
    }

    /// How many events nobody has looked at or put off.
    async fn fresh(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE due_at IS NULL")
            .fetch_one(self.pool())
            .await
            .unwrap()
    }

    fn retry(&self, event: &Waiting, seconds: i64) -> Retry {
        Retry {
            seq: event.seq,
            due_at: self.now + chrono::Duration::seconds(seconds),
            error: "no".into(),
        }
    }
}

fn dialogs(events: &[Waiting]) -> Vec<Uuid> {
    let mut dialogs: Vec<Uuid> = events.iter().map(|event| event.dialog).collect();
    dialogs.dedup();
    dialogs
}

#[tokio::test]
async fn events_that_failed_before_leave_room_for_fresh_ones() {
    let outbox = Outbox::new().await;
    let mut session = outbox.session().await;
    for failing in 1..=10 {
        outbox.holds(Uuid::from_u128(failing), 1, None).await;
    }
    let claimed = session.claim(outbox.now, &[], 16, 0, 1).await.unwrap();
    assert_eq!(claimed.len(), 10);
    let retries: Vec<Retry> = claimed.iter().map(|event| outbox.retry(event, 1)).collect();
    session
        .settle(&[], &retries, &[], outbox.now)
        .await
        .unwrap();
    for fresh in 11..=13 {
        outbox.holds(Uuid::from_u128(fresh), 1, None).await;
    }
    let later = outbox.now + chrono::Duration::seconds(2);
    for (dialogs, again, expected) in [
        (16, 8, (8, 3)),
        (16, 0, (0, 3)),
        (4, 2, (2, 2)),
        (1, 1, (1, 0)),
    ] {
        let claimed = session.claim(later, &[], dialogs, again, 1).await.unwrap();
        let failed = claimed.iter().filter(|event| event.attempts > 0).count();
        assert_eq!((failed, claimed.len() - failed), expected);
    }
    // What is tried at once again has failed all the same.
    assert!(session.hasten(outbox.now).await.unwrap());
    let claimed = session.claim(later, &[], 16, 0, 1).await.unwrap();
    assert_eq!(claimed.len(), 3);
}

#[tokio::test]
async fn what_waits_behind_a_failed_event_is_put_aside_until_it_has_its_turn() {
    let outbox = Outbox::new().await;
    let mut session = outbox.session().await;
    let (stuck, free) = (Uuid::from_u128(1), Uuid::from_u128(2));
    outbox.holds(stuck, 500, None).await;
    outbox.holds(free, 1, None).await;
    let mut claimed = session.claim(outbox.now, &[free], 16, 16, 1).await.unwrap();
    claimed.extend(
        session
            .claim(outbox.now, &[stuck], 16, 16, 1)
            .await
            .unwrap(),
    );
    assert_eq!(dialogs(&claimed), [stuck, free]);
    let retry = outbox.retry(&claimed[0], 60);
    session
        .settle(&[claimed[1].seq], &[retry], &[], outbox.now)
        .await
        .unwrap();

    assert_eq!(outbox.fresh().await, 499);
    let claimed = session.claim(outbox.now, &[], 16, 16, 32).await.unwrap();
    assert!(claimed.is_empty(), "{claimed:?}");
    assert_eq!(outbox.fresh().await, 0, "nobody looks at them again");
    let lag = outbox.store.outbox_lag(outbox.now).await.unwrap();
    assert_eq!((lag.waiting, lag.oldest), (1, Some(outbox.now)));

    let later = outbox.now + chrono::Duration::seconds(61);
    let claimed = session.claim(later, &[], 16, 16, 32).await.unwrap();
    assert_eq!(claimed.len(), 32);
    assert!(claimed.is_sorted_by_key(|event| event.seq));
    let delivered: Vec<i64> = claimed.iter().map(|event| event.seq).collect();
    session.settle(&delivered, &[], &[], later).await.unwrap();
    let next = session.claim(later, &[], 16, 16, 32).await.unwrap();
    assert_eq!(next[0].seq, delivered[31] + 1);
    assert!(
        session
            .claim(later, &[stuck], 16, 16, 32)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_claimed_does_not_depend_on_how_much_waits() {
    let outbox = Outbox::new().await;
    let mut session = outbox.session().await;
    let later = outbox.now + chrono::Duration::hours(1);
    for dialog in 0..200 {
        outbox.holds(Uuid::from_u128(dialog), 3, Some(later)).await;
    }
    for dialog in 200..300 {
        outbox.holds(Uuid::from_u128(dialog), 3, None).await;
    }
    let claimed = session.claim(outbox.now, &[], 16, 16, 2).await.unwrap();
    assert_eq!(claimed.len(), 16 * 2);
    assert_eq!(dialogs(&claimed).len(), 16);
    let busy: Vec<Uuid> = (200..299).map(Uuid::from_u128).collect();
    let claimed = session.claim(outbox.now, &busy, 16, 16, 32).await.unwrap();
    assert_eq!(dialogs(&claimed), [Uuid::from_u128(299)]);
    let claimed = session.claim(later, &busy, 300, 300, 1).await.unwrap();
    assert_eq!(claimed.len(), 201);
}

#[tokio::test]
async fn a_dead_event_lies_where_it_can_be_seen_and_takes_its_place_again() {
    let outbox = Outbox::new().await;
    let mut session = outbox.session().await;
    let dialog = Uuid::from_u128(7);
    outbox.holds(dialog, 2, None).await;
    let claimed = session.claim(outbox.now, &[], 16, 16, 1).await.unwrap();
    let dead = Dead {
        seq: claimed[0].seq,
        error: "the answer was 400".into(),
    };
    session
        .settle(&[], &[], std::slice::from_ref(&dead), outbox.now)
        .await
        .unwrap();
    let listed = outbox.store.dead_events(10).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].seq, listed[0].attempts), (dead.seq, 1));
    assert_eq!(listed[0].last_error.as_deref(), Some("the answer was 400"));
    let waiting = outbox.store.waiting_events(10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].seq), (1, dead.seq + 1));

    assert_eq!(outbox.store.redrive_events(None).await.unwrap(), 1);
    let claimed = session.claim(outbox.now, &[], 16, 16, 2).await.unwrap();
    let seqs: Vec<i64> = claimed.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [dead.seq, dead.seq + 1]);
    assert_eq!(claimed[0].attempts, 0);
}

#[tokio::test]
async fn failed_events_are_due_at_once_when_they_are_hastened() {
    let outbox = Outbox::new().await;
    let mut session = outbox.session().await;
    for dialog in 0..3 {
        outbox.holds(Uuid::from_u128(dialog), 1, None).await;
    }
    let claimed = session.claim(outbox.now, &[], 16, 16, 1).await.unwrap();
    let retries: Vec<Retry> = claimed.iter().map(|e| outbox.retry(e, 3600)).collect();
    session
        .settle(&[], &retries, &[], outbox.now)
        .await
        .unwrap();
    assert!(
        session
            .claim(outbox.now, &[], 16, 16, 1)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(session.hasten(outbox.now).await.unwrap());
    let claimed = session.claim(outbox.now, &[], 16, 16, 1).await.unwrap();
    assert_eq!(claimed.len(), 3);
    assert!(claimed.iter().all(|event| event.attempts == 1));
}

#[tokio::test]
async fn what_a_wrong_clock_has_put_off_is_due_and_what_is_held_back_is_not() {
    let outbox = Outbox::new().await;
    let mut session = outbox.session().await;
    for dialog in 0..3 {
        outbox.holds(Uuid::from_u128(dialog), 2, None).await;
    }
    let claimed = session.claim(outbox.now, &[], 16, 16, 1).await.unwrap();
    let retries: Vec<Retry> = claimed
        .iter()
        .zip([3_600, 86_400 * 365, 86_400 * 365])
        .map(|(event, seconds)| outbox.retry(event, seconds))
        .collect();
    session
        .settle(&[], &retries, &[], outbox.now)
        .await
        .unwrap();
    // Nobody tried it; but whoever did would have no say in when it may be told.
    sqlx::query("UPDATE outbox SET not_before = due_at WHERE seq = $1")
        .bind(claimed[2].seq)
        .execute(outbox.pool())
        .await
        .unwrap();
    let latest = outbox.now + chrono::Duration::hours(2);
    session.distrust(outbox.now, latest).await.unwrap();
    let due = session.claim(outbox.now, &[], 16, 16, 2).await.unwrap();
    assert_eq!(dialogs(&due), [claimed[1].dialog]);
    assert_eq!(due.len(), 2);
}

#[tokio::test]
async fn lanes_are_shared_fairly_and_never_twice() {
    let outbox = Outbox::new().await;
    let mut sessions = vec![outbox.session().await];
    for _ in 0..4 {
        sessions.push(Session::open(&outbox.options).await.unwrap());
        // Who gives, and who may take what was given, may come in any order.
        for _ in 0..3 {
            for session in &mut sessions {
                session.share_lanes(&[]).await.unwrap();
            }
        }
        let mut held: Vec<i32> = sessions.iter().flat_map(Session::lanes).copied().collect();
        held.sort_unstable();
        assert_eq!(held, (0..LANES).map(i32::from).collect::<Vec<_>>());
        let lanes = || sessions.iter().map(|session| session.lanes().len());
        let (most, fewest) = (lanes().max().unwrap(), lanes().min().unwrap());
        assert!(most <= fewest + 1, "{:?}", lanes().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_lane_is_kept_while_something_of_it_is_on_its_way() {
    let outbox = Outbox::new().await;
    let mut one = outbox.session().await;
    let mut other = Session::open(&outbox.options).await.unwrap();
    let all: Vec<i32> = one.lanes().to_vec();
    one.share_lanes(&all).await.unwrap();
    assert_eq!(one.lanes().len(), 2, "nothing more is begun in the others");
    other.share_lanes(&[]).await.unwrap();
    assert!(other.lanes().is_empty());
    one.share_lanes(&[]).await.unwrap();
    other.share_lanes(&[]).await.unwrap();
    assert_eq!(other.lanes().len(), 2);
    drop(one);
    // The session ends when the database notices that nobody is there.
    let start = std::time::Instant::now();
    while other.lanes().len() < usize::from(LANES) {
        assert!(start.elapsed() < std::time::Duration::from_mins(1));
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        other.share_lanes(&[]).await.unwrap();
    }
}
