//! How the use of the API is counted.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::json;
use sqlx::Row;

use crate::support::{FOUND, OWNED, Town, routes_of_end_users, routes_of_owners};

/// What was counted: operation, tag, caller, owner, resource, status, and how often.
async fn counted(town: &Town) -> BTreeMap<[String; 6], i64> {
    town.app.keep_usage().await;
    let rows = sqlx::query(
        "SELECT operation, tag, caller_org, owner_org, resource, status, sum(requests)::bigint FROM api_usage GROUP BY 1, 2, 3, 4, 5, 6",
    )
    .fetch_all(town.database())
    .await
    .unwrap();
    rows.iter()
        .map(|row| (std::array::from_fn(|i| row.get(i)), row.get(6)))
        .collect()
}

fn row(texts: [&str; 6]) -> [String; 6] {
    texts.map(ToOwned::to_owned)
}

#[tokio::test]
async fn requests_are_counted_with_their_caller_and_the_owner_of_what_they_are_about() {
    let town = Town::build().alone().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().owns(&id).await.is(200);
    town.owner().owns(&id).await.is(200);
    town.owner()
        .replaces(&id, "/progress", json!(7))
        .await
        .is(204);
    town.neighbour("").owns(&id).await.is(404);
    town.person().opens(&id).await.is(200);
    town.person()
        .finds(&format!("party={}", town.party()))
        .await
        .is(200);
    let acting = format!(
        "{OWNED}?EndUserId={}&serviceResource={}",
        town.party(),
        town.resource_urn()
    );
    town.owner().get(&acting).await.is(200);
    town.owner().purges(&id).await;
    town.nobody().get("/api/v1/metadata/limits").await.is(200);
    // None of these is anybody's.
    town.nobody().get("/health").await.is(200);
    town.nobody().get("/swagger/v1/swagger.json").await.is(200);
    town.nobody().get(&format!("{FOUND}/{id}")).await.is(401);
    town.person().get(&format!("{OWNED}/{id}")).await.is(403);
    town.owner().get("/nowhere").await.is(404);

    let (us, them, urn) = (
        &town.number,
        &town.directory.neighbour.1,
        &town.resource_urn(),
    );
    let one = "serviceowner/dialogs/{dialogId}";
    let of =
        |operation, tag: &str, caller: &str, status| row([operation, tag, caller, us, urn, status]);
    let expected = BTreeMap::from([
        (
            of(
                "serviceowner.dialog.create",
                "POST_api/v1/serviceowner/dialogs",
                us,
                "success",
            ),
            1,
        ),
        (
            of(
                "serviceowner.dialog.get",
                &format!("GET_api/v1/{one}"),
                us,
                "success",
            ),
            2,
        ),
        (
            of(
                "serviceowner.dialog.get",
                &format!("GET_api/v1/{one}"),
                them,
                "failure",
            ),
            1,
        ),
        (
            of(
                "serviceowner.dialog.get",
                &format!("PATCH_api/v1/{one}"),
                us,
                "success",
            ),
            1,
        ),
        (
            of(
                "serviceowner.dialog.update",
                &format!("PATCH_api/v1/{one}"),
                us,
                "success",
            ),
            1,
        ),
        (
            of(
                "enduser.dialog.get",
                "GET_api/v1/enduser/dialogs/{dialogId}",
                "",
                "success",
            ),
            1,
        ),
        (
            of(
                "serviceowner.dialog.purge",
                &format!("POST_api/v1/{one}/actions/purge"),
                us,
                "success",
            ),
            1,
        ),
        (
            row([
                "enduser.dialog.search",
                "GET_api/v1/enduser/dialogs",
                "",
                "",
                "",
                "success",
            ]),
            1,
        ),
        (
            row([
                "serviceowner.dialog.search",
                "GET_api/v1/serviceowner/dialogs_EndUserId",
                us,
                "",
                "",
                "success",
            ]),
            1,
        ),
        (
            row([
                "metadata.limits",
                "GET_api/v1/metadata/limits",
                "",
                "",
                "",
                "success",
            ]),
            1,
        ),
    ]);
    assert_eq!(counted(&town).await, expected);
}

#[tokio::test]
async fn every_route_is_counted_once_and_a_patch_twice() {
    let town = Town::build().alone().open().await;
    let (dialog, part) = (town.id(), town.id());
    let mut expected = 0;
    for (caller, routes) in [
        (town.admin(), routes_of_owners(&dialog, &part)),
        (town.person(), routes_of_end_users(&dialog, &part)),
    ] {
        for (method, path) in routes {
            expected += if method == Method::PATCH { 2 } else { 1 };
            let answer = caller.send(method, &path, &json!({})).await;
            assert!(!answer.status.is_server_error(), "{}", answer.asked);
            assert!(
                ![401, 403].contains(&answer.status.as_u16()) || answer.text.contains("Forbidden"),
                "{}",
                answer.asked
            );
        }
    }
    let counted = counted(&town).await;
    assert_eq!(counted.values().sum::<i64>(), expected, "{counted:#?}");
}

#[tokio::test]
async fn counts_wait_for_a_database_that_is_away_and_add_up() {
    let town = Town::build().alone().counting().open().await;
    town.nobody().get("/api/v1/metadata/limits").await.is(200);
    town.proxy.as_ref().unwrap().cuts_off();
    town.app.keep_usage().await;
    town.nobody().get("/api/v1/metadata/limits").await.is(200);
    town.app.keep_usage().await;
    town.proxy.as_ref().unwrap().lets_pass();
    assert_eq!(counted(&town).await.into_values().collect::<Vec<_>>(), [2]);
    town.nobody().get("/api/v1/metadata/limits").await.is(200);
    assert_eq!(counted(&town).await.into_values().collect::<Vec<_>>(), [3]);
}
