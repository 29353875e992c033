//! Each filter alone, and all of them together.

use serde_json::{Value, json};

use super::{finds, later, places};
use crate::support::{Town, transmission};

/// Parameters of a search, and the places of the dialogs that it finds.
type Search<'a> = (&'a [(&'a str, &'a str)], &'a [usize]);

/// Dialogs with these changes, and which of them a search finds.
async fn found(town: &Town, dialogs: &[Value], searches: &[Search<'_>]) {
    let mut created = Vec::new();
    for changes in dialogs {
        created.push(later(town, changes.clone()).await);
    }
    for (parameters, expected) in searches {
        let page = finds(town, parameters).await.is(200);
        let mut found = places(&created, &page);
        found.sort_unstable();
        assert_eq!(found, *expected, "{parameters:?}");
    }
}

#[tokio::test]
async fn texts_match_exactly() {
    let town = Town::new().await;
    let dialogs = [
        json!({"externalReference": "Ref", "extendedStatus": "One", "process": "urn:x:y"}),
        json!({"externalReference": "ref", "extendedStatus": "two", "process": "urn:x:z"}),
        json!({}),
    ];
    found(
        &town,
        &dialogs,
        &[
            (&[("externalReference", "Ref")], &[0]),
            (&[("externalReference", "Re")], &[]),
            (&[("externalReference", "")], &[]),
            (&[("extendedStatus", "One")], &[0]),
            (&[("extendedStatus", "one")], &[]),
            (
                &[("extendedStatus", "One"), ("extendedStatus", "two")],
                &[0, 1],
            ),
            (&[("process", "urn:x:y")], &[0]),
            (&[("process", "urn:x")], &[]),
            (&[("org", &town.org)], &[0, 1, 2]),
            (&[("org", &town.org.to_uppercase())], &[]),
            (&[("org", "nobody"), ("org", &town.org)], &[0, 1, 2]),
            (
                &[("serviceResource", &town.resource_urn().to_uppercase())],
                &[0, 1, 2],
            ),
            (&[("serviceResource", "urn:altinn:resource:x")], &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn one_of_several_states_is_enough() {
    let town = Town::new().await;
    let dialogs =
        ["NotApplicable", "Draft", "Awaiting", "New"].map(|status| json!({"status": status}));
    found(
        &town,
        &dialogs,
        &[
            (&[("status", "NotApplicable")], &[0, 3]),
            (&[("status", "draft"), ("status", "awaiting")], &[1, 2]),
            (&[("status", "Completed")], &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn all_of_several_labels_are_needed() {
    let town = Town::new().await;
    let sent = json!([transmission("Submission")]);
    let dialogs = [
        json!({}),
        json!({"systemLabel": "Bin"}),
        json!({"systemLabel": "Archive"}),
        json!({"systemLabel": "Bin", "transmissions": sent}),
        json!({"transmissions": sent}),
    ];
    found(
        &town,
        &dialogs,
        &[
            (&[], &[0, 1, 2, 3, 4]),
            (&[("systemLabel", "Bin")], &[1, 3]),
            (&[("systemLabel", "Default")], &[0, 4]),
            (&[("systemLabel", "Sent")], &[3, 4]),
            (&[("systemLabel", "Bin"), ("systemLabel", "sent")], &[3]),
            (&[("systemLabel", "Bin"), ("systemLabel", "Archive")], &[]),
            (&[("systemLabel", "MarkedAsUnopened")], &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn spans_include_both_ends_and_leave_out_what_has_no_such_time() {
    let town = Town::build().stopped().open().await;
    let old = |day: u32| format!("2020-01-0{day}T00:00:00.0000000Z");
    let dialog = |day: u32| json!({"createdAt": old(day), "updatedAt": old(day + 1), "dueAt": format!("2093-01-0{day}T00:00:00Z")});
    let dialogs = [
        dialog(1),
        dialog(3),
        dialog(5),
        json!({"createdAt": old(7), "updatedAt": old(8)}),
    ];
    found(
        &town,
        &dialogs,
        &[
            (&[("createdAfter", &old(3))], &[1, 2, 3]),
            (&[("createdBefore", &old(3))], &[0, 1]),
            (
                &[("createdAfter", &old(3)), ("createdBefore", &old(3))],
                &[1],
            ),
            (
                &[("createdAfter", "2020-01-03T00:00:00.0000001Z")],
                &[1, 2, 3],
            ),
            (&[("createdAfter", "2020-01-03T00:00:00.000001Z")], &[2, 3]),
            (&[("createdAfter", "2020-01-03T02:00:00+02:00")], &[1, 2, 3]),
            (
                &[("createdAfter", "01/03/2020 00:00:00 +00:00")],
                &[1, 2, 3],
            ),
            (&[("updatedAfter", &old(6))], &[2, 3]),
            (&[("updatedBefore", &old(2))], &[0]),
            (&[("contentUpdatedAfter", &old(6))], &[2, 3]),
            (&[("contentUpdatedBefore", &old(4))], &[0, 1]),
            (&[("dueAfter", "2093-01-03T00:00:00Z")], &[1, 2]),
            (&[("dueBefore", "2093-01-03T00:00:00Z")], &[0, 1]),
            (&[("dueAfter", "")], &[0, 1, 2, 3]),
        ],
    )
    .await;
}

#[tokio::test]
async fn dialogs_for_systems_are_found_unless_they_are_excluded() {
    let town = Town::new().await;
    let dialogs = [
        json!({}),
        json!({"isApiOnly": true}),
        json!({"isApiOnly": true, "content": null}),
    ];
    found(
        &town,
        &dialogs,
        &[
            (&[], &[0, 1, 2]),
            (&[("excludeApiOnly", "true")], &[0]),
            (&[("excludeApiOnly", "false")], &[0, 1, 2]),
        ],
    )
    .await;
    let page = finds(&town, &[]).await;
    let contents: Vec<_> = page
        .list_at("/items")
        .iter()
        .map(|item| item.get("content").is_some())
        .collect();
    assert_eq!(contents, [false, true, true]);
}

#[tokio::test]
async fn seen_and_unseen_are_told_apart_also_after_a_mark() {
    let town = Town::new().await;
    let created = [later(&town, json!({})).await, later(&town, json!({})).await];
    let seen = async |wanted: &str| {
        places(
            &created,
            &finds(&town, &[("isContentSeen", wanted)]).await.is(200),
        )
    };
    assert_eq!(
        (seen("true").await, seen("false").await),
        (vec![], vec![1, 0])
    );
    town.person().opens(&created[1]).await.is(200);
    assert_eq!(
        (seen("true").await, seen("false").await),
        (vec![1], vec![0])
    );
    town.person()
        .labels(&created[1], &["MarkedAsUnopened"], &[])
        .await
        .is(204);
    assert_eq!(
        (seen("true").await, seen("false").await),
        (vec![], vec![1, 0])
    );
    town.person().opens(&created[1]).await.is(200);
    assert_eq!(
        (seen("true").await, seen("false").await),
        (vec![1], vec![0])
    );
}

#[tokio::test]
async fn all_filters_at_once_are_answered() {
    let town = Town::build().stopped().open().await;
    let given = json!({
        "externalReference": "Ref", "extendedStatus": "One", "process": "urn:x:y", "status": "Draft",
        "createdAt": "2020-01-03T00:00:00Z", "updatedAt": "2020-01-04T00:00:00Z", "dueAt": "2093-01-01T00:00:00Z",
        "content": {"title": crate::support::content("needle")},
    });
    let id = later(&town, given).await;
    let before = |day: u32| format!("2020-01-0{day}T00:00:00Z");
    let parameters = [
        ("createdAfter", &*before(1)),
        ("createdBefore", &before(5)),
        ("updatedAfter", &before(2)),
        ("updatedBefore", &before(6)),
        ("contentUpdatedAfter", &before(3)),
        ("contentUpdatedBefore", &before(7)),
        ("dueAfter", "2092-01-01T00:00:00Z"),
        ("dueBefore", "2094-01-01T00:00:00Z"),
        ("process", "urn:x:y"),
        ("externalReference", "Ref"),
        ("extendedStatus", "One"),
        ("isContentSeen", "false"),
        ("org", &town.org),
        ("serviceResource", &town.resource_urn()),
        ("status", "Draft"),
        ("systemLabel", "Default"),
        ("excludeApiOnly", "true"),
        ("search", "needle"),
        ("searchLanguageCode", "nb"),
        ("orderBy", "createdAt_asc,dueAt_desc,updatedAt"),
        ("limit", "7"),
    ];
    // Whatever came to be before December 2025 counts as seen.
    assert_eq!(
        finds(&town, &parameters).await.is(200).ids(),
        Vec::<String>::new()
    );
    let seen: Vec<_> = parameters
        .iter()
        .map(|(name, value)| {
            (
                *name,
                if *name == "isContentSeen" {
                    "true"
                } else {
                    *value
                },
            )
        })
        .collect();
    let page = finds(&town, &seen).await.is(200);
    assert_eq!(page.ids(), [id]);
    page.has(
        "/orderBy",
        "createdat_asc,dueat_desc,updatedat_desc,id_desc",
    );
}
