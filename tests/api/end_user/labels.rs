//! System labels in the hands of end users.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, FOUND, Party, Town, organization_number, person_number};

crate::support::in_both_worlds! {
    labels_are_set_with_a_new_revision_and_nothing_else_changes,
    a_change_that_builds_on_an_older_revision_is_refused,
    whoever_finds_a_dialog_may_label_it_and_nobody_else,
    who_cannot_be_named_cannot_label,
    bodies_that_make_no_sense_are_refused_where_they_do_not,
    a_bulk_sets_all_or_none,
    a_bulk_names_1_to_100_dialogs_each_once,
}

const BULK: &str = "/api/v1/enduser/dialogs/context/systemlabels/actions/bulkset";

async fn sets(caller: &Caller<'_>, dialog: &str, body: Value) -> Answer {
    sets_if(caller, dialog, &[], body).await
}

async fn sets_if(
    caller: &Caller<'_>,
    dialog: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> Answer {
    let path = format!("{FOUND}/{dialog}/context/systemlabels");
    caller.sends(Method::PUT, &path, headers, &body).await
}

/// Labels and their revision.
async fn labels(town: &Town, dialog: &str) -> (Value, String) {
    let answer = town.owner().owns(dialog).await.is(200);
    let revision = answer.text_at("/endUserContext/revision");
    (answer.at("/endUserContext/systemLabels").clone(), revision)
}

async fn labels_are_set_with_a_new_revision_and_nothing_else_changes() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let before = town.owner().owns(&id).await;
    town.waits(60);
    let person = town.person();
    let answer = sets(
        &person,
        &id,
        json!({"addLabels": ["Bin", "Archive", "MarkedAsUnopened"]}),
    )
    .await;
    let revision = answer.is_empty(204).header("etag");
    assert_eq!(
        labels(&town, &id).await,
        (json!(["Archive", "MarkedAsUnopened"]), revision.clone())
    );
    let after = town.owner().owns(&id).await;
    for member in ["/revision", "/updatedAt", "/contentUpdatedAt"] {
        assert_eq!(after.at(member), before.at(member), "{member}");
    }
    // No change keeps the revision.
    for same in [
        json!({}),
        json!(null),
        json!({"addLabels": ["archive"], "removeLabels": ["Archive", "Bin"]}),
    ] {
        assert_eq!(
            sets(&person, &id, same).await.is_empty(204).header("etag"),
            revision
        );
    }
}

async fn a_change_that_builds_on_an_older_revision_is_refused() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let person = town.person();
    let (_, first) = labels(&town, &id).await;
    let bin = json!({"addLabels": ["Bin"]});
    let second = sets_if(&person, &id, &[("if-match", &first)], bin.clone())
        .await
        .is(204)
        .header("etag");
    for stale in [bin.clone(), json!({})] {
        let answer = sets_if(&person, &id, &[("if-match", &first)], stale).await;
        answer.is_problem(412).lacks("/errors");
    }
    let quoted = format!("\"{second}\"");
    sets_if(
        &person,
        &id,
        &[("if-match", &quoted)],
        json!({"removeLabels": ["Bin"]}),
    )
    .await
    .is(204);
    for malformed in ["*", "x", "", "W/\"x\""] {
        sets_if(&person, &id, &[("if-match", malformed)], bin.clone())
            .await
            .refuses(400, &["If-Match"]);
    }
    // Who may not label learns that first.
    sets_if(&town.stranger(), &id, &[("if-match", &first)], bin)
        .await
        .refuses(403, &["Forbidden"]);
}

