//! Being seen: once per viewer and change, whatever races.

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{FOUND, OWNED, Party, Town};

/// Who has seen a dialog, oldest first, as its owner reads it.
async fn seen_log(town: &Town, id: &str) -> Vec<Value> {
    let log = town
        .owner()
        .get(&format!("{OWNED}/{id}/seenlog"))
        .await
        .is(200);
    log.list_at("")
        .iter()
        .map(|entry| entry["seenBy"]["actorId"].clone())
        .collect()
}

/// The kinds of events of a dialog, in order.
async fn events(town: &Town, id: &str) -> Vec<String> {
    let id: Uuid = id.parse().unwrap();
    sqlx::query_scalar("SELECT body ->> 'type' FROM outbox WHERE dialog_id = $1 ORDER BY seq")
        .bind(id)
        .fetch_all(town.database())
        .await
        .unwrap()
}

const CREATED: &str = "dialogporten.dialog.created.v1";
const UPDATED: &str = "dialogporten.dialog.updated.v1";
const SEEN: &str = "dialogporten.dialog.seen.v1";

/// A town with two people and a system who may read the company's dialogs.
async fn town() -> (Town, Uuid) {
    let system = dialogporten::dialog::id::random();
    let mut town = Town::new().await;
    let (stranger, company) = (town.stranger.clone(), town.company.clone());
    town.changes(|directory| {
        let person = format!("urn:altinn:person:identifier-no:{stranger}");
        directory.represents(&person, Party::with_role(&company, "DAGL"));
        directory.represents(
            &format!("urn:altinn:systemuser:uuid:{system}"),
            Party::with_role(&company, "DAGL"),
        );
    });
    (town, system)
}

async fn of_the_company(town: &Town) -> String {
    town.owner()
        .creates(town.a_dialog_with(json!({"party": town.company_urn()})))
        .await
}

#[tokio::test]
async fn the_first_view_is_shown_in_its_own_answer_and_the_second_changes_nothing() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    let first = town
        .person()
        .opens(&id)
        .await
        .is(200)
        .has("/isContentSeen", true);
    let entry = first.at("/seenSinceLastUpdate/0").clone();
    assert_eq!(first.list_at("/seenSinceLastUpdate").len(), 1);
    assert_eq!(
        first.at("/seenSinceLastContentUpdate"),
        first.at("/seenSinceLastUpdate")
    );
    assert_eq!(entry["isCurrentEndUser"], true);
    assert_eq!(entry["isViaServiceOwner"], false);
    assert_eq!(entry["seenBy"]["actorType"], "PartyRepresentative");
    assert_eq!(entry["seenBy"]["actorName"], "LAST FIRST MIDDLE");
    let masked = entry["seenBy"]["actorId"].as_str().unwrap();
    let digits = masked
        .strip_prefix("urn:altinn:person:identifier-ephemeral:")
        .expect("a masked number");
    assert!(
        digits.len() == 10
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        "{masked}"
    );

    town.waits(5);
    let second = town.person().opens(&id).await.is(200);
    assert_eq!(
        second.at("/seenSinceLastUpdate/0"),
        &entry,
        "what was stored is what was told"
    );
    assert_eq!(second.header("etag"), first.header("etag"));
    for member in [
        "/updatedAt",
        "/contentUpdatedAt",
        "/revision",
        "/endUserContext",
    ] {
        assert_eq!(second.at(member), first.at(member), "{member}");
    }
    assert_eq!(seen_log(&town, &id).await, [town.party()]);
    assert_eq!(events(&town, &id).await, [CREATED, UPDATED, SEEN]);
}

