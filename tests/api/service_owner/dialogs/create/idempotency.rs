//! Creating the same dialog twice.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;

use super::refused;
use crate::support::{Town, transmission, with};

#[tokio::test]
async fn a_used_id_is_refused_with_the_words_that_clients_look_for() {
    let town = Town::new().await;
    let id = town.id();
    let dialog = town.a_dialog_with(json!({"id": id}));
    assert_eq!(town.owner().creates(dialog.clone()).await, id);
    let answer = town.owner().posts(&dialog).await.refuses(422, &["Dialog"]);
    let text = answer.messages("Dialog").join(" ");
    assert!(
        text.contains("already exists") && text.contains(&id),
        "{text}"
    );
}

#[tokio::test]
async fn a_used_key_is_a_conflict_that_names_the_dialog() {
    let town = Town::new().await;
    let dialog = town.a_dialog_with(json!({"idempotentKey": "the key"}));
    let id = town.owner().creates(dialog.clone()).await;
    let answer = town
        .owner()
        .posts(&dialog)
        .await
        .refuses(409, &["IdempotentKey"]);
    assert_eq!(
        answer.messages("IdempotentKey"),
        [format!("'the key' already exists with DialogId '{id}'")]
    );
    let answer = answer
        .has("/dialogId", id.as_str())
        .has("/idempotentKey", "the key");
    assert_eq!(answer.text_at("/title"), "Conflict.");

    let other = town.a_dialog_with(json!({"idempotentKey": "The key"}));
    assert_ne!(town.owner().creates(other).await, id, "letter case counts");
}

#[tokio::test]
async fn a_key_stays_used_while_its_dialog_is_only_deleted() {
    let town = Town::new().await;
    let dialog = town.a_dialog_with(json!({"idempotentKey": "the key"}));
    let id = town.owner().creates(dialog.clone()).await;
    town.owner().deletes(&id).await;
    let answer = town
        .owner()
        .posts(&dialog)
        .await
        .refuses(409, &["IdempotentKey"]);
    answer.has("/dialogId", id);
}

#[tokio::test]
async fn a_key_belongs_to_the_owner_of_the_resource() {
    let town = Town::with(|directory| {
        directory.foreign("theirs", crate::support::Policy::usual());
    })
    .await;
    let key = json!({"idempotentKey": "the key"});
    let ours = town.a_dialog_with(key);
    let theirs = with(
        ours.clone(),
        json!({"serviceResource": town.also("theirs")}),
    );
    let id = town.owner().creates(ours.clone()).await;
    assert_ne!(town.neighbour("").creates(theirs).await, id);
    town.admin()
        .posts(&ours)
        .await
        .refuses(409, &["IdempotentKey"]);
}

#[tokio::test]
async fn one_of_twenty_racing_requests_wins_and_the_others_learn_its_dialog() {
    let town = Town::new().await;
    let dialog = town.a_dialog_with(json!({"idempotentKey": "raced for"}));
    let owner = town.owner();
    let answers = join_all((0..20).map(|_| owner.posts(&dialog))).await;
    let mut found = BTreeMap::new();
    for answer in answers {
        let id = match answer.status.as_u16() {
            201 => answer.body.as_str().unwrap().to_owned(),
            409 => answer.text_at("/dialogId"),
            other => panic!("{other}: {}", answer.text),
        };
        *found.entry((answer.status.as_u16(), id)).or_insert(0) += 1;
    }
    let counts: Vec<_> = found
        .iter()
        .map(|((status, _), count)| (*status, *count))
        .collect();
    assert_eq!(counts, [(201, 1), (409, 19)], "{found:?}");
    assert_eq!(
        found
            .keys()
            .map(|(_, id)| id)
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        1
    );
    let rows: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM dialog d JOIN party p ON p.id = d.party_id WHERE p.urn = $1",
    )
    .bind(town.party())
    .fetch_one(town.database())
    .await
    .unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn keys_have_3_to_36_characters() {
    let town = Town::new().await;
    let key = |length: usize| json!({"idempotentKey": "k".repeat(length)});
    for length in [3, 36] {
        town.owner()
            .posts(&town.a_dialog_with(key(length)))
            .await
            .is(201);
    }
    refused(
        &town,
        400,
        vec![
            (key(2), &["dto.idempotentKey"]),
            (key(37), &["dto.idempotentKey"]),
            (key(0), &["dto.idempotentKey"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn keys_of_transmissions_differ_within_a_dialog() {
    let town = Town::new().await;
    let sent = |keys: &[&str]| {
        let one = |key: &&str| with(transmission("Information"), json!({"idempotentKey": key}));
        json!({"transmissions": keys.iter().map(one).collect::<Vec<_>>()})
    };
    let answer = town
        .owner()
        .posts(&town.a_dialog_with(sent(&["aaa", "bbb", "aaa", "bbb", "ccc"])))
        .await;
    let text = answer
        .refuses(409, &["IdempotentKey"])
        .messages("IdempotentKey")
        .join(" ");
    assert!(
        text.contains("aaa") && text.contains("bbb") && !text.contains("ccc"),
        "{text}"
    );
    town.owner()
        .posts(&town.a_dialog_with(sent(&["aaa", "AAA"])))
        .await
        .is(201);
    town.owner()
        .posts(&town.a_dialog_with(sent(&["aaa"])))
        .await
        .is(201);
    let key = "dto.transmissions[0].idempotentKey";
    refused(
        &town,
        400,
        vec![(sent(&["aa"]), &[key]), (sent(&[&"a".repeat(37)]), &[key])],
    )
    .await;
}
