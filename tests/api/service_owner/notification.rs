//! GET serviceowner/dialogs/{dialogId}/actions/should-send-notification.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Caller, OWNED, Town, activity, transmission, with};

const SCOPE: &str = "altinn:system/notifications.condition.check";

async fn asks(caller: &Caller<'_>, dialog: &str, query: &str) -> Answer {
    let path = format!("{OWNED}/{dialog}/actions/should-send-notification?{query}");
    caller.get(&path).await
}

/// The sender of notifications: this scope and no other.
fn sender(town: &Town) -> Caller<'_> {
    town.neighbour("").claiming(json!({"scope": SCOPE}))
}

#[tokio::test]
async fn what_has_happened_decides() {
    let town = Town::new().await;
    let sent = town.id();
    let given = json!({"transmissions": [with(transmission("Alert"), json!({"id": sent}))]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let sender = sender(&town);
    let opened = format!("activityType=TransmissionOpened&transmissionId={sent}");
    let other = format!(
        "activityType=TransmissionOpened&transmissionId={}",
        town.id()
    );
    let answers = async |exists: bool| {
        for (activity, exists) in [
            ("activityType=FormSaved", exists),
            (opened.as_str(), exists),
            (other.as_str(), false),
            ("activityType=correspondenceopened", false),
        ] {
            for (condition, sends) in [
                ("Exists", exists),
                ("NotExists", !exists),
                ("notexists", !exists),
                ("1", !exists),
            ] {
                let answer = asks(
                    &sender,
                    &id,
                    &format!("conditionType={condition}&{activity}"),
                )
                .await
                .is(200);
                assert_eq!(
                    answer.body,
                    json!({"sendNotification": sends}),
                    "{condition} {activity}"
                );
            }
        }
    };
    answers(false).await;
    town.owner()
        .adds(&id, "activities", &activity("FormSaved"))
        .await
        .is(201);
    let opened = with(
        activity("TransmissionOpened"),
        json!({"transmissionId": sent}),
    );
    town.owner().adds(&id, "activities", &opened).await.is(201);
    answers(true).await;
    town.owner().deletes(&id).await;
    answers(true).await;
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let sender = sender(&town);
    let nil = Uuid::nil();
    for (query, keys) in [
        (String::new(), vec!["activityType", "conditionType"]),
        ("conditionType=Exists".into(), vec!["activityType"]),
        (
            "conditionType=&activityType=FormSaved".into(),
            vec!["conditionType"],
        ),
        (
            "conditionType=Maybe&activityType=FormSaved".into(),
            vec!["conditionType"],
        ),
        (
            "conditionType=9&activityType=FormSaved".into(),
            vec!["conditionType"],
        ),
        (
            "conditionType=Exists&activityType=TransmissionOpened".into(),
            vec!["transmissionId"],
        ),
        (
            format!("conditionType=Exists&activityType=TransmissionOpened&transmissionId={nil}"),
            vec!["transmissionId"],
        ),
        (
            format!("conditionType=Exists&activityType=Information&transmissionId={id}"),
            vec!["transmissionId"],
        ),
        (
            "conditionType=Exists&activityType=TransmissionOpened&transmissionId=x".into(),
            vec!["transmissionId"],
        ),
    ] {
        asks(&sender, &id, &query).await.refuses(400, &keys);
    }
    let good = "conditionType=Exists&activityType=FormSaved";
    asks(&sender, "x", good).await.refuses(400, &["dialogId"]);
    asks(&sender, &nil.to_string(), good)
        .await
        .refuses(400, &["dialogId"]);
    asks(&sender, &town.id(), good)
        .await
        .refuses(404, &["DialogEntity"]);
}

#[tokio::test]
async fn it_is_for_the_sender_of_notifications() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let good = "conditionType=Exists&activityType=FormSaved";
    for (caller, status) in [
        (town.nobody(), 401),
        (town.owner(), 403),
        (town.admin(), 403),
        (town.person(), 403),
        (town.owner_with(SCOPE), 200),
        (sender(&town), 200),
    ] {
        let answer = asks(&caller, &id, good).await.is(status);
        if status != 200 {
            assert_eq!(answer.body, Value::Null);
        }
    }
}