#[tokio::test]
async fn systems_are_seen_under_their_own_names() {
    let (town, system) = town().await;
    let id = of_the_company(&town).await;
    let dialog = town
        .system_user(system, &town.company)
        .opens(&id)
        .await
        .is(200);
    let entry = &dialog.list_at("/seenSinceLastUpdate")[0];
    assert_eq!(
        entry["seenBy"],
        json!({
            "actorType": "PartyRepresentative", "actorId": format!("urn:altinn:systemuser:uuid:{system}"), "actorName": "Systembruker",
        })
    );
    let dialog = town.person().opens(&id).await.is(200);
    let flags: Vec<_> = dialog
        .list_at("/seenSinceLastUpdate")
        .iter()
        .map(|entry| entry["isCurrentEndUser"].clone())
        .collect();
    assert_eq!(flags, [false, true]);
    assert_eq!(
        events(&town, &id).await,
        [CREATED, UPDATED, SEEN, UPDATED, SEEN]
    );
}

#[tokio::test]
async fn eight_first_views_at_once_are_one() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    let person = town.person();
    let answers = join_all((0..8).map(|_| person.opens(&id))).await;
    for answer in &answers {
        let answer = answer.clone().is(200).has("/isContentSeen", true);
        assert_eq!(answer.list_at("/seenSinceLastUpdate").len(), 1);
        assert_eq!(answer.header("etag"), answers[0].header("etag"));
    }
    assert_eq!(seen_log(&town, &id).await.len(), 1);
    assert_eq!(events(&town, &id).await, [CREATED, UPDATED, SEEN]);
}

#[tokio::test]
async fn two_viewers_at_once_are_two() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    let (one, other) = (town.person(), town.stranger());
    let (one, other) = tokio::join!(one.opens(&id), other.opens(&id));
    one.is(200);
    other.is(200);
    assert_eq!(seen_log(&town, &id).await.len(), 2);
    let dialog = town.person().opens(&id).await;
    assert_eq!(dialog.list_at("/seenSinceLastUpdate").len(), 2);
}

#[tokio::test]
async fn views_are_counted_from_the_last_change_and_the_last_change_of_content() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    town.person().opens(&id).await.is(200);
    town.waits(120);
    // Progress is no content.
    town.owner()
        .replaces(&id, "/progress", json!(5))
        .await
        .is(204);
    town.waits(120);
    let dialog = town.stranger().opens(&id).await.is(200);
    assert_eq!(dialog.list_at("/seenSinceLastContentUpdate").len(), 2);
    assert_eq!(dialog.list_at("/seenSinceLastUpdate").len(), 1);
    dialog.has("/seenSinceLastUpdate/0/isCurrentEndUser", true);
    // The first viewer's next view is a new entry, and of each viewer the newest is shown.
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(dialog.list_at("/seenSinceLastContentUpdate").len(), 2);
    assert_eq!(seen_log(&town, &id).await.len(), 3);
}

#[tokio::test]
async fn opening_what_was_marked_as_unopened_takes_the_mark_off() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    let before = town.person().opens(&id).await.is(200);
    let marked = town
        .person()
        .labels(&id, &["MarkedAsUnopened"], &[])
        .await
        .is(204);
    let shown = town.owner().owns(&id).await.has("/isContentSeen", false);
    shown.has(
        "/endUserContext/systemLabels",
        json!(["Default", "MarkedAsUnopened"]),
    );

    let after = town
        .person()
        .opens(&id)
        .await
        .is(200)
        .has("/isContentSeen", true);
    let context = json!({"revision": marked.header("etag"), "systemLabels": ["Default"]});
    assert_eq!(
        after.at("/endUserContext"),
        &context,
        "the view changes no revision"
    );
    assert_eq!(after.header("etag"), before.header("etag"));
    assert_eq!(after.at("/updatedAt"), before.at("/updatedAt"));
    town.owner()
        .owns(&id)
        .await
        .has("/endUserContext", context)
        .has("/isContentSeen", true);

    let log = town
        .person()
        .get(&format!("{FOUND}/{id}/context/labellog"))
        .await
        .is(200);
    assert_eq!(log.texts_at("", "/action"), ["set", "remove"]);
    assert_eq!(
        log.texts_at("", "/name"),
        [
            "systemlabel:MarkedAsUnopened",
            "systemlabel:MarkedAsUnopened"
        ]
    );
    assert_eq!(
        log.texts_at("", "/performedBy/actorName"),
        ["LAST FIRST MIDDLE", "LAST FIRST MIDDLE"]
    );
}

