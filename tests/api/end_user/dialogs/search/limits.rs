//! Searches that take too long or are too many at once.

use futures_util::future::join_all;
use serde_json::json;
use sqlx::Connection;

use super::{finds, later, query};
use crate::support::Town;

#[tokio::test]
async fn a_search_that_takes_too_long_is_told_to_be_narrower() {
    let town = Town::build()
        .alone()
        .config(|config| config.limits.search_statement_timeout_seconds = 1)
        .open()
        .await;
    let id = later(&town, json!({})).await;
    let mut lock = sqlx::PgConnection::connect_with(&town.options)
        .await
        .unwrap();
    let mut held = lock.begin().await.unwrap();
    sqlx::query("LOCK TABLE dialog IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .unwrap();
    let answer = finds(&town, &[]).await.refuses(422, &["Search"]);
    assert!(
        answer.messages("Search")[0].contains("contentUpdatedAfter"),
        "{}",
        answer.text
    );
    held.rollback().await.unwrap();
    assert_eq!(finds(&town, &[]).await.is(200).ids(), [id]);
}

#[tokio::test]
async fn fifty_searches_on_the_fewest_connections_are_all_answered() {
    let town = Town::build().alone().open().await;
    let id = later(&town, json!({})).await;
    let person = town.person();
    let asked = query(&[("party", &town.party()), ("search", "tittel")]);
    for answer in join_all((0..50).map(|_| person.finds(&asked))).await {
        if answer.status == 503 {
            assert_eq!(answer.header("retry-after"), "2");
        } else {
            assert_eq!(answer.is(200).ids(), [id.as_str()]);
        }
    }
}
