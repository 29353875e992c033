//! What hinders a dialog from being replaced.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    OWNED, Policy, Town, activity, an_update, attachment, gui_action, transmission, with,
};

const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";

#[tokio::test]
async fn an_id_of_another_part_cannot_be_taken_over() {
    let town = Town::new().await;
    let ids = town.ids(4);
    let link = |id: &str| json!({"id": id, "url": "https://example.com/", "consumerType": "Gui"});
    let held = |id: &str, url: &str| json!({"id": id, "urls": [link(url)]});
    let action = |id: &str, endpoint: &str| json!({"id": id, "action": "a", "endpoints": [{"id": endpoint, "url": "https://example.com/", "httpMethod": "GET"}]});
    let sent = |id: &str| {
        with(
            transmission("Alert"),
            json!({"attachments": [with(attachment(), json!({"id": id}))]}),
        )
    };
    let given = json!({
        "attachments": [held(&ids[0], &ids[1])], "apiActions": [action(&ids[0], &ids[1])],
        "transmissions": [sent(&ids[2])],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    for (changes, key) in [
        // The link of the old attachment under a new one, which takes the old one's place or stands beside it.
        (
            json!({"attachments": [{"urls": [link(&ids[1])]}]}),
            "AttachmentUrl",
        ),
        (
            json!({"attachments": [held(&ids[0], &ids[3]), held(&ids[3], &ids[1])]}),
            "AttachmentUrl",
        ),
        (
            json!({"attachments": [held(&ids[2], &ids[3])]}),
            "Attachment",
        ),
        (
            json!({"apiActions": [action(&ids[3], &ids[1])]}),
            "DialogApiActionEndpoint",
        ),
        (
            json!({"transmissions": [sent(&ids[2])]}),
            "DialogAttachment",
        ),
        (
            json!({"attachments": [held(&ids[0], &ids[1])], "transmissions": [sent(&ids[0])]}),
            "Attachment",
        ),
    ] {
        let update = with(an_update(), changes);
        let answer = town.owner().puts(&id, &update).await.refuses(422, &[key]);
        assert!(answer.text.contains("already exists"), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_rules_of_creation_hold_and_are_told_at_once() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for (changes, keys) in [
        (json!({"status": Value::Null}), vec!["dto.status"]),
        (json!({"status": 99}), vec!["dto.status"]),
        (json!({"status": "none"}), vec!["status"]),
        (json!({"content": Value::Null}), vec!["dto.content"]),
        (
            json!({"progress": 101, "externalReference": "x".repeat(1024)}),
            vec!["dto.externalReference", "dto.progress"],
        ),
        (
            json!({"attachments": [{"urls": []}], "guiActions": [{}]}),
            vec![
                "dto.attachments[0].urls",
                "dto.guiActions[0].action",
                "dto.guiActions[0].priority",
                "dto.guiActions[0].title",
                "dto.guiActions[0].url",
            ],
        ),
        (
            json!({"activities": [activity("Information")]}),
            vec!["dto.activities[0].description"],
        ),
        (
            json!({"transmissions": [{}]}),
            vec![
                "dto.transmissions[0].content",
                "dto.transmissions[0].sender",
                "dto.transmissions[0].type",
            ],
        ),
    ] {
        let update = with(an_update(), changes);
        town.owner().puts(&id, &update).await.refuses(400, &keys);
    }
    for list in [
        "attachments",
        "guiActions",
        "apiActions",
        "transmissions",
        "activities",
        "searchTags",
    ] {
        let mut update = an_update();
        update[list] = Value::Null;
        town.owner().puts(&id, &update).await.refuses(400, &[list]);
    }
    for body in ["", "null", "[]", "7", "{", "no JSON"] {
        let headers = [("content-type", "application/json")];
        let path = format!("{OWNED}/{id}");
        let answer = town
            .owner()
            .ask_with(Method::PUT, &path, &headers, body)
            .await;
        answer.is_problem(400);
    }
    town.owner()
        .puts(&Uuid::nil().to_string(), &an_update())
        .await
        .refuses(400, &["id"]);
}

#[tokio::test]
async fn only_who_may_see_the_dialog_learns_what_is_wrong_with_the_body() {
    let town = Town::new().await;
    let deleted = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&deleted).await;
    let live = town.owner().creates(town.a_dialog()).await;
    let (owner, neighbour) = (town.owner(), town.neighbour(""));
    let (good, bad) = (an_update(), with(an_update(), json!({"progress": 101})));
    for (caller, id, body, status) in [
        (&owner, &deleted, &bad, 400),
        (&owner, &deleted, &good, 410),
        (&owner, &town.id(), &bad, 404),
        (&owner, &town.id(), &good, 404),
        (&neighbour, &live, &bad, 404),
        (&neighbour, &live, &good, 404),
        (&owner, &live, &bad, 400),
    ] {
        caller.puts(id, body).await.is_problem(status);
    }
    // What cannot be read is told first.
    let unreadable = with(an_update(), json!({"progress": "x"}));
    owner
        .puts(&town.id(), &unreadable)
        .await
        .refuses(400, &["progress"]);
}

#[tokio::test]
async fn parts_are_added_under_ids_and_keys_that_are_free() {
    let town = Town::new().await;
    let (stored, sent) = (town.id(), town.id());
    let given = json!({
        "activities": [with(activity("FormSaved"), json!({"id": stored}))],
        "transmissions": [with(transmission("Alert"), json!({"id": sent, "idempotentKey": "the key"}))],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let other = town.owner().creates(town.a_dialog()).await;
    let again = json!({"activities": [with(activity("FormSaved"), json!({"id": stored}))]});
    let resent = json!({"transmissions": [with(transmission("Alert"), json!({"id": sent}))]});
    let keyed = json!({"transmissions": [with(transmission("Alert"), json!({"idempotentKey": "the key"}))]});
    for (dialog, changes, status, key) in [
        (&id, &again, 422, "DialogActivity"),
        (&other, &again, 422, "DialogActivity"),
        (&id, &resent, 422, "DialogTransmission"),
        (&other, &resent, 422, "DialogTransmission"),
        (&id, &keyed, 409, "IdempotentKey"),
    ] {
        let update = with(an_update(), changes.clone());
        town.owner()
            .puts(dialog, &update)
            .await
            .refuses(status, &[key]);
    }
    let update = with(an_update(), keyed);
    town.owner().puts(&other, &update).await.is(204);
    let twice = json!({"transmissions": [update["transmissions"][0], update["transmissions"][0]]});
    town.owner()
        .puts(&id, &with(an_update(), twice))
        .await
        .refuses(409, &["IdempotentKey"]);
}

#[tokio::test]
async fn new_parts_may_name_stored_ones() {
    let town = Town::new().await;
    let sent = town.id();
    let given = json!({"transmissions": [with(transmission("Information"), json!({"id": sent}))]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let opened = |id: &str| json!({"activities": [with(activity("TransmissionOpened"), json!({"transmissionId": id}))]});
    let answers = |id: &str| json!({"transmissions": [with(transmission("Submission"), json!({"relatedTransmissionId": id}))]});
    for (changes, key) in [
        (opened(&town.id()), "Activities"),
        (answers(&town.id()), "Transmissions"),
    ] {
        let update = with(an_update(), changes);
        town.owner()
            .puts(&id, &update)
            .await
            .is_problem(422)
            .tells(key);
    }
    town.owner()
        .owns(&id)
        .await
        .has("/hasUnopenedContent", true);
    town.owner()
        .puts(&id, &with(an_update(), answers(&sent)))
        .await
        .is(204);
    town.owner()
        .puts(&id, &with(an_update(), opened(&sent)))
        .await
        .is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/hasUnopenedContent", false)
        .has("/fromPartyTransmissionsCount", 1)
        .has("/fromServiceOwnerTransmissionsCount", 1)
        .has("/endUserContext/systemLabels", json!(["Default", "Sent"]));
}

#[tokio::test]
async fn texts_are_needed_as_soon_as_people_may_see_the_dialog() {
    let town = Town::new().await;
    let silent_sent = with(transmission("Alert"), json!({"content": Value::Null}));
    let given = json!({"isApiOnly": true, "transmissions": [silent_sent]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    town.owner()
        .puts(&id, &an_update())
        .await
        .refuses(400, &["dto.transmissions"]);
    let update = with(an_update(), json!({"isApiOnly": true}));
    town.owner().puts(&id, &update).await.is(204);
}

#[tokio::test]
async fn dates_that_have_passed_may_stay_and_go_but_not_be_set() {
    let town = Town::build().stopped().open().await;
    let dates = json!({"dueAt": town.after(100), "expiresAt": town.after(200)});
    let id = town
        .owner()
        .creates(town.a_dialog_with(dates.clone()))
        .await;
    town.waits(1_000);
    let unchanged = with(an_update(), dates.clone());
    let (owner, admin) = (town.owner(), town.admin());
    owner
        .puts(&id, &with(unchanged.clone(), json!({"progress": 1})))
        .await
        .is(204);
    for (member, key) in [("dueAt", "DueAt"), ("expiresAt", "ExpiresAt")] {
        let moved = with(unchanged.clone(), json!({member: town.after(-850)}));
        let answer = owner.puts(&id, &moved).await.refuses(422, &[key]);
        assert!(answer.messages(key)[0].contains("Must be in future or current value"));
    }
    let moved = with(
        unchanged.clone(),
        json!({"dueAt": town.after(-850), "expiresAt": town.after(-840)}),
    );
    owner
        .puts(&format!("{id}?isSilentUpdate=true"), &moved)
        .await
        .is(204);
    let moved = with(unchanged, json!({"dueAt": town.after(-860)}));
    admin.puts(&id, &moved).await.is(204);
    owner.puts(&id, &an_update()).await.is(204);
    owner.owns(&id).await.lacks("/dueAt").lacks("/expiresAt");
}

#[tokio::test]
async fn an_attribute_of_another_owner_must_go_before_the_owner_may_change_anything() {
    let town = Town::with(|directory| {
        directory.foreign("theirs", Policy::usual());
    })
    .await;
    let foreign = json!({"guiActions": [with(gui_action("a"), json!({"authorizationAttribute": town.also("theirs")}))]});
    let id = town.owner().creates(town.a_dialog()).await;
    let update = with(an_update(), foreign);
    let answer = town
        .owner()
        .puts(&id, &update)
        .await
        .refuses(403, &["Forbidden"]);
    assert!(answer.messages("Forbidden")[0].contains(&town.also("theirs")));
    town.admin().puts(&id, &update).await.is(204);
    town.owner()
        .replaces(&id, "/progress", json!(5))
        .await
        .refuses(403, &["Forbidden"]);
    // This refusal wins over what was collected before.
    let late = with(update, json!({"dueAt": town.after(-60)}));
    town.owner()
        .puts(&id, &late)
        .await
        .refuses(403, &["Forbidden"]);
    town.owner()
        .patches(&id, json!([{"op": "remove", "path": "/guiActions"}]))
        .await
        .is(204);
}

#[tokio::test]
async fn correspondence_needs_its_scope_but_what_was_collected_comes_first() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let read = json!({"activities": [activity("CorrespondenceOpened")]});
    let update = with(an_update(), read.clone());
    for caller in [town.owner(), town.admin()] {
        caller.puts(&id, &update).await.refuses(403, &["Forbidden"]);
    }
    let late = with(update.clone(), json!({"dueAt": town.after(-60)}));
    town.owner().puts(&id, &late).await.refuses(422, &["DueAt"]);
    town.owner_with(CORRESPONDENCE)
        .puts(&id, &update)
        .await
        .is(204);
    let created = town.a_dialog_with(with(read, json!({"dueAt": town.after(-60)})));
    town.owner().posts(&created).await.refuses(422, &["DueAt"]);
}
