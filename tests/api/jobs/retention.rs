//! Purging what was deleted or expired long ago.

use std::collections::BTreeMap;

use dialogporten::{
    config::{Config, OrganizationRetention},
    jobs::{Failure, Options},
};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::runs;
use crate::support::{Town, activity, attachment, content, gui_action, transmission};

fn quick() -> Options {
    Options {
        pause: Some(std::time::Duration::ZERO),
        ..Options::default()
    }
}

async fn town(change: impl FnOnce(&mut Config)) -> Town {
    Town::build().alone().stopped().config(change).open().await
}

/// A dialog that has rows in every table that can belong to one.
async fn a_rich_dialog(town: &Town, changes: Value) -> Uuid {
    let mut dialog = town.a_dialog_with(json!({
        "searchTags": [{"value": "tag"}], "systemLabel": "Archive", "process": "urn:test:process:1",
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
        "content": {"title": content("T"), "summary": content("S")},
        "guiActions": [gui_action("read")], "attachments": [crate::support::with(attachment(), json!({"id": town.id()}))],
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
    }));
    dialog = crate::support::with(dialog, changes);
    let id = town.owner().creates(dialog).await;
    town.person().opens(&id).await.is(200);
    id.parse().unwrap()
}

/// How many rows each table has of a dialog.
async fn rows(town: &Town, dialog: Uuid) -> BTreeMap<String, i64> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.columns
          WHERE table_schema = 'public' AND column_name = 'dialog_id' AND table_name NOT LIKE 'outbox%'",
    )
    .fetch_all(town.database())
    .await
    .unwrap();
    let mut rows = BTreeMap::new();
    for (table, column) in tables
        .into_iter()
        .map(|table| (table, "dialog_id"))
        .chain([("dialog".to_owned(), "id")])
    {
        let statement = format!("SELECT count(*) FROM {table} WHERE {column} = $1");
        let count = sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(dialog)
            .fetch_one(town.database())
            .await
            .unwrap();
        rows.insert(table, count);
    }
    rows
}

/// The events of a dialog, without their ids and that of the dialog.
async fn events(town: &Town, dialog: Uuid) -> Vec<Value> {
    let bodies: Vec<Value> =
        sqlx::query_scalar("SELECT body - 'id' FROM outbox WHERE dialog_id = $1 ORDER BY seq")
            .bind(dialog)
            .fetch_all(town.database())
            .await
            .unwrap();
    bodies
        .into_iter()
        .map(|body| body.to_string().replace(&dialog.to_string(), "it"))
        .map(|body| serde_json::from_str(&body).unwrap())
        .collect()
}

fn deletions(events: &[Value]) -> usize {
    let deleted = |event: &&Value| event["type"] == "dialogporten.dialog.deleted.v1";
    events.iter().filter(deleted).count()
}

#[tokio::test]
async fn it_is_off_until_somebody_says_how_long_dialogs_are_kept() {
    let town = town(|_| ()).await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&id).await;
    town.waits(100_000_000);
    let refused = runs(&town, "retention", quick()).await.unwrap_err();
    assert!(matches!(refused, Failure::Usage(_)), "{refused}");
    town.admin().owns(&id).await.is(200);
}

#[tokio::test]
async fn dialogs_deleted_long_ago_go_with_all_that_belongs_to_them_and_without_another_event() {
    let town = town(|config| config.retention.deleted_days = 30).await;
    let gone = a_rich_dialog(&town, json!({})).await;
    let purged = a_rich_dialog(&town, json!({})).await;
    let live = a_rich_dialog(&town, json!({"expiresAt": town.after(60)})).await;
    let before = rows(&town, gone).await;
    // Only of many words there is more than one row.
    let rare = "dialog_search_tail";
    assert!(
        before
            .iter()
            .all(|(table, count)| *count > 0 || table == rare),
        "{before:?}"
    );
    for id in [gone, purged] {
        town.owner().deletes(&id.to_string()).await;
    }
    town.waits(30 * 86_400 - 1);
    let late = a_rich_dialog(&town, json!({})).await;
    town.owner().deletes(&late.to_string()).await;
    let report = runs(&town, "retention", quick()).await.unwrap();
    assert_eq!(report.count("deleted dialogs purged"), 0);

    // Exactly then is not yet longer.
    town.clock
        .advance(chrono::Duration::microseconds(1_000_001));
    let (told, kept) = (events(&town, gone).await, rows(&town, live).await);
    let dry = Options {
        dry_run: true,
        ..Options::default()
    };
    let report = runs(&town, "retention", dry).await.unwrap();
    assert_eq!(report.count("deleted dialogs to purge"), 2);
    assert_eq!(rows(&town, gone).await, before);

    town.owner().purges(&purged.to_string()).await;
    let report = runs(&town, "retention", quick()).await.unwrap();
    assert_eq!(report.count("deleted dialogs purged"), 1);
    assert_eq!(rows(&town, gone).await, rows(&town, purged).await);
    assert!(rows(&town, gone).await.values().all(|count| *count == 0));
    assert_eq!(events(&town, gone).await, told);
    assert_eq!(deletions(&told), 1);
    assert_eq!(rows(&town, live).await, kept);
    town.admin().owns(&late.to_string()).await.is(200);
}

