//! Labels against a real database: what the statements do is what the rules say, alone and racing.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Expected, Labelling};
use crate::{
    config::Config,
    dialog::{
        actor::Actor,
        label::{LabelChange, LabelMask, LoggedChange, SystemLabel},
        timestamp::Timestamp,
    },
    store::{Store, pool::Pool, testing},
};

const SETTABLE: [SystemLabel; 4] = [
    SystemLabel::Default,
    SystemLabel::Bin,
    SystemLabel::Archive,
    SystemLabel::MarkedAsUnopened,
];

/// All legal masks.
fn legal() -> Vec<LabelMask> {
    let optional = [0, 0b0_1000, 0b1_0000, 0b1_1000];
    let masks = optional
        .into_iter()
        .flat_map(|bits| [1, 2, 4].map(|place| place | bits));
    masks.map(LabelMask::from_bits).collect()
}

fn now() -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(1_750_000_000, 0).unwrap())
}

/// A store with a dialog for each mask.
async fn store_with(masks: &[LabelMask]) -> (Store, Vec<Uuid>) {
    let options = testing::database().await.unwrap();
    let store = Store::open(&Config::default(), &options).unwrap();
    let ids: Vec<_> = masks.iter().map(|_| crate::dialog::id::random()).collect();
    sqlx::raw_sql(
        "INSERT INTO org (short_name) VALUES ('ttd');
         INSERT INTO party (urn) VALUES ('urn:altinn:organization:identifier-no:974760673');
         INSERT INTO resource (urn) VALUES ('urn:altinn:resource:a')",
    )
    .execute(store.request())
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO dialog (id, party_id, resource_id, org_id, revision, status, flags, label_mask, eu_revision, so_revision,
                             created_at, updated_at, content_updated_at, resource_type, list, detail)
         SELECT id, 1, 1, 1, id, 7, 0, mask, id, id, $3, $3, $3, 'genericaccessresource', '{}', '{}'
           FROM unnest($1::uuid[], $2::smallint[]) AS d (id, mask)",
    )
    .bind(&ids)
    .bind(masks.iter().map(|mask| mask.bits()).collect::<Vec<_>>())
    .bind(now())
    .execute(store.request())
    .await
    .unwrap();
    (store, ids)
}

/// Masks and revisions as stored.
async fn stored(pool: &Pool) -> BTreeMap<Uuid, (LabelMask, Uuid)> {
    let rows: Vec<(Uuid, i16, Uuid)> =
        sqlx::query_as("SELECT id, label_mask, eu_revision FROM dialog")
            .fetch_all(pool)
            .await
            .unwrap();
    let rows = rows.into_iter();
    rows.map(|(id, mask, revision)| (id, (LabelMask::from_bits(mask), revision)))
        .collect()
}

async fn set(store: &Store, dialogs: &[Expected], change: LabelChange) -> Vec<(Uuid, Uuid)> {
    let labelling = Labelling {
        change,
        actor: &Actor::service_owner(),
        now: now(),
    };
    store.set_system_labels(dialogs, &labelling).await.unwrap()
}

fn any(dialog: Uuid) -> Expected {
    Expected {
        dialog,
        revision: None,
    }
}

fn exactly(dialog: Uuid, revision: Uuid) -> Expected {
    Expected {
        dialog,
        revision: Some(revision),
    }
}

