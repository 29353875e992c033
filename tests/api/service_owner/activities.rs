//! Activities that service owners add to dialogs and move in time.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Caller, FOUND, OWNED, Town, activity, texts, transmission, with};

const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";

/// What happened, with more said about it.
fn happened(kind: &str, changes: Value) -> Value {
    with(activity(kind), changes)
}

fn described(length: usize) -> Value {
    let text = "x".repeat(length);
    happened(
        "Information",
        json!({"description": texts(&[("nb", &text)])}),
    )
}

async fn adds(town: &Town, id: &str, activity: &Value) -> Answer {
    town.owner().adds(id, "activities", activity).await
}

/// Moves an activity to a moment.
async fn moves(caller: &Caller<'_>, dialog: &str, activity: &str, moment: &str) -> Answer {
    let path =
        format!("{OWNED}/{dialog}/activities/{activity}/actions/updateFormSavedActivityTime");
    caller.post(&path, &json!(moment)).await
}

#[tokio::test]
async fn what_is_added_is_told_by_id_revision_and_location() {
    let town = Town::build().stopped().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let before = town.owner().owns(&id).await;
    town.waits(60);
    let given = happened(
        "FormSaved",
        json!({"extendedType": "urn:x", "createdAt": town.after(10)}),
    );
    let added = adds(&town, &id, &given).await.is(201);
    let activity = added.body.as_str().expect("a JSON string");
    let path = format!("{OWNED}/{id}/activities/{activity}");
    assert_eq!(added.header("location"), path);
    let after = town.owner().owns(&id).await;
    assert_eq!(added.header("etag"), after.text_at("/revision"));
    assert_ne!(after.at("/revision"), before.at("/revision"));
    assert_eq!(after.at("/updatedAt"), &json!(town.after(0)));
    assert_eq!(
        after.at("/contentUpdatedAt"),
        before.at("/contentUpdatedAt")
    );
    town.owner()
        .get(&path)
        .await
        .is(200)
        .has("/type", "FormSaved")
        .has("/extendedType", "urn:x")
        .has("/createdAt", town.after(10))
        .has("/performedBy/actorType", "ServiceOwner");
    assert_eq!(
        town.events(&id).await,
        ["created", "updated", "activity.form-saved"]
    );
}

#[tokio::test]
async fn descriptions_belong_to_information_and_have_a_length() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let scoped = town.owner_with(CORRESPONDENCE);
    let description = json!({"description": texts(&[("nb", "x")])});
    for (caller, activity, status) in [
        (&town.owner(), activity("Information"), 400),
        (&town.owner(), happened("PaymentMade", description), 400),
        (&town.owner(), described(255), 201),
        (&town.owner(), described(256), 400),
        (&scoped, described(256), 201),
        (&scoped, described(4_095), 201),
        (&scoped, described(4_096), 400),
    ] {
        caller.adds(&id, "activities", &activity).await.is(status);
    }
}