#[tokio::test]
async fn of_expired_dialogs_the_world_hears_the_same_as_from_a_purge() {
    let town = town(|config| config.retention.expired_days = 7).await;
    let expires = json!({"expiresAt": town.after(60)});
    let gone = a_rich_dialog(&town, expires.clone()).await;
    let purged = a_rich_dialog(&town, expires.clone()).await;
    let deleted = a_rich_dialog(&town, expires).await;
    let later = a_rich_dialog(&town, json!({"expiresAt": town.after(61)})).await;
    town.owner().deletes(&deleted.to_string()).await;
    town.waits(60 + 7 * 86_400);
    let report = runs(&town, "retention", quick()).await.unwrap();
    assert_eq!(report.count("expired dialogs purged"), 0);

    // Exactly then is not yet longer.
    town.clock.advance(chrono::Duration::microseconds(1));
    town.owner().purges(&purged.to_string()).await;
    let report = runs(&town, "retention", quick()).await.unwrap();
    assert_eq!(report.count("expired dialogs purged"), 2);
    for id in [gone, deleted] {
        assert!(rows(&town, id).await.values().all(|count| *count == 0));
        assert_eq!(deletions(&events(&town, id).await), 1);
    }
    let told = events(&town, gone).await;
    assert_eq!(told.last(), events(&town, purged).await.last());
    town.owner().owns(&later.to_string()).await.is(200);
}

#[tokio::test]
async fn each_organization_may_have_a_time_of_its_own() {
    for (own, all, is_kept) in [(0, 1, true), (1, 0, false), (3, 1, true), (1, 3, false)] {
        let mut build = Town::build().alone().stopped();
        // However it is spelled.
        let org = build.directory.owner.0.to_uppercase();
        build = build.config(|config| {
            config.retention.deleted_days = all;
            config.retention.organizations = vec![OrganizationRetention {
                org,
                deleted_days: own,
                expired_days: 0,
            }];
        });
        let town = build.open().await;
        let id = town.owner().creates(town.a_dialog()).await;
        town.owner().deletes(&id).await;
        town.waits(2 * 86_400);
        runs(&town, "retention", quick()).await.unwrap();
        let status = town.admin().owns(&id).await.status.as_u16();
        assert_eq!(status == 200, is_kept, "{own} {all}: {status}");
    }
}

#[tokio::test]
async fn many_dialogs_go_in_batches_and_their_pairs_with_them() {
    let town = town(|config| config.retention.deleted_days = 1).await;
    for _ in 0..7 {
        let id = town.owner().creates(town.a_dialog()).await;
        town.owner().deletes(&id).await;
    }
    let kept = json!({"party": town.company_urn()});
    town.owner().creates(town.a_dialog_with(kept)).await;
    town.waits(2 * 86_400);
    let report = runs(
        &town,
        "retention",
        Options {
            batch: Some(3),
            ..quick()
        },
    )
    .await
    .unwrap();
    assert_eq!(report.count("deleted dialogs purged"), 7);
    assert_eq!(report.count("batches"), 3);
    assert_eq!(report.count("pairs removed"), 1);
    let pairs: i64 = sqlx::query_scalar("SELECT count(*) FROM pair")
        .fetch_one(town.database())
        .await
        .unwrap();
    assert_eq!(pairs, 1);
}

#[tokio::test]
async fn a_dialog_that_cannot_be_purged_keeps_no_other_from_it() {
    let town = town(|config| {
        config.retention.deleted_days = 1;
        config.retention.expired_days = 1;
    })
    .await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = town.owner().creates(town.a_dialog()).await;
        town.owner().deletes(&id).await;
        town.waits(1);
        ids.push(id);
    }
    let dialog = town.a_dialog_with(json!({"expiresAt": town.after(60)}));
    let expired = town.owner().creates(dialog).await;
    let refuse = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
         CREATE TRIGGER refuse BEFORE DELETE ON dialog FOR EACH ROW WHEN (OLD.id = '{}') EXECUTE FUNCTION refuse()",
        ids[1]
    );
    sqlx::raw_sql(AssertSqlSafe(refuse))
        .execute(town.database())
        .await
        .unwrap();
    town.waits(3 * 86_400);
    let options = Options {
        batch: Some(2),
        ..quick()
    };
    for (deleted, expired) in [(4, 1), (0, 0)] {
        let outcome = runs(&town, "retention", options.clone()).await;
        let Err(Failure::Partial(report)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(report.count("deleted dialogs purged"), deleted);
        assert_eq!(report.count("expired dialogs purged"), expired);
        assert_eq!(report.count("dialogs that failed"), 1);
    }
    town.admin().owns(&ids[1]).await.is(200);
    town.admin().owns(&ids[0]).await.is(404);
    town.admin().owns(&expired).await.is(404);
}
