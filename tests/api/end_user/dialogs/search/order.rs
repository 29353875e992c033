//! In which order dialogs are found.

use serde_json::json;

use super::{finds, later, places};
use crate::support::Town;

/// Four dialogs: created in this order, updated in the opposite one, due on different days, the last but one never.
async fn four(town: &Town) -> Vec<String> {
    let day = |n: usize| format!("2020-01-{n:02}T00:00:00Z");
    let mut created = Vec::new();
    for (n, due) in [(1, Some(2)), (2, Some(1)), (3, None), (4, Some(3))] {
        let due = due.map(|day| format!("2093-01-0{day}T00:00:00Z"));
        let given = json!({"createdAt": day(n), "updatedAt": day(20 - n), "dueAt": due});
        created.push(later(town, given).await);
    }
    created
}

#[tokio::test]
async fn every_key_orders_both_ways() {
    let town = Town::new().await;
    let created = four(&town).await;
    for (order, effective, expected) in [
        (None, "contentupdatedat_desc,id_desc", [0, 1, 2, 3]),
        (
            Some("contentUpdatedAt"),
            "contentupdatedat_desc,id_desc",
            [0, 1, 2, 3],
        ),
        (
            Some("contentUpdatedAt_asc"),
            "contentupdatedat_asc,id_desc",
            [3, 2, 1, 0],
        ),
        (
            Some("updatedAt_desc"),
            "updatedat_desc,id_desc",
            [0, 1, 2, 3],
        ),
        (Some("updatedAt_ASC"), "updatedat_asc,id_desc", [3, 2, 1, 0]),
        (Some("createdAt"), "createdat_desc,id_desc", [3, 2, 1, 0]),
        (Some("createdat_asc"), "createdat_asc,id_desc", [0, 1, 2, 3]),
        (Some("dueAt_asc"), "dueat_asc,id_desc", [1, 0, 3, 2]),
        (Some("dueAt_desc"), "dueat_desc,id_desc", [2, 3, 0, 1]),
        (
            Some(" createdAt _ asc , dueAt "),
            "createdat_asc,dueat_desc,id_desc",
            [0, 1, 2, 3],
        ),
        (Some("id_asc"), "contentupdatedat_desc,id_asc", [0, 1, 2, 3]),
        (
            Some("id_asc,createdAt_asc"),
            "createdat_asc,id_asc",
            [0, 1, 2, 3],
        ),
        (Some(","), "contentupdatedat_desc,id_desc", [0, 1, 2, 3]),
        (Some("createdAt_1"), "createdat_asc,id_desc", [0, 1, 2, 3]),
        (Some("createdAt_2"), "createdat_desc,id_desc", [3, 2, 1, 0]),
        (
            Some("createdAt,CREATEDAT"),
            "createdat_desc,createdat_desc,id_desc",
            [3, 2, 1, 0],
        ),
    ] {
        let parameters: Vec<_> = order.map(|order| ("orderBy", order)).into_iter().collect();
        let page = finds(&town, &parameters)
            .await
            .is(200)
            .has("/orderBy", effective);
        assert_eq!(places(&created, &page), expected, "{order:?}");
    }
}

#[tokio::test]
async fn what_is_equal_is_ordered_by_id() {
    let town = Town::new().await;
    let time = json!({"createdAt": "2020-01-01T00:00:00Z", "updatedAt": "2020-01-01T00:00:00Z"});
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(later(&town, time.clone()).await);
    }
    ids.sort_unstable();
    for (order, descends) in [
        ("createdAt_asc", true),
        ("createdAt_asc,id_asc", false),
        ("dueAt,id_desc", true),
    ] {
        let mut found = finds(&town, &[("orderBy", order)]).await.is(200).ids();
        if descends {
            found.reverse();
        }
        assert_eq!(found, ids, "{order}");
    }
}

#[tokio::test]
async fn free_text_has_no_ranking() {
    let town = Town::new().await;
    let mut created = Vec::new();
    for title in ["once word", "word word word", "a word"] {
        created.push(super::titled(&town, title).await);
    }
    let page = finds(&town, &[("search", "word")]).await.is(200);
    assert_eq!(places(&created, &page), [2, 1, 0]);
}
