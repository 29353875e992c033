//! Activities, transmissions and the seen log of a dialog, in the hands of its owner.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, OWNED, Town, activity, attachment, texts, transmission, with};

async fn asks(town: &Town, dialog: &str, below: &str) -> Answer {
    town.owner().get(&format!("{OWNED}/{dialog}/{below}")).await
}

fn a_full_dialog(town: &Town) -> Value {
    let related = town.ids(2);
    let keyed = json!({"id": related[0], "idempotentKey": "the key", "attachments": [attachment()], "authorizationAttribute": "annex"});
    town.a_dialog_with(json!({
        "activities": [activity("FormSaved"), with(activity("Information"), json!({"description": texts(&[("nb", "N")])}))],
        "transmissions": [
            with(transmission("Information"), keyed),
            with(transmission("Submission"), json!({"id": related[1], "relatedTransmissionId": related[0]})),
        ],
    }))
}

#[tokio::test]
async fn parts_are_shown_whole_in_lists_and_alone() {
    let town = Town::new().await;
    let id = town.owner().creates(a_full_dialog(&town)).await;
    town.person().opens(&id).await.is(200);
    let dialog = town.owner().owns(&id).await.is(200);
    for (list, within) in [
        ("activities", "activities"),
        ("transmissions", "transmissions"),
        ("seenlog", "seenSinceLastUpdate"),
    ] {
        let parts = asks(&town, &id, list).await.is(200);
        let mut ids = parts.texts_at("", "/id");
        if list == "transmissions" {
            // The newest comes first here.
            ids.reverse();
        }
        assert_eq!(ids, dialog.texts_at(&format!("/{within}"), "/id"), "{list}");
        for part in parts.list_at("") {
            let one = asks(
                &town,
                &id,
                &format!("{list}/{}", part["id"].as_str().unwrap()),
            )
            .await
            .is(200);
            assert_eq!(one.at("/id"), &part["id"]);
        }
    }
    let first = dialog.text_at("/transmissions/0/id");
    let one = asks(&town, &id, &format!("transmissions/{first}")).await;
    one.has("/idempotentKey", "the key")
        .has("/authorizationAttribute", "annex")
        .lacks("/isOpened")
        .lacks("/isAuthorized");
    let activities = asks(&town, &id, "activities").await;
    activities.lacks("/0/performedBy").lacks("/1/description");
    let seen = asks(&town, &id, "seenlog").await;
    seen.has("/0/seenBy/actorId", town.party())
        .lacks("/0/isCurrentEndUser");
}

#[tokio::test]
async fn parts_of_a_deleted_dialog_are_gone_and_unknown_ones_not_found() {
    let town = Town::new().await;
    let id = town.owner().creates(a_full_dialog(&town)).await;
    for (list, key) in [
        ("activities", "DialogActivity"),
        ("transmissions", "DialogTransmission"),
        ("seenlog", "DialogSeenLog"),
    ] {
        asks(&town, &id, &format!("{list}/{}", town.id()))
            .await
            .refuses(404, &[key]);
        asks(&town, &town.id(), list)
            .await
            .refuses(404, &["DialogEntity"]);
    }
    town.owner().deletes(&id).await;
    for list in ["activities", "transmissions", "seenlog"] {
        asks(&town, &id, list).await.refuses(410, &["DialogEntity"]);
    }
}