async fn whoever_finds_a_dialog_may_label_it_and_nobody_else() {
    let town = Town::new().await;
    let bin = || json!({"addLabels": ["Bin"]});
    let hidden = json!({"visibleFrom": town.after(3_600), "expiresAt": town.after(7_200)});
    let hidden = town.owner().creates(town.a_dialog_with(hidden)).await;
    sets(&town.end_user(&town.pid, 0), &hidden, bin())
        .await
        .is(204);

    let id = town.owner().creates(town.a_dialog()).await;
    let refused = sets(&town.stranger(), &id, bin())
        .await
        .refuses(403, &["Forbidden"]);
    assert!(refused.messages("Forbidden")[0].contains(&id));
    sets(&town.person(), &town.id(), bin())
        .await
        .refuses(404, &["DialogEntity"]);
    town.owner().deletes(&id).await;
    for caller in [town.person(), town.stranger()] {
        sets(&caller, &id, bin())
            .await
            .refuses(404, &["DialogEntity"]);
    }
    sets(&town.owner(), &id, bin()).await.is(403);
    sets(&town.nobody(), &id, bin()).await.is(401);
}

async fn who_cannot_be_named_cannot_label() {
    let (pid, company) = (person_number(), organization_number());
    let manager = format!("urn:altinn:person:identifier-no:{pid}");
    let town = Town::with(|directory| {
        directory.represents(&manager, Party::with_role(&company, "DAGL"));
    })
    .await;
    let party = format!("urn:altinn:organization:identifier-no:{company}");
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"party": party})))
        .await;
    sets(&town.end_user(&pid, 3), &id, json!({"addLabels": ["Bin"]}))
        .await
        .refuses(422, &["ActorId"]);
    assert_eq!(labels(&town, &id).await.0, json!(["Default"]));
}