#[tokio::test]
async fn what_does_not_make_sense_is_refused_where_it_does_not() {
    let town = Town::build().stopped().open().await;
    let sent = town.id();
    let given = json!({"transmissions": [with(transmission("Alert"), json!({"id": sent}))]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let elsewhere = town
        .owner()
        .creates_and_reads(town.a_dialog_with(json!({"transmissions": [transmission("Alert")]})))
        .await;
    let elsewhere = elsewhere.text_at("/transmissions/0/id");
    let by = |actor: Value| json!({"performedBy": actor});
    let unknown = format!(
        "urn:altinn:person:identifier-no:{}",
        crate::support::person_number()
    );
    for (activity, status, key) in [
        (json!({"type": "FormSaved"}), 400, "activity.performedBy"),
        (
            happened("FormSaved", json!({"type": 0})),
            400,
            "activity.type",
        ),
        (happened("FormSaved", json!({"type": "none"})), 400, "type"),
        (
            happened(
                "FormSaved",
                json!({"id": "018bb8e5-d9d0-4434-8ec5-569a6c8e01fc"}),
            ),
            400,
            "activity.id",
        ),
        (
            happened("FormSaved", json!({"id": Uuid::nil()})),
            400,
            "activity.id",
        ),
        (
            happened("FormSaved", json!({"id": town.id_at(60_000)})),
            400,
            "activity.id",
        ),
        (
            happened("FormSaved", json!({"createdAt": town.after(60)})),
            400,
            "activity.createdAt",
        ),
        (
            happened("FormSaved", json!({"extendedType": "no uri"})),
            400,
            "activity.extendedType",
        ),
        (
            happened("FormSaved", json!({"transmissionId": sent})),
            400,
            "activity.transmissionId",
        ),
        (
            activity("TransmissionOpened"),
            400,
            "activity.transmissionId",
        ),
        (
            happened("TransmissionOpened", json!({"transmissionId": elsewhere})),
            422,
            "Activity.TransmissionId",
        ),
        (
            happened("TransmissionOpened", json!({"transmissionId": Uuid::nil()})),
            422,
            "Activity.TransmissionId",
        ),
        (
            happened(
                "FormSaved",
                by(json!({"actorType": "ServiceOwner", "actorName": "N"})),
            ),
            400,
            "activity.performedBy",
        ),
        (
            happened("FormSaved", by(json!({"actorType": "PartyRepresentative"}))),
            400,
            "activity.performedBy",
        ),
        (
            happened(
                "FormSaved",
                by(
                    json!({"actorType": "PartyRepresentative", "actorName": "N", "actorId": town.party()}),
                ),
            ),
            400,
            "activity.performedBy",
        ),
        (
            happened(
                "FormSaved",
                by(json!({"actorType": "PartyRepresentative", "actorId": unknown})),
            ),
            422,
            "ActorId",
        ),
    ] {
        let answer = adds(&town, &id, &activity).await.is_problem(status);
        let keys = answer.keys();
        assert!(
            keys.iter()
                .any(|found| found.ends_with(key) || found.replace("activity.", "") == key),
            "{activity}: {keys:?} {key}"
        );
    }
    let named = happened(
        "FormSaved",
        by(json!({"actorType": "PartyRepresentative", "actorId": town.party()})),
    );
    adds(&town, &id, &named).await.is(201);
    town.owner()
        .owns(&id)
        .await
        .has("/activities/0/performedBy/actorName", "LAST FIRST MIDDLE");
}

#[tokio::test]
async fn an_id_is_taken_once_and_for_all_dialogs() {
    let town = Town::new().await;
    let (id, other) = (
        town.owner().creates(town.a_dialog()).await,
        town.owner().creates(town.a_dialog()).await,
    );
    let given = happened("FormSaved", json!({"id": town.id()}));
    adds(&town, &id, &given).await.is(201);
    for dialog in [&id, &other] {
        let answer = adds(&town, dialog, &given)
            .await
            .refuses(422, &["DialogActivity"]);
        let text = format!(
            "Key ('Id')=({}) already exists.",
            given["id"].as_str().unwrap()
        );
        assert_eq!(answer.messages("DialogActivity"), [text]);
    }
    let headers = [("if-match", "018bb8e5-d9d0-7434-8ec5-569a6c8e01fc")];
    let path = format!("{OWNED}/{id}/activities");
    town.owner()
        .sends(Method::POST, &path, &headers, &given)
        .await
        .is(422);
}

#[tokio::test]
async fn activities_build_on_the_revision_that_they_name() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}/activities");
    let revision = town.owner().owns(&id).await.header("etag");
    for (expected, status) in [
        ("x", 400),
        ("018bb8e5-d9d0-4434-8ec5-569a6c8e01fc", 412),
        (&revision, 201),
        (&revision, 412),
    ] {
        let headers = [("if-match", expected)];
        let answer = town
            .owner()
            .sends(Method::POST, &path, &headers, &activity("FormSaved"))
            .await;
        let answer = answer.is(status);
        if status == 412 {
            answer.lacks("/errors");
        }
    }
}

