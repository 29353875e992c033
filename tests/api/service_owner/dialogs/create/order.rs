//! Which of several wrongs is told: the order in which a request is looked at.

use serde_json::json;

use crate::support::{OWNED, Town, activity, transmission, with};

#[tokio::test]
async fn the_content_type_comes_before_the_caller_and_the_caller_before_the_body() {
    let town = Town::new().await;
    town.nobody()
        .send_with(OWNED, &[("content-type", "text/plain")], "x")
        .await
        .is_empty(415);
    town.nobody()
        .send_text(OWNED, "no JSON")
        .await
        .is_empty(401);
    town.person()
        .send_text(OWNED, "no JSON")
        .await
        .is_empty(403);
    town.owner()
        .send_text(&format!("{OWNED}?isSilentUpdate=x"), "no JSON")
        .await
        .refuses(400, &["SerializerErrors"]);
    town.owner()
        .send_text(&format!("{OWNED}?isSilentUpdate=x"), "{}")
        .await
        .refuses(400, &["isSilentUpdate"]);
}

#[tokio::test]
async fn what_json_cannot_hold_comes_before_the_rules_and_the_rules_before_the_registry() {
    let town = Town::new().await;
    let unknown = json!({"serviceResource": "urn:altinn:resource:nobody-knows-this"});
    let broken = town.a_dialog_with(with(unknown.clone(), json!({"progress": 101})));
    town.owner()
        .posts(&with(broken.clone(), json!({"status": []})))
        .await
        .refuses(400, &["status"]);
    town.owner()
        .posts(&broken)
        .await
        .refuses(400, &["dto.progress"]);
    town.owner()
        .posts(&town.a_dialog_with(unknown))
        .await
        .refuses(422, &["ServiceResource"]);
}

#[tokio::test]
async fn a_used_key_comes_before_what_is_collected() {
    let town = Town::new().await;
    let keyed = town.a_dialog_with(json!({"idempotentKey": "the key"}));
    let id = town.owner().creates(keyed.clone()).await;
    for also in [
        json!({"dueAt": town.after(-60)}),
        json!({"activities": [activity("CorrespondenceOpened")]}),
    ] {
        let answer = town
            .owner()
            .posts(&with(keyed.clone(), also))
            .await
            .refuses(409, &["IdempotentKey"]);
        answer.has("/dialogId", id.as_str());
    }
    let invalid = with(keyed.clone(), json!({"progress": 101}));
    town.owner()
        .posts(&invalid)
        .await
        .refuses(400, &["dto.progress"]);
}

#[tokio::test]
async fn what_is_collected_wins_over_later_refusals() {
    let town = Town::new().await;
    let past = json!({"dueAt": town.after(-60)});
    let opened = json!({"activities": [activity("CorrespondenceOpened")]});
    let one = with(
        transmission("Information"),
        json!({"idempotentKey": "same"}),
    );
    let repeated = json!({"transmissions": [one, one]});
    for (alone, status, key) in [(opened, 403, "Forbidden"), (repeated, 409, "IdempotentKey")] {
        town.owner()
            .posts(&town.a_dialog_with(alone.clone()))
            .await
            .refuses(status, &[key]);
        let both = town.a_dialog_with(with(alone, past.clone()));
        town.owner().posts(&both).await.refuses(422, &["DueAt"]);
    }
}

#[tokio::test]
async fn what_is_wrong_with_dates_and_transmissions_is_told_together() {
    let town = Town::new().await;
    let (a, b) = (town.id(), town.id());
    let related = |id: &str, to: &str| {
        with(
            transmission("Information"),
            json!({"id": id, "relatedTransmissionId": to}),
        )
    };
    let cycle = json!({"transmissions": [related(&a, &b), related(&b, &a)]});
    let dialog = town.a_dialog_with(with(cycle, json!({"dueAt": town.after(-60)})));
    town.owner()
        .posts(&dialog)
        .await
        .refuses(422, &["DueAt", "Transmissions"]);
    let unknown = with(
        dialog,
        json!({"serviceResource": "urn:altinn:resource:nobody-knows-this"}),
    );
    town.owner()
        .posts(&unknown)
        .await
        .refuses(422, &["ServiceResource"]);
    town.admin()
        .posts(&unknown)
        .await
        .refuses(422, &["ServiceResource", "Org", "Transmissions"]);
}
