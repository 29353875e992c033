//! What happened to the labels of a dialog.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{FOUND, OWNED, Policy, Town};

async fn sets(town: &Town, dialog: &str, body: Value) {
    let path = format!("{FOUND}/{dialog}/context/systemlabels");
    town.person()
        .sends(Method::PUT, &path, &[], &body)
        .await
        .is(204);
    town.waits(1);
}

fn path(dialog: &str) -> String {
    format!("{FOUND}/{dialog}/context/labellog")
}

#[tokio::test]
async fn what_came_is_told_before_what_went_and_the_inbox_never() {
    let town = Town::new().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"systemLabel": "Archive"})))
        .await;
    town.waits(1);
    sets(
        &town,
        &id,
        json!({"addLabels": ["Bin", "MarkedAsUnopened"]}),
    )
    .await;
    sets(&town, &id, json!({"addLabels": ["Bin"]})).await;
    town.person().opens(&id).await.is(200);
    town.waits(1);
    sets(&town, &id, json!({"removeLabels": ["Bin"]})).await;
    let log = town.person().get(&path(&id)).await.is(200);
    let told: Vec<_> = log
        .texts_at("", "/action")
        .into_iter()
        .zip(log.texts_at("", "/name"))
        .collect();
    let expected = [
        ("set", "Archive"),
        ("set", "Bin"),
        ("set", "MarkedAsUnopened"),
        ("remove", "Archive"),
        ("remove", "MarkedAsUnopened"),
        ("remove", "Bin"),
    ];
    let expected =
        expected.map(|(action, label)| (action.to_owned(), format!("systemlabel:{label}")));
    assert_eq!(told, expected);

    let log = log
        .has("/0/performedBy", json!({"actorType": "ServiceOwner"}))
        .has("/1/performedBy/actorType", "PartyRepresentative")
        .has("/1/performedBy/actorName", "LAST FIRST MIDDLE");
    let masked = log.text_at("/1/performedBy/actorId");
    assert!(
        masked.starts_with("urn:altinn:person:identifier-ephemeral:"),
        "{masked}"
    );
    assert!(log.texts_at("", "/createdAt").is_sorted());
    // The owner knows who it was.
    let path = format!("{OWNED}/{id}/context/labellog");
    town.owner().get(&path).await.is_empty(404);
}

#[tokio::test]
async fn the_log_is_for_those_who_may_read_the_dialog() {
    let strict = |name: &'static str, level| {
        Town::with(move |directory| {
            directory.also(
                name,
                Policy::at_level(level).permit(&["urn:altinn:rolecode:priv"], &["read"]),
            );
        })
    };
    let town = strict("strict", 4).await;
    let of = |changes: Value| town.a_dialog_with(changes);
    let plain = town.owner().creates(of(json!({}))).await;
    let strict = town
        .owner()
        .creates(of(json!({"serviceResource": town.also("strict")})))
        .await;
    let hidden = town
        .owner()
        .creates(of(json!({"visibleFrom": town.after(3_600)})))
        .await;
    let expiring = town
        .owner()
        .creates(of(json!({"expiresAt": town.after(60)})))
        .await;
    let deleted = town.owner().creates(of(json!({}))).await;
    town.owner().deletes(&deleted).await;
    town.waits(120);

    let person = town.person();
    person.get(&path(&plain)).await.is(200).has("", json!([]));
    person
        .get(&path(&strict))
        .await
        .refuses(403, &["Forbidden"]);
    town.end_user(&town.pid, 4)
        .get(&path(&strict))
        .await
        .is(200);
    for gone in [&hidden, &expiring, &deleted, &town.id()] {
        person
            .get(&path(gone))
            .await
            .refuses(404, &["DialogEntity"]);
    }
    town.stranger()
        .get(&path(&plain))
        .await
        .refuses(404, &["DialogEntity"]);
    person.get(&path("x")).await.refuses(400, &["dialogId"]);
}