#[tokio::test]
async fn the_database_changes_labels_and_writes_the_log_as_the_rules_say() {
    let masks = legal();
    let (store, ids) = store_with(&masks).await;
    let all: Vec<_> = ids.iter().copied().map(any).collect();
    let removals = (0..16_u8).map(|bits| {
        let chosen = (0..4).filter(|n| bits & 1 << n != 0);
        chosen.map(|n| SETTABLE[n]).collect::<Vec<_>>()
    });
    let mut additions: Vec<Vec<_>> = vec![vec![]];
    for one in SETTABLE {
        additions.push(vec![one]);
        additions.extend(SETTABLE.map(|other| vec![one, other]));
    }
    for removed in removals {
        for added in &additions {
            let change = LabelChange::new(&removed, added);
            let before = stored(store.request()).await;
            let labelled: BTreeMap<_, _> = set(&store, &all, change).await.into_iter().collect();
            let after = stored(store.request()).await;
            for (id, (mask, revision)) in &before {
                let (now, now_revision) = after[id];
                assert_eq!(
                    now,
                    change.apply(*mask),
                    "-{removed:?} +{added:?} of {mask:?}"
                );
                assert_eq!(labelled[id], now_revision);
                assert_eq!(*revision != now_revision, now != *mask);
                let log = store.label_log(*id).await.unwrap();
                let told: Vec<_> = log.iter().map(|entry| entry.change).collect();
                let expected: Vec<_> = LoggedChange::between(*mask, now).collect();
                assert_eq!(told, expected, "-{removed:?} +{added:?} of {mask:?}");
            }
            sqlx::raw_sql("DELETE FROM label_log")
                .execute(store.request())
                .await
                .unwrap();
            sqlx::query("UPDATE dialog d SET label_mask = m.mask FROM unnest($1::uuid[], $2::smallint[]) m (id, mask) WHERE d.id = m.id")
                .bind(&ids)
                .bind(masks.iter().map(|mask| mask.bits()).collect::<Vec<_>>())
                .execute(store.request())
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn one_dialog_is_labelled_as_many_are_whatever_it_was_read_with() {
    let masks = legal();
    let (store, ids) = store_with(&masks).await;
    let changes = [
        LabelChange::new(&[], &[SystemLabel::Archive, SystemLabel::MarkedAsUnopened]),
        LabelChange::new(&[SystemLabel::Archive], &[]),
        LabelChange::new(&[SystemLabel::MarkedAsUnopened], &[SystemLabel::Bin]),
        LabelChange::into_inbox(),
    ];
    for change in changes {
        for read_with in [None, Some(LabelMask::EMPTY)] {
            let before = stored(store.request()).await;
            for id in &ids {
                let (mask, revision) = before[id];
                let labelling = Labelling {
                    change,
                    actor: &Actor::service_owner(),
                    now: now(),
                };
                let read_with = read_with.unwrap_or(mask);
                sqlx::raw_sql("DELETE FROM label_log")
                    .execute(store.request())
                    .await
                    .unwrap();

                let refused = store
                    .set_labels_of(exactly(*id, *id), read_with, &labelling)
                    .await
                    .unwrap();
                assert!(refused.is_none() || revision == *id);
                let now_revision = store
                    .set_labels_of(any(*id), read_with, &labelling)
                    .await
                    .unwrap();

                let (now, stored_revision) = stored(store.request()).await[id];
                assert_eq!(now, change.apply(mask));
                assert_eq!(now_revision, Some(stored_revision));
                let log = store.label_log(*id).await.unwrap();
                let told: Vec<_> = log.iter().map(|entry| entry.change).collect();
                let expected: Vec<_> = LoggedChange::between(mask, now).collect();
                assert_eq!(told, expected, "{change:?} of {mask:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_bulk_changes_all_or_nothing() {
    let (store, ids) = store_with(&[LabelMask::DEFAULT; 4]).await;
    let bin = LabelChange::new(&[], &[SystemLabel::Bin]);
    let [a, b, deleted, other] = ids[..] else {
        unreachable!("four were made");
    };
    sqlx::query("UPDATE dialog SET deleted_at = created_at WHERE id = $1")
        .bind(deleted)
        .execute(store.request())
        .await
        .unwrap();
    let before = stored(store.request()).await;
    for (spoiler, expected) in [
        (any(deleted), vec![a, b]),
        (any(Uuid::nil()), vec![a, b]),
        (exactly(other, a), vec![a, b]),
    ] {
        let labelled = set(&store, &[exactly(b, b), spoiler, any(a)], bin).await;
        let found: BTreeSet<_> = labelled.iter().map(|(id, _)| *id).collect();
        assert_eq!(found, expected.into_iter().collect());
        assert_eq!(stored(store.request()).await, before);
    }
    let labelled = set(&store, &[exactly(b, b), exactly(other, other), any(a)], bin).await;
    assert_eq!(labelled.len(), 3);
    let after = stored(store.request()).await;
    assert!(
        [a, b, other]
            .iter()
            .all(|id| after[id].0.has(SystemLabel::Bin))
    );
    assert_eq!(after[&deleted], before[&deleted]);
}

#[tokio::test]
async fn of_racing_changes_of_one_revision_one_is_made_and_of_others_all() {
    let (store, ids) = store_with(&[LabelMask::DEFAULT; 6]).await;
    let race = async |expected: fn(Uuid) -> Expected, change: fn(usize) -> LabelChange| {
        let racers = (0..12).map(|n| {
            // In different orders, so that they would lock each other out if they locked as asked.
            let mut dialogs: Vec<_> = ids.iter().map(|id| expected(*id)).collect();
            dialogs.rotate_left(n % 6);
            let store = store.clone();
            tokio::spawn(async move { set(&store, &dialogs, change(n)).await.len() })
        });
        let racers: Vec<_> = racers.collect();
        let mut made = 0;
        for racer in racers {
            made += usize::from(racer.await.unwrap() == 6);
        }
        made
    };
    let archive = |_| LabelChange::new(&[], &[SystemLabel::Archive]);
    assert_eq!(race(|id| exactly(id, id), archive).await, 1);

    let by_turns = |n: usize| LabelChange::new(&[], &[SETTABLE[1 + n % 2]]);
    assert_eq!(race(any, by_turns).await, 12);
    for (id, (mask, _)) in stored(store.request()).await {
        let log = store.label_log(id).await.unwrap();
        let came = |label| {
            log.iter()
                .filter(|e| e.change.label == label && e.change.added)
                .count()
        };
        let went = |label| {
            log.iter()
                .filter(|e| e.change.label == label && !e.change.added)
                .count()
        };
        for label in [SystemLabel::Bin, SystemLabel::Archive] {
            assert_eq!(came(label) - went(label), usize::from(mask.has(label)));
        }
    }
}

/// The labels of a dialog in both places.
async fn own_labels(store: &Store, dialog: Uuid) -> (Vec<String>, Vec<String>) {
    let head = store.header(dialog).await.unwrap().unwrap();
    let listed = sqlx::query_scalar(
        "SELECT value FROM service_owner_label WHERE dialog_id = $1 ORDER BY value",
    )
    .bind(dialog)
    .fetch_all(store.request())
    .await
    .unwrap();
    (head.service_owner_labels, listed)
}

#[tokio::test]
async fn own_labels_are_sorted_distinct_few_and_the_same_in_both_places() {
    let (store, ids) = store_with(&[LabelMask::DEFAULT]).await;
    let dialog = ids[0];
    let racers: Vec<_> = (0..25)
        .map(|n| {
            let store = store.clone();
            let label = format!("label-{n}");
            tokio::spawn(async move { store.add_service_owner_label(dialog, &label, None).await })
        })
        .collect();
    let mut added = 0;
    for racer in racers {
        added += usize::from(racer.await.unwrap().unwrap().is_some());
    }
    let (labels, listed) = own_labels(&store, dialog).await;
    assert_eq!((added, labels.len()), (20, 20));
    assert!(labels.is_sorted());
    assert_eq!(labels, listed);

    let read = store
        .header(dialog)
        .await
        .unwrap()
        .unwrap()
        .service_owner_revision;
    assert_eq!(
        store
            .remove_service_owner_label(dialog, "nothing", read)
            .await
            .unwrap(),
        None
    );
    let new = store
        .remove_service_owner_label(dialog, &labels[0], read)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        store
            .remove_service_owner_label(dialog, &labels[1], read)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .add_service_owner_label(dialog, &labels[1], None)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .add_service_owner_label(dialog, "another", Some(read))
            .await
            .unwrap(),
        None
    );
    assert!(
        store
            .add_service_owner_label(dialog, "another", Some(new))
            .await
            .unwrap()
            .is_some()
    );
    let (after, listed) = own_labels(&store, dialog).await;
    assert_eq!(after, [&["another".to_owned()], &labels[1..]].concat());
    assert_eq!(after, listed);
}

#[tokio::test]
async fn heads_are_read_by_id_each_once_whatever_is_asked() {
    let (store, ids) = store_with(&[LabelMask::DEFAULT; 2]).await;
    let asked = [ids[1], Uuid::nil(), ids[0], ids[1]];
    let heads = store.headers(&asked).await.unwrap();
    let found: BTreeSet<_> = heads.iter().map(|head| head.id).collect();
    assert_eq!((heads.len(), found), (2, ids.iter().copied().collect()));
    assert_eq!(heads[0].org, "ttd");
    assert_eq!(heads[0].service_resource, "urn:altinn:resource:a");
    assert_eq!(
        heads[0].party,
        "urn:altinn:organization:identifier-no:974760673"
    );
    assert_eq!(store.header(Uuid::nil()).await.unwrap(), None);
}