#[tokio::test]
async fn correspondence_is_told_with_its_scope_only_also_by_admins() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for caller in [town.owner(), town.admin()] {
        caller
            .adds(&id, "activities", &activity("CorrespondenceOpened"))
            .await
            .refuses(403, &["Forbidden"]);
    }
    let scoped = town.owner_with(CORRESPONDENCE);
    scoped
        .adds(&id, "activities", &activity("CorrespondenceOpened"))
        .await
        .is(201);
    adds(&town, &id, &activity("FormSaved")).await.is(201);
}

#[tokio::test]
async fn only_admins_add_to_what_is_deleted_and_never_transmissions() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&id).await;
    for (caller, list, part, status) in [
        (town.owner(), "activities", activity("FormSaved"), 410),
        (town.admin(), "activities", activity("FormSaved"), 201),
        (town.owner(), "transmissions", transmission("Alert"), 410),
        (town.admin(), "transmissions", transmission("Alert"), 410),
    ] {
        caller.adds(&id, list, &part).await.is(status);
    }
    town.owner()
        .adds(&town.id(), "activities", &activity("FormSaved"))
        .await
        .refuses(404, &["DialogEntity"]);
}

#[tokio::test]
async fn an_activity_takes_a_dialog_out_of_the_bin_unless_it_is_silent() {
    let town = Town::build().stopped().open().await;
    let owner = town.owner();
    for (query, body, is_silent) in [
        ("", json!({}), false),
        ("?isSilentUpdate=true", json!({}), true),
        ("", json!({"isSilentUpdate": true}), true),
        (
            "?isSilentUpdate=false",
            json!({"isSilentUpdate": true}),
            false,
        ),
        (
            "?isSilentUpdate=True",
            json!({"isSilentUpdate": false}),
            true,
        ),
    ] {
        let id = owner
            .creates(town.a_dialog_with(json!({"systemLabel": "Bin"})))
            .await;
        let before = owner.owns(&id).await;
        let told = town.events(&id).await.len();
        town.waits(60);
        let path = format!("activities{query}");
        owner
            .adds(&id, &path, &happened("FormSaved", body))
            .await
            .is(201);
        let after = owner.owns(&id).await;
        assert_ne!(before.at("/revision"), after.at("/revision"));
        assert_eq!(before.at("/updatedAt") == after.at("/updatedAt"), is_silent);
        assert_eq!(
            after.at("/systemLabel"),
            if is_silent { "Bin" } else { "Default" }
        );
        assert_eq!(town.events(&id).await.len() == told, is_silent);
        let log = town
            .person()
            .get(&format!("{FOUND}/{id}/context/labellog"))
            .await
            .is(200);
        let last = log.list_at("").last().unwrap();
        if is_silent {
            assert_eq!(last["action"], "set");
        } else {
            assert_eq!(last["name"], "systemlabel:Bin");
            assert_eq!(last["action"], "remove");
            assert_eq!(last["performedBy"], json!({"actorType": "ServiceOwner"}));
        }
    }
    let text = happened("FormSaved", json!({"isSilentUpdate": "true"}));
    let id = owner.creates(town.a_dialog()).await;
    adds(&town, &id, &text)
        .await
        .refuses(400, &["isSilentUpdate"]);
}

#[tokio::test]
async fn what_was_sent_counts_as_opened_when_that_has_happened() {
    let town = Town::build().stopped().open().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    let sent = owner
        .adds(&id, "transmissions", &transmission("Information"))
        .await
        .is(201)
        .body;
    town.waits(1);
    let other = owner
        .adds(&id, "transmissions", &transmission("Alert"))
        .await
        .is(201)
        .body;
    owner
        .adds(&id, "transmissions", &transmission("Submission"))
        .await
        .is(201);
    let before = owner
        .owns(&id)
        .await
        .has("/hasUnopenedContent", true)
        .has("/transmissions/0/isOpened", false);
    town.waits(60);
    for (transmission, unopened) in [(&sent, true), (&sent, true), (&other, false)] {
        let opened = happened(
            "TransmissionOpened",
            json!({"transmissionId": transmission}),
        );
        adds(&town, &id, &opened).await.is(201);
        owner
            .owns(&id)
            .await
            .has("/hasUnopenedContent", unopened)
            .has("/transmissions/0/isOpened", true);
    }
    let after = owner.owns(&id).await;
    assert_eq!(
        after.at("/contentUpdatedAt"),
        before.at("/contentUpdatedAt")
    );
}