#[tokio::test]
async fn the_first_view_after_each_mark_is_written_down_once_more() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    for _ in 0..3 {
        town.waits(1);
        town.person().opens(&id).await.is(200);
        town.person()
            .labels(&id, &["MarkedAsUnopened"], &[])
            .await
            .is(204);
    }
    assert_eq!(seen_log(&town, &id).await, [town.party(), town.party()]);
    let stranger = format!("urn:altinn:person:identifier-no:{}", town.stranger);
    for _ in 0..2 {
        town.stranger().opens(&id).await.is(200);
        assert_eq!(
            seen_log(&town, &id).await,
            [town.party(), town.party(), stranger.clone()]
        );
    }
}

#[tokio::test]
async fn changed_content_is_unseen_until_somebody_looks() {
    let (town, _) = town().await;
    let id = of_the_company(&town).await;
    town.person().opens(&id).await.is(200);
    town.waits(1);
    town.owner()
        .replaces(&id, "/status", json!("Draft"))
        .await
        .is(204);
    let parameters = [
        ("party", town.company_urn()),
        ("isContentSeen", "false".into()),
    ];
    let unseen = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    assert_eq!(
        town.person().finds(&unseen).await.is(200).ids(),
        [id.as_str()]
    );
    town.waits(1);
    town.stranger().opens(&id).await.is(200);
    assert_eq!(
        town.person().finds(&unseen).await.is(200).ids(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn content_that_changes_under_a_view_does_not_count_as_seen() {
    let town = Town::build().alone().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let dialog: Uuid = id.parse().unwrap();
    let mut session = town.database().acquire().await.unwrap();
    let mut owner = sqlx::Connection::begin(&mut *session).await.unwrap();
    sqlx::query("SELECT FROM dialog WHERE id = $1 FOR UPDATE")
        .bind(dialog)
        .execute(&mut *owner)
        .await
        .unwrap();
    let person = town.person();
    let (answer, ()) = tokio::join!(person.opens(&id), async {
        // The view has read the dialog and waits for its row.
        let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waits)
            .fetch_one(town.app.store().request())
            .await
            .unwrap()
        {}
        sqlx::query("UPDATE dialog SET content_updated_at = content_updated_at + interval '1 ms' WHERE id = $1").bind(dialog).execute(&mut *owner).await.unwrap();
        owner.commit().await.unwrap();
    });
    answer.is(200);
    town.owner()
        .owns(&id)
        .await
        .is(200)
        .has("/isContentSeen", false);
    assert_eq!(seen_log(&town, &id).await.len(), 1);
}

#[tokio::test]
async fn nothing_is_written_where_the_dialog_is_refused() {
    let (town, _) = town().await;
    let hidden =
        town.a_dialog_with(json!({"party": town.company_urn(), "visibleFrom": town.after(600)}));
    let hidden = town.owner().creates(hidden).await;
    let own = town.owner().creates(town.a_dialog()).await;
    town.person().opens(&hidden).await.is(404);
    town.stranger().opens(&own).await.is(403);
    for id in [hidden, own] {
        assert_eq!(seen_log(&town, &id).await, Vec::<Value>::new());
        town.owner()
            .owns(&id)
            .await
            .is(200)
            .has("/isContentSeen", false);
    }
}

#[tokio::test]
async fn a_viewer_without_a_name_is_seen_all_the_same() {
    let mut town = Town::new().await;
    town.changes(|directory| directory.names.clear());
    let id = town
        .owner()
        .creates(town.a_dialog_with(
            json!({"party": format!("urn:altinn:person:identifier-no:{}", town.stranger)}),
        ))
        .await;
    let dialog = town.stranger().opens(&id).await.is(200);
    assert_eq!(
        dialog.at("/seenSinceLastUpdate/0/seenBy/actorName"),
        &Value::Null
    );
    assert_eq!(seen_log(&town, &id).await.len(), 1);
}
