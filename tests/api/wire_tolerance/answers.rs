//! What clients look for in answers.

use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{OWNED, Town, activity, transmission, with};

#[tokio::test]
async fn w_13_what_was_created_is_answered_by_its_id_as_a_json_string() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for (path, body) in [
        (OWNED.to_owned(), town.a_dialog()),
        (format!("{OWNED}/{id}/activities"), activity("FormSaved")),
        (format!("{OWNED}/{id}/transmissions"), transmission("Alert")),
    ] {
        let answer = town.owner().post(&path, &body).await.is(201);
        let media = answer.header("content-type");
        assert!(media.starts_with("application/json"), "{media}");
        let unquoted = answer
            .text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .expect("quotes");
        assert_eq!(unquoted.parse::<Uuid>().unwrap().get_version_num(), 7);
        assert_eq!(answer.header("location"), format!("{path}/{unquoted}"));
    }
}

#[tokio::test]
async fn w_15_a_taken_id_is_told_with_the_words_already_exists() {
    let town = Town::new().await;
    let (id, part) = (town.id(), town.id());
    let named = json!({"id": part});
    let given = json!({"id": id, "activities": [with(activity("FormSaved"), named.clone())], "transmissions": [with(transmission("Alert"), named.clone())]});
    town.owner().creates(town.a_dialog_with(given)).await;
    for taken in [
        json!({"id": id}),
        json!({"activities": [with(activity("FormSaved"), named.clone())]}),
        json!({"transmissions": [with(transmission("Alert"), named)]}),
    ] {
        let answer = town
            .owner()
            .posts(&town.a_dialog_with(taken))
            .await
            .is_problem(422);
        assert!(answer.text.contains("already exists"), "{}", answer.text);
    }
    let other = town.owner().creates(town.a_dialog()).await;
    for dialog in [&id, &other] {
        for (list, taken) in [
            (
                "activities",
                with(activity("FormSaved"), json!({"id": part})),
            ),
            (
                "transmissions",
                with(transmission("Alert"), json!({"id": part})),
            ),
        ] {
            let answer = town
                .owner()
                .adds(dialog, list, &taken)
                .await
                .is_problem(422);
            assert!(answer.text.contains("already exists"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn w_16_a_used_key_names_its_dialog_where_clients_look_for_it() {
    let town = Town::new().await;
    let dialog = town.a_dialog_with(json!({"idempotentKey": "DialogId of 'somebody'"}));
    let id = town.owner().creates(dialog.clone()).await;
    let answer = town.owner().posts(&dialog).await.is_problem(409);
    let pattern = regex::Regex::new(
        r"(?i)DialogId\s+'?([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})",
    )
    .unwrap();
    let found = pattern
        .captures(&answer.text)
        .expect("an id behind the word");
    assert_eq!(&found[1], id);
    answer
        .has("/dialogId", id)
        .has("/idempotentKey", "DialogId of 'somebody'");
}

#[tokio::test]
async fn w_17_repeating_what_is_done_says_that_it_is_done() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    let purge = format!("{path}/actions/purge");
    let restore = format!("{path}/actions/restore");
    for (method, path, status) in [
        (Method::DELETE, &path, 204),
        (Method::DELETE, &path, 410),
        (Method::GET, &path, 200),
        (Method::POST, &restore, 204),
        (Method::POST, &restore, 204),
        (Method::POST, &purge, 204),
        (Method::POST, &purge, 404),
        (Method::DELETE, &path, 404),
        (Method::POST, &restore, 404),
        (Method::GET, &path, 404),
    ] {
        town.owner().ask(method, path, &[]).await.is(status);
    }
    let deleted = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&deleted).await;
    town.person().labels(&deleted, &["Bin"], &[]).await.is(404);
}

#[tokio::test]
async fn w_18_a_problem_has_its_status_as_a_number_and_its_trace_as_a_text() {
    let town = Town::new().await;
    let answer = town.owner().owns(&town.id()).await.is(404);
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json; charset=utf-8"
    );
    assert!(answer.at("/status").is_u64());
    let trace = answer.text_at("/traceId");
    let parts: Vec<_> = trace.split('-').map(str::len).collect();
    assert_eq!(parts, [2, 32, 16, 2], "{trace}");
    let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let path = format!("{OWNED}/{}", town.id());
    let answer = town
        .owner()
        .ask(Method::GET, &path, &[("traceparent", sent)])
        .await;
    assert!(
        answer
            .text_at("/traceId")
            .contains("4bf92f3577b34da6a3ce929d0e0e4736"),
        "the caller's trace goes on"
    );
    answer.has("/instance", path);
}

#[tokio::test]
async fn w_23_lists_of_owners_carry_revision_deletion_and_labels() {
    let town = Town::new().await;
    let labels = json!({"serviceOwnerContext": {"serviceOwnerLabels": [{"value": "urn:altinn:integration:storage:1/x"}]}});
    let kept = town.owner().creates(town.a_dialog_with(labels)).await;
    let deleted = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&deleted).await;
    let label = "serviceOwnerLabels=urn:altinn:integration:storage:1%2Fx";
    let labelled = town.owner().get(&format!("{OWNED}?{label}")).await.is(200);
    let revision = town.owner().owns(&kept).await.header("etag");
    assert_eq!(labelled.ids(), [kept.as_str()]);
    labelled
        .has("/items/0/revision", revision)
        .has(
            "/items/0/serviceOwnerContext/serviceOwnerLabels/0/value",
            "urn:altinn:integration:storage:1/x",
        )
        .lacks("/items/0/deletedAt");
    for (query, expected) in [
        ("", vec![&kept]),
        ("deleted=only", vec![&deleted]),
        ("Deleted=Include", vec![&deleted, &kept]),
    ] {
        let mut found = town
            .owner()
            .get(&format!("{OWNED}?{query}"))
            .await
            .is(200)
            .ids();
        found.sort_unstable();
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    let gone = town.owner().get(&format!("{OWNED}?deleted=only")).await;
    assert!(gone.text_at("/items/0/deletedAt").ends_with('Z'));
}

#[tokio::test]
async fn w_24_deleted_dialogs_are_shown_to_their_owner_with_the_time_and_no_flag() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&id).await;
    let dialog = town.owner().owns(&id).await.is(200).lacks("/deleted");
    assert!(dialog.text_at("/deletedAt").ends_with('Z'));
}