#[tokio::test]
async fn a_letter_is_unopened_until_it_was_opened() {
    let town = Town::with(|directory| {
        directory.resources[0].kind = "CorrespondenceService";
    })
    .await;
    let scoped = town.owner_with(CORRESPONDENCE);
    let id = scoped.creates(town.a_dialog()).await;
    town.owner()
        .adds(&id, "activities", &activity("FormSaved"))
        .await
        .refuses(403, &["Forbidden"]);
    scoped.owns(&id).await.has("/hasUnopenedContent", true);
    scoped
        .adds(&id, "activities", &activity("CorrespondenceConfirmed"))
        .await
        .is(201);
    scoped.owns(&id).await.has("/hasUnopenedContent", true);
    scoped
        .adds(&id, "activities", &activity("CorrespondenceOpened"))
        .await
        .is(201);
    scoped.owns(&id).await.has("/hasUnopenedContent", false);
}

#[tokio::test]
async fn activities_at_once_do_not_hinder_each_other() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let given = activity("FormSaved");
    for answer in join_all((0..10).map(|_| adds(&town, &id, &given))).await {
        answer.is(201);
    }
    assert_eq!(
        town.owner().owns(&id).await.list_at("/activities").len(),
        10
    );
}

#[tokio::test]
async fn admins_move_the_time_at_which_a_form_was_saved() {
    let town = Town::build().stopped().open().await;
    let (saved, told) = (town.id(), town.id());
    let given = json!({
        "systemLabel": "Bin",
        "activities": [happened("FormSaved", json!({"id": saved})), with(described(3), json!({"id": told}))],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let events = town.events(&id).await;
    let admin = town.admin();
    town.waits(100);
    let (earlier, later) = (town.after(-50_000), town.after(10));
    let created = town.owner().owns(&id).await.text_at("/updatedAt");
    let mut revision = town.owner().owns(&id).await.header("etag");
    for (moment, updated) in [(&earlier, &created), (&later, &later), (&earlier, &later)] {
        let moved = moves(&admin, &id, &saved, moment).await.is_empty(204);
        assert_ne!(moved.header("etag"), revision);
        revision = moved.header("etag");
        let dialog = town.owner().owns(&id).await;
        dialog
            .has("/updatedAt", updated.as_str())
            .has("/systemLabel", "Bin")
            .has("/revision", revision.as_str());
        let path = format!("{OWNED}/{id}/activities/{saved}");
        admin.get(&path).await.has("/createdAt", moment.as_str());
    }
    assert_eq!(town.events(&id).await, events, "nobody is told");

    moves(&town.owner(), &id, &saved, &earlier)
        .await
        .is_empty(403);
    moves(&admin, &id, &told, &earlier)
        .await
        .refuses(422, &["Type"]);
    moves(&admin, &id, &saved, &town.after(3_600))
        .await
        .is_problem(400);
    moves(&admin, &id, &saved, "2024-01-01T00:00:00")
        .await
        .is_problem(400);
    moves(&admin, &id, &town.id(), &earlier)
        .await
        .refuses(404, &["DialogActivity"]);
    moves(&admin, &town.id(), &saved, &earlier)
        .await
        .refuses(404, &["DialogActivity"]);
    moves(&admin, "x", &saved, &earlier).await.is_empty(404);
    let path = format!("{OWNED}/{id}/activities/{saved}/actions/updateFormSavedActivityTime");
    let stale = [("if-match", "018bb8e5-d9d0-4434-8ec5-569a6c8e01fc")];
    admin
        .sends(Method::POST, &path, &stale, &json!(earlier))
        .await
        .is_problem(412);
}