#[tokio::test]
async fn to_other_owners_a_dialog_does_not_exist_whatever_they_ask() {
    let town = Town::new().await;
    let id = town.owner().creates(a_full_dialog(&town)).await;
    let part = town.owner().owns(&id).await.text_at("/activities/0/id");
    let operations = json!([{"op": "replace", "path": "/progress", "value": 5}]);
    let labels = json!({"addLabels": ["Bin"], "enduserId": "x"});
    let update = with(town.a_dialog(), json!({"status": "Draft"}));
    let as_person = format!("endusercontext/systemlabels?enduserId={}", town.party());
    let asked = [
        (Method::GET, "", Value::Null),
        (Method::PUT, "", update),
        (Method::PATCH, "", operations),
        (Method::DELETE, "", Value::Null),
        (Method::POST, "actions/purge", Value::Null),
        (Method::POST, "actions/restore", Value::Null),
        (Method::GET, "activities", Value::Null),
        (Method::GET, &format!("activities/{part}"), Value::Null),
        (Method::POST, "activities", activity("FormSaved")),
        (Method::GET, "transmissions", Value::Null),
        (Method::POST, "transmissions", transmission("Information")),
        (Method::GET, "seenlog", Value::Null),
        (Method::GET, "context/labels", Value::Null),
        (Method::POST, "context/labels", json!({"value": "label"})),
        (Method::DELETE, "context/labels/label", Value::Null),
        (Method::PUT, &as_person, labels),
    ];
    for (method, below, body) in &asked {
        let path = |id: &str| {
            format!("{OWNED}/{id}/{below}")
                .trim_end_matches('/')
                .to_owned()
        };
        let foreign = town
            .neighbour("")
            .send(method.clone(), &path(&id), body)
            .await
            .refuses(404, &["DialogEntity"]);
        let unknown = town.id();
        let missing = town
            .neighbour("")
            .send(method.clone(), &path(&unknown), body)
            .await
            .refuses(404, &["DialogEntity"]);
        assert_eq!(
            foreign.at("/errors").to_string().replace(&id, &unknown),
            missing.at("/errors").to_string()
        );
    }
    let lookup = format!("/api/v1/serviceowner/dialoglookup?instanceRef=urn:altinn:dialog-id:{id}");
    town.neighbour("").get(&lookup).await.is(403);
    town.owner().get(&lookup).await.is(200);
    // Nothing has happened to it.
    town.owner()
        .owns(&id)
        .await
        .is(200)
        .lacks("/progress")
        .lacks("/deletedAt");
}

#[tokio::test]
async fn an_admin_may_do_all_that_to_dialogs_of_others() {
    let town = Town::new().await;
    let id = town.owner().creates(a_full_dialog(&town)).await;
    let admin = town.neighbour("digdir:dialogporten.serviceprovider.admin");
    let operations = json!([{"op": "replace", "path": "/progress", "value": 5}]);
    for (method, below, body, status) in [
        (Method::GET, "", Value::Null, 200),
        (Method::PATCH, "", operations, 204),
        (Method::GET, "activities", Value::Null, 200),
        (Method::POST, "activities", activity("FormSaved"), 201),
        (
            Method::POST,
            "transmissions",
            transmission("Information"),
            201,
        ),
        (Method::GET, "seenlog", Value::Null, 200),
        (Method::GET, "context/labels", Value::Null, 200),
        (
            Method::POST,
            "context/labels",
            json!({"value": "label"}),
            204,
        ),
        (Method::POST, "actions/freeze", Value::Null, 204),
        (Method::DELETE, "", Value::Null, 204),
        (Method::POST, "actions/restore", Value::Null, 204),
        (Method::POST, "actions/purge", Value::Null, 204),
    ] {
        let path = format!("{OWNED}/{id}/{below}");
        admin
            .send(method, path.trim_end_matches('/'), &body)
            .await
            .is(status);
    }
}

#[tokio::test]
async fn activities_come_in_the_order_of_time_and_transmissions_the_newest_first() {
    let town = Town::build().stopped().open().await;
    let at = |base: Value, seconds: i64| with(base, json!({"createdAt": town.after(seconds)}));
    let id = town.owner().creates(town.a_dialog()).await;
    for seconds in [-20, -30, -10] {
        for (list, part) in [
            ("activities", activity("FormSaved")),
            ("transmissions", transmission("Alert")),
        ] {
            town.owner()
                .adds(&id, list, &at(part, seconds))
                .await
                .is(201);
        }
    }
    let times = [-30, -20, -10].map(|seconds| town.after(seconds)[..19].to_owned());
    for list in ["activities", "transmissions"] {
        let listed = asks(&town, &id, list).await.is(200);
        let mut found: Vec<_> = listed
            .texts_at("", "/createdAt")
            .iter()
            .map(|moment| moment[..19].to_owned())
            .collect();
        if list == "transmissions" {
            found.reverse();
            listed.lacks("/0/isOpened");
        } else {
            listed.lacks("/0/performedBy");
        }
        assert_eq!(found, times, "{list}");
    }
}
