//! Forgetting pairs of party and resource that have no dialogs left.

use dialogporten::jobs::Options;
use serde_json::json;
use sqlx::Connection;

use super::runs;
use crate::support::{OWNED, Town, organization_number};

async fn pairs(town: &Town) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM pair")
        .fetch_one(town.database())
        .await
        .unwrap()
}

fn quick() -> Options {
    Options {
        batch: Some(2),
        pause: Some(std::time::Duration::ZERO),
        ..Options::default()
    }
}

#[tokio::test]
async fn pairs_go_when_the_last_dialog_is_gone_and_come_back_with_the_next() {
    let town = Town::build().alone().open().await;
    let party = format!(
        "urn:altinn:organization:identifier-no:{}",
        organization_number()
    );
    let purged = town.owner().creates(town.a_dialog()).await;
    let other = town.a_dialog_with(json!({"party": party}));
    let deleted = town.owner().creates(other.clone()).await;
    let third = town.a_dialog_with(json!({"party": town.company_urn()}));
    town.owner().creates(third).await;
    town.owner().purges(&purged).await;
    town.owner().deletes(&deleted).await;
    assert_eq!(pairs(&town).await, 3);

    let dry = Options {
        dry_run: true,
        ..quick()
    };
    let report = runs(&town, "pairs", dry).await.unwrap();
    assert_eq!(report.count("pairs to remove"), 1);
    assert_eq!(pairs(&town).await, 3);

    let report = runs(&town, "pairs", quick()).await.unwrap();
    assert_eq!(report.count("pairs examined"), 3);
    assert_eq!(report.count("pairs removed"), 1);
    assert_eq!(pairs(&town).await, 2);

    let id = town.owner().creates(town.a_dialog()).await;
    assert_eq!(pairs(&town).await, 3);
    let query = format!("party={}", town.party());
    assert_eq!(town.person().finds(&query).await.is(200).ids(), [id]);
    let report = runs(&town, "pairs", quick()).await.unwrap();
    assert_eq!(report.count("pairs removed"), 0);
}

#[tokio::test]
async fn a_dialog_that_is_being_created_keeps_its_pair() {
    let town = Town::build().alone().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let mut creating = sqlx::PgConnection::connect_with(&town.options)
        .await
        .unwrap();
    sqlx::raw_sql("CREATE TABLE saved AS SELECT * FROM dialog; CREATE TABLE no_pair AS SELECT * FROM pair WHERE false")
        .execute(&mut creating)
        .await
        .unwrap();
    town.owner().purges(&id).await;
    // As a statement that creates a dialog of a pair that is there: it locks the table and no row of it.
    let mut transaction = creating.begin().await.unwrap();
    sqlx::raw_sql("INSERT INTO dialog SELECT * FROM saved; INSERT INTO pair SELECT * FROM no_pair")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let store = town.app.store();
    let examined = store.examine_pairs(None, 10).await.unwrap();
    assert_eq!(examined.empty.len(), 1, "the dialog is not visible yet");
    assert_eq!(store.drop_empty_pairs(&examined.empty).await.unwrap(), None);
    transaction.commit().await.unwrap();
    let dropped = store.drop_empty_pairs(&examined.empty).await.unwrap();
    assert_eq!(dropped, Some(0));
    assert_eq!(pairs(&town).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_dialog_loses_its_pair_however_creating_and_cleaning_race() {
    let town = Town::build().alone().open().await;
    let flicker = async {
        for _ in 0..60 {
            let id = town.owner().creates(town.a_dialog()).await;
            let lost: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM dialog d
                  WHERE NOT EXISTS (SELECT FROM pair p
                                     WHERE p.party_id = d.party_id AND p.resource_id = d.resource_id)",
            )
            .fetch_one(town.database())
            .await
            .unwrap();
            assert_eq!(lost, 0);
            town.owner()
                .ask(
                    axum::http::Method::POST,
                    &format!("{OWNED}/{id}/actions/purge"),
                    &[],
                )
                .await
                .is(204);
        }
    };
    let store = town.app.store();
    let clean = async {
        loop {
            let examined = store.examine_pairs(None, 10).await.unwrap();
            if !examined.empty.is_empty() {
                store.drop_empty_pairs(&examined.empty).await.unwrap();
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = flicker => {}
        () = clean => {}
    }
}
