//! Adding parts against a real database: alone, out of order and racing.

mod words;

use futures_util::future::join_all;
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{Addition, Host, NotAdded};
use crate::{
    config::Config,
    dialog::{
        activity::{Activity, ActivityBody, DialogActivityType},
        actor::Actor,
        append::Effects,
        content::{ContentValue, MediaType, TransmissionContent},
        language::LanguageCode,
        localization::Localization,
        timestamp::Timestamp,
        transmission::{DialogTransmissionType, Transmission, TransmissionBody},
    },
    store::{Store, pool::Pool, testing},
};

fn at(second: i64) -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(1_750_000_000 + second, 0).unwrap())
}

/// A store with one dialog, which lies in the bin.
async fn store_with_dialog() -> (Store, Uuid) {
    let options = testing::database().await.unwrap();
    let store = Store::open(&Config::default(), &options).unwrap();
    let id = crate::dialog::id::random();
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
         VALUES ($1, 1, 1, 1, $1, 7, 2, 2, $1, $1, $2, $2, $2, 'genericaccessresource', '{}', '{}')",
    )
    .bind(id)
    .bind(at(0))
    .execute(store.request())
    .await
    .unwrap();
    sqlx::query("INSERT INTO dialog_search (dialog_id, party_id, vec) VALUES ($1, 1, '')")
        .bind(id)
        .execute(store.request())
        .await
        .unwrap();
    (store, id)
}

async fn row(pool: &Pool, query: &'static str) -> PgRow {
    sqlx::query(query).fetch_one(pool).await.unwrap()
}

fn transmission(kind: DialogTransmissionType, title: &str) -> Transmission {
    let title = Localization {
        value: title.to_owned(),
        language_code: LanguageCode::parse("se").unwrap(),
    };
    Transmission {
        id: crate::dialog::id::random(),
        idempotent_key: None,
        created_at: at(1),
        kind,
        related_id: None,
        is_authorized: None,
        body: TransmissionBody {
            authorization_attribute: None,
            extended_type: None,
            external_reference: None,
            sender: Actor::service_owner(),
            content: Some(TransmissionContent {
                title: ContentValue {
                    value: vec![title],
                    media_type: MediaType::Plain,
                    is_authorized: None,
                },
                summary: None,
                content_reference: None,
            }),
            attachments: Vec::new(),
            navigational_actions: Vec::new(),
        },
    }
}

fn activity(kind: DialogActivityType, second: i64, transmission: Option<Uuid>) -> Activity {
    Activity {
        id: crate::dialog::id::random(),
        created_at: at(second),
        kind,
        transmission_id: transmission,
        body: ActivityBody {
            extended_type: None,
            performed_by: Actor::service_owner(),
            description: Vec::new(),
        },
    }
}

/// What is added, by a service owner who tells everybody.
fn addition<'a>(
    host: &'a Host,
    transmissions: &'a [Transmission],
    activities: &'a [Activity],
) -> Addition<'a> {
    let from_party = transmissions.iter().any(|t| t.kind.is_from_party());
    Addition {
        host,
        expected: None,
        transmissions,
        activities,
        claimed: &[],
        effects: if activities.is_empty() {
            Effects::of_transmission(None, false, from_party, at(2))
        } else {
            Effects::of_activity(None, false, at(2))
        },
        labelled: &[],
        revision: crate::dialog::id::random(),
        end_user_revision: crate::dialog::id::random(),
        events: &[],
        hold_until: None,
        now: at(2),
    }
}

async fn add_transmissions(
    store: &Store,
    dialog: Uuid,
    kinds: &[DialogTransmissionType],
) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for kind in kinds {
        let host = store.host(dialog, None, None).await.unwrap().unwrap();
        let new = [transmission(*kind, "x")];
        store.add_parts(&addition(&host, &new, &[])).await.unwrap();
        ids.push(new[0].id);
    }
    ids
}