async fn bodies_that_make_no_sense_are_refused_where_they_do_not() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{FOUND}/{id}/context/systemlabels");
    let json = [("content-type", "application/json")];
    for (body, key) in [
        (r#"{"addLabels": ["Bin", "Sent"]}"#, "addLabels[1]"),
        (r#"{"removeLabels": ["Sent"]}"#, "removeLabels[0]"),
        (r#"{"systemLabels": ["Sent"]}"#, "addLabels[0]"),
        (r#"{"addLabels": [77]}"#, "addLabels[0]"),
        (r#"{"addLabels": ["Attic"]}"#, "addLabels[0]"),
        (r#"{"addLabels": [null]}"#, "addLabels[0]"),
        (r#"{"addLabels": null}"#, "addLabels"),
        (r#"{"addLabels": ["Bin""#, "addLabels[1]"),
        (r#"["Bin"]"#, "SerializerErrors"),
        ("", "SerializerErrors"),
    ] {
        let answer = town
            .person()
            .sends_text(Method::PUT, &path, &json, body)
            .await;
        answer.refuses(400, &[key]);
    }
    town.person()
        .sends_text(Method::PUT, &path, &[], "{}")
        .await
        .is_empty(415);
    sets(&town.person(), "x", json!({}))
        .await
        .refuses(400, &["dialogId"]);
}

async fn a_bulk_sets_all_or_none() {
    let town = Town::new().await;
    let (owner, person) = (town.owner(), town.person());
    let mine = owner.creates(town.a_dialog()).await;
    let also = owner.creates(town.a_dialog()).await;
    let foreign = format!("urn:altinn:person:identifier-no:{}", person_number());
    let foreign = owner
        .creates(town.a_dialog_with(json!({"party": foreign})))
        .await;
    let deleted = owner.creates(town.a_dialog()).await;
    town.owner().deletes(&deleted).await;
    let unknown = town.id();
    let of = |ids: &[&String]| -> Value { ids.iter().map(|id| json!({"dialogId": id})).collect() };

    let refused = person
        .post(
            BULK,
            &json!({"dialogs": of(&[&foreign, &mine, &unknown, &deleted]), "addLabels": ["Bin"]}),
        )
        .await
        .refuses(404, &["DialogEntity"]);
    let named = format!("({foreign}, {unknown}, {deleted})");
    assert!(
        refused.messages("DialogEntity")[0].contains(&named),
        "{}",
        refused.text
    );
    let stale = json!([{"dialogId": mine}, {"dialogId": also, "endUserContextRevision": unknown}]);
    person
        .post(BULK, &json!({"dialogs": stale, "addLabels": ["Bin"]}))
        .await
        .is_problem(412);
    assert_eq!(labels(&town, &mine).await.0, json!(["Default"]));

    let (_, revision) = labels(&town, &also).await;
    let fresh = json!([{"dialogId": mine, "endUserContextRevision": null}, {"dialogId": also, "endUserContextRevision": revision}]);
    let done = person
        .post(BULK, &json!({"dialogs": fresh, "addLabels": ["Bin"]}))
        .await
        .is_empty(204);
    assert!(!done.headers.contains_key("etag"));
    for id in [&mine, &also] {
        assert_eq!(labels(&town, id).await.0, json!(["Bin"]));
    }
}

async fn a_bulk_names_1_to_100_dialogs_each_once() {
    let town = Town::new().await;
    let one = json!({"dialogId": town.id()});
    let many: Value = town
        .ids(101)
        .into_iter()
        .map(|id| json!({"dialogId": id}))
        .collect();
    for (body, keys) in [
        (json!(null), vec!["dto"]),
        (json!({}), vec!["dto.dialogs"]),
        (json!({"dialogs": []}), vec!["dto.dialogs"]),
        (json!({"dialogs": many}), vec!["dto.dialogs"]),
        (
            json!({"dialogs": [one, one], "addLabels": ["Sent"]}),
            vec!["dto.addLabels[0]", "dto.dialogs"],
        ),
        (json!({"dialogs": [null]}), vec!["dto.dialogs[0]"]),
        (json!({"dialogs": null}), vec!["dialogs"]),
        (
            json!({"dialogs": [{"dialogId": "x"}]}),
            vec!["dialogs[0].dialogId"],
        ),
        (
            json!({"dialogs": [{"dialogId": town.id(), "endUserContextRevision": "x"}]}),
            vec!["dialogs[0].endUserContextRevision"],
        ),
    ] {
        town.person().post(BULK, &body).await.refuses(400, &keys);
    }
    // The number and the repetition are told apart, and letter case makes no difference.
    let mut twice = many.as_array().unwrap().clone();
    let upper = twice[0]["dialogId"].as_str().unwrap().to_uppercase();
    twice.push(json!({"dialogId": upper}));
    let refused = town.person().post(BULK, &json!({"dialogs": twice})).await;
    assert_eq!(
        refused
            .refuses(400, &["dto.dialogs"])
            .messages("dto.dialogs")
            .len(),
        2
    );
    twice.truncate(1);
    twice.push(json!({"dialogId": upper}));
    let refused = town.person().post(BULK, &json!({"dialogs": twice})).await;
    assert_eq!(
        refused
            .refuses(400, &["dto.dialogs"])
            .messages("dto.dialogs")
            .len(),
        1
    );
    town.person()
        .post(BULK, &json!({"dialogs": [{}]}))
        .await
        .refuses(404, &["DialogEntity"]);
}

#[tokio::test]
async fn setting_labels_takes_two_statements_on_one_dialog_or_many() {
    let town = Town::build().counting().open().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(town.owner().creates(town.a_dialog()).await);
    }
    let dialogs: Value = ids.iter().map(|id| json!({"dialogId": id})).collect();
    let person = town.person();
    let proxy = town.proxy.as_ref().unwrap();
    // The first time also says who this is to the database.
    sets(&person, &ids[0], json!({"addLabels": ["Archive"]}))
        .await
        .is(204);
    proxy.executed();
    sets(&person, &ids[0], json!({"addLabels": ["Bin"]}))
        .await
        .is(204);
    assert_eq!(proxy.executed().len(), 2);
    person
        .post(BULK, &json!({"dialogs": dialogs, "addLabels": ["Archive"]}))
        .await
        .is(204);
    assert_eq!(proxy.executed().len(), 2);
}
