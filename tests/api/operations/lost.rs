//! A database that has lost its last transactions.

use crate::support::Town;

#[tokio::test]
async fn a_party_whose_number_is_lost_gets_another() {
    let town = Town::build().alone().open().await;
    town.owner().creates(town.a_dialog()).await;
    // As after a failover to a standby that had not heard of it.
    sqlx::raw_sql("TRUNCATE dialog, pair, party, resource, org CASCADE")
        .execute(town.database())
        .await
        .unwrap();
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().owns(&id).await.is(200);
    let parties: Vec<String> = sqlx::query_scalar("SELECT urn FROM party")
        .fetch_all(town.database())
        .await
        .unwrap();
    assert_eq!(parties, [town.party()]);
}