/// Opens a transmission as often as it takes.
async fn open(store: &Store, dialog: Uuid, transmission: Uuid) {
    let new = [activity(
        DialogActivityType::TransmissionOpened,
        3,
        Some(transmission),
    )];
    loop {
        let host = store
            .host(dialog, Some(transmission), None)
            .await
            .unwrap()
            .unwrap();
        let opening = Addition {
            expected: Some(host.revision),
            ..addition(&host, &[], &new)
        };
        match store.add_parts(&opening).await {
            Ok(()) => return,
            Err(NotAdded::Outdated) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_hundred_transmissions_at_once_are_all_added_counted_and_found() {
    let (store, dialog) = store_with_dialog().await;
    let host = store.host(dialog, None, None).await.unwrap().unwrap();
    let adding = (0..100).map(|n| {
        let (store, host) = (&store, &host);
        async move {
            let kind = if n % 4 == 0 {
                DialogTransmissionType::Submission
            } else {
                DialogTransmissionType::Information
            };
            let new = [transmission(kind, &format!("word{n}"))];
            store.add_parts(&addition(host, &new, &[])).await
        }
    });
    for added in join_all(adding).await {
        added.unwrap();
    }
    let found = row(
        store.request(),
        "SELECT so_transmissions, party_transmissions, label_mask, flags,
                (SELECT count(*) FROM transmission) AS rows, (SELECT length(vec) FROM dialog_search) AS words
           FROM dialog",
    )
    .await;
    assert_eq!(found.get::<i32, _>("so_transmissions"), 75);
    assert_eq!(found.get::<i32, _>("party_transmissions"), 25);
    assert_eq!(found.get::<i64, _>("rows"), 100);
    assert_eq!(found.get::<i32, _>("words"), 100);
    assert_eq!(found.get::<i16, _>("label_mask"), 0b1_0001);
    assert_eq!(found.get::<i32, _>("flags"), 8);
}

#[tokio::test]
async fn the_last_of_many_openings_at_once_leaves_nothing_unopened() {
    use DialogTransmissionType::{Alert, Decision, Information, Submission};
    let (store, dialog) = store_with_dialog().await;
    let kinds = [Information, Alert, Decision, Submission, Information];
    let ids = add_transmissions(&store, dialog, &kinds).await;
    join_all(ids.iter().map(|id| open(&store, dialog, *id))).await;
    let flags = row(store.request(), "SELECT flags FROM dialog").await;
    assert_eq!(flags.get::<i32, _>(0) & 8, 0);

    add_transmissions(&store, dialog, &[Submission]).await;
    let flags = row(store.request(), "SELECT flags FROM dialog").await;
    assert_eq!(flags.get::<i32, _>(0) & 8, 0);
    add_transmissions(&store, dialog, &[Information]).await;
    let flags = row(store.request(), "SELECT flags FROM dialog").await;
    assert_eq!(flags.get::<i32, _>(0) & 8, 8);
}

#[tokio::test]
async fn content_stays_unopened_while_something_else_is() {
    use DialogTransmissionType::Information;
    let (store, dialog) = store_with_dialog().await;
    let ids = add_transmissions(&store, dialog, &[Information, Information]).await;
    for (id, unopened) in [(ids[0], 8), (ids[0], 8), (ids[1], 0)] {
        open(&store, dialog, id).await;
        let flags = row(store.request(), "SELECT flags FROM dialog").await;
        assert_eq!(flags.get::<i32, _>(0) & 8, unopened);
    }
}

#[tokio::test]
async fn the_newest_activity_is_shown_whatever_comes_last() {
    let (store, dialog) = store_with_dialog().await;
    for (second, newest) in [(5, 5), (3, 5), (9, 9), (7, 9)] {
        let host = store.host(dialog, None, None).await.unwrap().unwrap();
        let new = [activity(DialogActivityType::PaymentMade, second, None)];
        store.add_parts(&addition(&host, &[], &new)).await.unwrap();
        let shown = row(
            store.request(),
            "SELECT (latest_activity->>'createdAt')::timestamptz FROM dialog",
        )
        .await;
        assert_eq!(shown.get::<Timestamp, _>(0), at(newest));
    }
}

#[tokio::test]
async fn nothing_is_added_to_a_dialog_that_has_moved_on() {
    let (store, dialog) = store_with_dialog().await;
    let host = store.host(dialog, None, None).await.unwrap().unwrap();
    let new = [transmission(DialogTransmissionType::Alert, "x")];
    let expecting = Addition {
        expected: Some(crate::dialog::id::random()),
        ..addition(&host, &new, &[])
    };
    let outdated = store.add_parts(&expecting).await;
    assert!(matches!(outdated, Err(NotAdded::Outdated)));

    sqlx::query("UPDATE dialog SET flags = flags | 4")
        .execute(store.request())
        .await
        .unwrap();
    let frozen = store.add_parts(&addition(&host, &new, &[])).await;
    assert!(matches!(frozen, Err(NotAdded::Outdated)));
    let rows = row(store.request(), "SELECT count(*) FROM transmission").await;
    assert_eq!(rows.get::<i64, _>(0), 0);
}

#[tokio::test]
async fn an_idempotent_key_is_used_once_even_by_racing_clients() {
    let (store, dialog) = store_with_dialog().await;
    let host = store
        .host(dialog, None, Some("key"))
        .await
        .unwrap()
        .unwrap();
    assert!(!host.is_key_used);
    let adding = (0..8).map(|_| async {
        let mut new = [transmission(DialogTransmissionType::Alert, "x")];
        new[0].idempotent_key = Some("key".to_owned());
        store.add_parts(&addition(&host, &new, &[])).await
    });
    let outcomes = join_all(adding).await;
    assert_eq!(outcomes.iter().filter(|added| added.is_ok()).count(), 1);
    let used = |added: &Result<(), NotAdded>| matches!(added, Err(NotAdded::KeyUsed));
    assert_eq!(outcomes.iter().filter(|added| used(added)).count(), 7);
    let host = store
        .host(dialog, None, Some("key"))
        .await
        .unwrap()
        .unwrap();
    assert!(host.is_key_used);
}

#[tokio::test]
async fn chains_and_answers_are_measured_from_the_transmission_named() {
    let (store, dialog) = store_with_dialog().await;
    let mut chain = Vec::new();
    for _ in 0..103 {
        let host = store.host(dialog, None, None).await.unwrap().unwrap();
        let mut new = [transmission(DialogTransmissionType::Alert, "x")];
        new[0].related_id = chain.last().copied();
        store.add_parts(&addition(&host, &new, &[])).await.unwrap();
        chain.push(new[0].id);
    }
    for (place, depth, answers) in [(0, 1, 1), (98, 99, 1), (102, 101, 0)] {
        let host = store
            .host(dialog, Some(chain[place]), None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((host.depth, host.answers), (Some(depth), answers));
    }
    let unknown = store.host(dialog, Some(Uuid::nil()), None).await;
    assert_eq!(unknown.unwrap().unwrap().depth, None);
}

/// Entries that statements have read of the indexes of transmissions, told by sessions when they end.
async fn entries_read(connection: &mut sqlx::PgConnection) -> i64 {
    loop {
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type = 'client backend'",
        )
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        if open == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    sqlx::query_scalar(
        "SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname = 'transmission'",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn adding_does_not_look_at_all_parts_of_a_long_dialog() {
    let (store, dialog) = store_with_dialog().await;
    // Where most dialogs have two transmissions, planners expect two.
    for statement in [
        "INSERT INTO dialog (id, party_id, resource_id, org_id, revision, status, flags, eu_revision, so_revision,
                             created_at, updated_at, content_updated_at, resource_type, list, detail)
         SELECT gen_random_uuid(), 1, 1, 1, d.id, 7, 0, d.id, d.id, d.created_at, d.updated_at, d.content_updated_at,
                '', '{}', '{}'
           FROM dialog d, generate_series(1, 3000)",
        "INSERT INTO transmission (dialog_id, id, party_id, created_at, type, doc)
         SELECT d.id, gen_random_uuid(), 1, d.created_at, 1, '{}' FROM dialog d, generate_series(1, 2)",
        "INSERT INTO transmission (dialog_id, id, party_id, created_at, type, doc, related_id)
         SELECT d.id, lpad(n::text, 32, '0')::uuid, 1, d.created_at, 1, '{}', lpad((n - 1)::text, 32, '0')::uuid
           FROM dialog d, generate_series(1, 3000) AS n WHERE d.flags = 2",
        "VACUUM ANALYZE dialog, transmission",
    ] {
        sqlx::raw_sql(statement)
            .execute(store.request())
            .await
            .unwrap();
    }
    let options = store.direct().clone();
    store.close().await;
    let mut watcher = <sqlx::PgConnection as sqlx::Connection>::connect_with(&options)
        .await
        .unwrap();
    let before = entries_read(&mut watcher).await;

    let store = Store::open(&Config::default(), &options).unwrap();
    let last = Uuid::try_parse("00000000-0000-0000-0000-000000003000").unwrap();
    let host = store.host(dialog, Some(last), None).await.unwrap().unwrap();
    let opened = [activity(
        DialogActivityType::TransmissionOpened,
        5,
        Some(last),
    )];
    store
        .add_parts(&addition(&host, &[], &opened))
        .await
        .unwrap();
    store.close().await;
    let read = entries_read(&mut watcher).await - before;
    // The chain above it is followed for a hundred steps.
    assert!(read < 500, "{read}");
}
