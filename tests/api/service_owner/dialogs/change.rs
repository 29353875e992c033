//! PUT, PATCH, DELETE and the actions on a dialog, as far as they meet a database: races, words, identifiers.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Caller, OWNED, Town, activity, attachment, content, texts, transmission, with,
};

/// A request with a body, and headers in addition to the content type.
async fn send(
    town: &Town,
    caller: &Caller<'_>,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{OWNED}/{path}"))
        .header("authorization", caller.authorization())
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    town.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn puts(town: &Town, id: &str, changes: Value) -> Answer {
    send(town, &town.owner(), ("PUT", id), &[], &same(changes)).await
}

/// A body that leaves a dialog as it is created here, but for some members.
fn same(changes: Value) -> Value {
    let base = json!({ "status": "NotApplicable", "content": { "title": content("Tittel") } });
    with(base, changes)
}

async fn creates(town: &Town, changes: Value) -> String {
    let title = json!({ "content": { "title": content("Tittel") } });
    let body = with(town.a_dialog_with(title), changes);
    town.owner().creates(body).await
}

/// Runs `write` against a row that a transaction has changed but not yet committed, and commits when it waits.
async fn against(
    town: &Town,
    statement: &'static str,
    id: &str,
    write: impl Future<Output = Answer>,
) -> Answer {
    let mut session = town.database().acquire().await.unwrap();
    let mut transaction = sqlx::Connection::begin(&mut *session).await.unwrap();
    let dialog: Uuid = id.parse().unwrap();
    let done = sqlx::query(statement)
        .bind(dialog)
        .execute(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 1);
    let commit = async {
        let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
                                        AND transactionid = pg_current_xact_id()::xid)";
        while !sqlx::query_scalar::<_, bool>(waiting)
            .fetch_one(&mut *transaction)
            .await
            .unwrap()
        {
            tokio::task::yield_now().await;
        }
        transaction.commit().await.unwrap();
    };
    futures_util::future::join(write, commit).await.0
}

#[tokio::test]
async fn a_label_that_somebody_sets_meanwhile_is_neither_lost_nor_in_the_way() {
    let town = Town::new().await;
    let id = creates(&town, json!({})).await;
    let revision = town.owner().owns(&id).await.text_at("/revision");
    let body = same(json!({
        "progress": 5,
        "transmissions": [transmission("Submission")],
    }));
    let (owner, path) = (town.owner(), format!("{id}?isSilentUpdate=true"));
    let headers = [("if-match", revision.as_str())];
    let write = send(&town, &owner, ("PUT", &path), &headers, &body);
    let label = "UPDATE dialog SET label_mask = 4, eu_revision = gen_random_uuid() WHERE id = $1";
    against(&town, label, &id, write).await.is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/progress", 5)
        .has("/endUserContext/systemLabels", json!(["Archive", "Sent"]));
}

#[tokio::test]
async fn of_two_changes_at_once_one_loses_and_is_told_so() {
    let town = Town::new().await;
    let id = creates(&town, json!({})).await;
    let other = "UPDATE dialog SET revision = gen_random_uuid(), progress = 7 WHERE id = $1";
    against(
        &town,
        other,
        &id,
        puts(&town, &id, json!({ "progress": 5 })),
    )
    .await
    .refuses(409, &[""]);
    let revision = town.owner().owns(&id).await.text_at("/revision");
    let (owner, headers) = (town.owner(), [("if-match", revision.as_str())]);
    for request in [
        ("PUT", id.clone()),
        ("DELETE", id.clone()),
        ("POST", format!("{id}/actions/purge")),
    ] {
        let body = same(json!({ "progress": 6 }));
        let write = send(&town, &owner, (request.0, &request.1), &headers, &body);
        let answer = if request.0 == "PUT" {
            against(&town, other, &id, write).await
        } else {
            write.await
        };
        answer.is(412);
    }
    town.owner().owns(&id).await.has("/progress", 7);
}

#[tokio::test]
async fn words_follow_the_texts_and_those_of_parts_stay() {
    let town = Town::new().await;
    let id = creates(&town, json!({
        "transmissions": [with(transmission("Alert"), json!({ "content": { "title": content("elghund") } }))],
        "activities": [with(activity("Information"), json!({ "description": texts(&[("nb", "furukongle")]) }))],
    }))
    .await;
    let indexed = async || -> String {
        let words = "SELECT array_to_string(tsvector_to_array(vec), ' ') FROM dialog_search WHERE dialog_id = $1";
        let dialog: Uuid = id.parse().unwrap();
        sqlx::query_scalar(words)
            .bind(dialog)
            .fetch_one(town.database())
            .await
            .unwrap()
    };
    let has = |words: &str, expected: &[(&str, bool)]| {
        for (word, is_there) in expected {
            assert_eq!(words.contains(word), *is_there, "{word} in {words}");
        }
    };
    has(
        &indexed().await,
        &[("tittel", true), ("elghund", true), ("furukongle", true)],
    );
    puts(&town, &id, json!({
        "content": { "title": content("granbar") },
        "transmissions": [with(transmission("Alert"), json!({ "content": { "title": content("katteunge") } }))],
    }))
    .await
    .is(204);
    has(
        &indexed().await,
        &[
            ("tittel", false),
            ("granbar", true),
            ("elghund", true),
            ("furukongle", true),
            ("katteunge", true),
        ],
    );
    puts(&town, &id, json!({
        "content": { "title": content("granbar") },
        "activities": [with(activity("Information"), json!({ "description": texts(&[("nb", "blåbær")]) }))],
    }))
    .await
    .is(204);
    has(
        &indexed().await,
        &[
            ("granbar", true),
            ("elghund", true),
            ("katteunge", true),
            ("blåbær", true),
        ],
    );
}

#[tokio::test]
async fn identifiers_are_free_again_when_their_part_is_gone() {
    let town = Town::new().await;
    let attached = with(attachment(), json!({ "id": town.id() }));
    let (first, second) = (
        creates(&town, json!({ "attachments": [attached] })).await,
        creates(&town, json!({})).await,
    );
    let with_it = json!({ "attachments": [attached] });
    puts(&town, &second, with_it.clone())
        .await
        .refuses(422, &["Attachment"]);
    puts(&town, &first, json!({})).await.is(204);
    puts(&town, &second, with_it.clone()).await.is(204);
    puts(&town, &first, with_it.clone())
        .await
        .refuses(422, &["Attachment"]);
    let purge = format!("{second}/actions/purge");
    send(&town, &town.owner(), ("POST", &purge), &[], &json!(null))
        .await
        .is_empty(204);
    puts(&town, &first, with_it).await.is(204);
}

#[tokio::test]
async fn only_the_newest_activity_is_the_latest() {
    let town = Town::new().await;
    let id = creates(&town, json!({})).await;
    let at = |moment: &str| with(activity("FormSaved"), json!({ "createdAt": moment }));
    let latest = async || -> Option<String> {
        let dialog: Uuid = id.parse().unwrap();
        sqlx::query_scalar("SELECT latest_activity ->> 'createdAt' FROM dialog WHERE id = $1")
            .bind(dialog)
            .fetch_one(town.database())
            .await
            .unwrap()
    };
    let [oldest, middle, newest] = [-30, -20, -10].map(|seconds| town.after(seconds));
    for (added, expected) in [(&middle, &middle), (&newest, &newest), (&oldest, &newest)] {
        puts(&town, &id, json!({ "activities": [at(added)] }))
            .await
            .is(204);
        assert_eq!(latest().await.as_ref(), Some(expected));
    }
}
