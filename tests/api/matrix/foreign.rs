//! What belongs to another service owner and what does not exist: by no answer, and by no work done for it, can the two
//! be told apart.

use axum::http::Method;
use dialogporten::platform::System;
use serde_json::Value;

use super::{
    ask,
    routed::routed,
    sample::Sample,
    table::{Row, Serves, TABLE},
};
use crate::support::{Answer, Caller, Policy, Town};

/// Routes about one dialog of service owners where it is no secret whether there is such a dialog.
const OPEN: &[(&str, &str)] = &[
    (
        "/api/v1/serviceowner/dialogs/{dialogId}/actions/should-send-notification",
        "any organization may ask",
    ),
    (
        "/api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}/actions/updateformsavedactivitytime",
        "whoever has its scope owns everything",
    ),
    (
        "/api/v1/serviceowner/dialogs/{dialogId}/actions/freeze",
        "who may use it owns everything, and all others are told so",
    ),
];

/// The rows of service owners about one dialog, from what is routed.
async fn rows(town: &Town) -> Vec<&'static Row> {
    let routed = routed(town).await;
    let about_one = |path: &&String| {
        path.starts_with("/api/v1/serviceowner/")
            && (path.contains("{dialogId}") || path.ends_with("/bulkset"))
    };
    let of = |(method, path): &(String, String)| {
        let mut rows = TABLE.iter();
        let row = rows.find(|row| row.method.as_str() == method && row.path == path);
        row.unwrap_or_else(|| panic!("no row for {method} {path}"))
    };
    for (path, why) in OPEN {
        let is_routed = routed.iter().any(|(_, found)| found == path);
        assert!(is_routed, "{path} is gone ({why})");
    }
    let routed = routed.iter().filter(|(_, path)| about_one(&path));
    let rows: Vec<_> = routed
        .map(of)
        .filter(|row| OPEN.iter().all(|(open, _)| *open != row.path))
        .collect();
    assert!(rows.len() > 15, "{}", rows.len());
    rows
}

/// Another owner, with all that the row asks for.
fn neighbour<'a>(town: &'a Town, row: &Row) -> Caller<'a> {
    let Serves::Owners(scope, _) = row.serves else {
        panic!("{} is for owners", row.path);
    };
    town.neighbour(scope)
}

/// Demands that two samples are told alike.
async fn are_told_alike(row: &Row, caller: &Caller<'_>, samples: [&Sample; 2], town: &Town) {
    let proxy = town.proxy.as_ref().expect("a town that counts");
    // Whoever asks first makes the server prepare the statement.
    ask(row, samples[1], caller).await;
    let mut found = Vec::new();
    for sample in samples {
        proxy.executed();
        let answer = ask(row, sample, caller).await;
        let ids: Vec<&str> = samples.iter().flat_map(|sample| sample.ids()).collect();
        found.push((told(&answer, &ids), proxy.executed().len()));
        answer.is(404);
    }
    assert_eq!(found[0], found[1], "{} {}", row.method, row.path);
}

/// What an answer says without what names the request.
fn told(answer: &Answer, ids: &[&str]) -> (Vec<String>, String) {
    let mut body = answer.body.clone();
    body.as_object_mut()
        .map(|problem| problem.remove("traceId"));
    let mut text = body.to_string();
    for id in ids {
        text = text.replace(id, "ID");
    }
    let mut headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    headers.sort();
    (headers, text)
}

#[tokio::test]
async fn dialogs_of_others_are_as_dialogs_that_nobody_has() {
    let town = Town::build().counting().open().await;
    let sample = Sample::new(&town).await;
    let unknown = sample.unknown(&town);
    for row in rows(&town).await {
        let caller = neighbour(&town, row);
        are_told_alike(row, &caller, [&sample, &unknown], &town).await;
    }
    sample.is_untouched(&town).await;
}

#[tokio::test]
async fn what_has_become_of_a_dialog_of_others_is_not_told() {
    let town = Town::build().counting().open().await;
    let deleted = Sample::new(&town).await;
    town.owner().deletes(&deleted.dialog).await;
    let frozen = Sample::new(&town).await;
    town.admin().acts(&frozen.dialog, "freeze").await.is(204);
    let unknown = frozen.unknown(&town);
    for row in rows(&town).await {
        let caller = neighbour(&town, row);
        for sample in [&deleted, &frozen] {
            are_told_alike(row, &caller, [sample, &unknown], &town).await;
        }
    }
}

#[tokio::test]
async fn parts_of_dialogs_of_others_are_as_parts_that_nobody_has() {
    let town = Town::build()
        .counting()
        .directory(|directory| {
            directory.foreign("foreign", Policy::usual());
        })
        .open()
        .await;
    let theirs = Sample::new(&town).await;
    let own = Sample::of(&town, &town.neighbour(""), &town.also("foreign")).await;
    let unknown = own.with_unknown_parts(&town);
    let crossed = theirs.beneath(&own);
    let is_about_a_part =
        |row: &&Row| row.path.ends_with("Id}") && !row.path.ends_with("{dialogId}");
    let rows = rows(&town).await;
    let rows: Vec<_> = rows.into_iter().filter(is_about_a_part).collect();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let caller = neighbour(&town, row);
        are_told_alike(row, &caller, [&crossed, &unknown], &town).await;
    }
}

#[tokio::test]
async fn nobody_else_is_asked_about_dialogs_of_others() {
    let town = Town::build().on_the_platform().open().await;
    let sample = Sample::new(&town).await;
    let unknown = sample.unknown(&town);
    let calls = || -> usize {
        let systems = System::ALL.map(Some).into_iter().chain([None]);
        systems
            .map(|system| town.altinn().calls(system).len())
            .sum()
    };
    for row in rows(&town).await {
        let caller = neighbour(&town, row);
        // What the platform says of resources and owners is kept from the first time on.
        ask(row, &unknown, &caller).await.is(404);
        let before = calls();
        ask(row, &sample, &caller).await.is(404);
        ask(row, &unknown, &caller).await.is(404);
        assert_eq!(calls(), before, "{} {}", row.method, row.path);
    }
}

#[tokio::test]
async fn lists_of_owners_hold_what_is_their_own() {
    let town = Town::build()
        .directory(|directory| {
            directory.foreign("foreign", Policy::usual());
        })
        .open()
        .await;
    let theirs = Sample::new(&town).await;
    let own = Sample::of(&town, &town.neighbour(""), &town.also("foreign")).await;
    let lists = TABLE.iter().filter(|row| {
        row.method == Method::GET
            && matches!(row.serves, Serves::Owners(..))
            && !row.path.contains('{')
            && !row.query.contains("instanceRef")
    });
    let mut count = 0;
    for row in lists {
        let answer = ask(row, &own, &neighbour(&town, row)).await.is(200);
        assert!(answer.text.contains(&own.dialog), "{}", answer.text);
        assert!(!answer.text.contains(&theirs.dialog), "{}", answer.text);
        assert_ne!(answer.body, Value::Null);
        count += 1;
    }
    assert_eq!(count, 2);
}
