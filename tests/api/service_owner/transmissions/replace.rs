//! PUT serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}: a transmission is put right, which nobody is told.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, OWNED, Policy, Town, attachment, content, texts, transmission, with,
};

const SCOPE: &str = "digdir:dialogporten.serviceprovider.changetransmissions";

/// The least that puts a transmission right.
fn correction(changes: Value) -> Value {
    let least = with(transmission("Information"), json!({"isSilentUpdate": true}));
    with(least, changes)
}

async fn corrects(caller: &Caller<'_>, dialog: &str, id: &str, body: &Value) -> Answer {
    let path = format!("{OWNED}/{dialog}/transmissions/{id}");
    caller.send(Method::PUT, &path, body).await
}

/// A dialog with these transmissions; its id and theirs.
async fn with_transmissions(town: &Town, given: Vec<Value>) -> (String, Vec<String>) {
    let dialog = town.a_dialog_with(json!({"transmissions": given}));
    let dialog = town.owner().creates_and_reads(dialog).await;
    (
        dialog.text_at("/id"),
        dialog.texts_at("/transmissions", "/id"),
    )
}

#[tokio::test]
async fn everything_is_replaced_but_the_time_and_nobody_is_told() {
    let town = Town::build().stopped().open().await;
    let full = with(
        transmission("Alert"),
        json!({
            "idempotentKey": "the key", "extendedType": "urn:x", "externalReference": "ref", "authorizationAttribute": "annex",
            "content": {"title": content("Elghund"), "summary": content("Furu")}, "attachments": [attachment()],
            "navigationalActions": [{"title": texts(&[("nb", "Gå")]), "url": "https://example.com/"}],
        }),
    );
    let (id, sent) = with_transmissions(&town, vec![full]).await;
    town.person().labels(&id, &["Bin"], &[]).await.is(204);
    town.person().opens(&id).await.is(200);
    let before = town.owner().owns(&id).await;
    let events = town.events(&id).await;
    town.waits(60);
    let caller = town.owner_with(SCOPE);
    let body = correction(json!({"content": {"title": content("Granbar")}}));
    let answer = corrects(&caller, &id, &sent[0], &body).await.is_empty(204);
    let after = town.owner().owns(&id).await;
    assert_eq!(answer.header("etag"), after.text_at("/revision"));
    assert_ne!(before.at("/revision"), after.at("/revision"));
    for kept in [
        "updatedAt",
        "contentUpdatedAt",
        "endUserContext",
        "isContentSeen",
        "hasUnopenedContent",
    ] {
        assert_eq!(before.body[kept], after.body[kept], "{kept}");
    }
    assert_eq!(town.events(&id).await, events);
    let path = format!("{OWNED}/{id}/transmissions/{}", sent[0]);
    let one = town
        .owner()
        .get(&path)
        .await
        .is(200)
        .has("/id", sent[0].as_str())
        .has("/type", "Information")
        .has("/createdAt", before.text_at("/transmissions/0/createdAt"))
        .has("/content/title/value/0/value", "Granbar")
        .has("/attachments", json!([]))
        .has("/navigationalActions", json!([]));
    for gone in [
        "idempotentKey",
        "extendedType",
        "externalReference",
        "authorizationAttribute",
    ] {
        assert!(one.body.get(gone).is_none(), "{gone}");
    }
    one.lacks("/content/summary");
    let party = town.party();
    for (word, count) in [("granbar", 1), ("elghund", 0), ("furu", 0), ("tittel", 1)] {
        let found = town
            .person()
            .finds(&format!("party={party}&search={word}"))
            .await
            .is(200);
        assert_eq!(found.ids().len(), count, "{word}");
    }
    let moment = town.after(5_000);
    corrects(
        &caller,
        &id,
        &sent[0],
        &correction(json!({"createdAt": moment})),
    )
    .await
    .is(204);
    town.owner().get(&path).await.has("/createdAt", moment);
}

#[tokio::test]
async fn it_needs_a_scope_of_its_own_and_silence() {
    let town = Town::new().await;
    let (id, sent) = with_transmissions(&town, vec![transmission("Alert")]).await;
    let body = correction(json!({}));
    corrects(&town.owner(), &id, &sent[0], &body)
        .await
        .is_empty(403);
    corrects(&town.admin(), &id, &sent[0], &body)
        .await
        .is_empty(403);
    let caller = town.owner_with(SCOPE);
    let loud = with(body.clone(), json!({"isSilentUpdate": Value::Null}));
    for (query, body, status) in [
        ("", &loud, 400),
        ("?isSilentUpdate=false", &body, 400),
        ("?isSilentUpdate=true", &loud, 204),
        ("", &body, 204),
    ] {
        let answer = corrects(&caller, &id, &format!("{}{query}", sent[0]), body)
            .await
            .is(status);
        if status == 400 {
            answer.refuses(400, &["isSilentUpdate"]);
        }
    }
}

#[tokio::test]
async fn attachments_and_their_links_are_told_apart_by_their_ids() {
    let town = Town::new().await;
    let held = |name: &str| json!({"displayName": texts(&[("nb", name)]), "urls": [{"url": "https://example.com/", "consumerType": "Gui"}]});
    let given = with(
        transmission("Alert"),
        json!({"attachments": [held("a"), held("b")]}),
    );
    let (id, sent) = with_transmissions(&town, vec![given]).await;
    let caller = town.owner_with(SCOPE);
    let path = format!("{OWNED}/{id}/transmissions/{}", sent[0]);
    let before = caller.get(&path).await;
    let mut known = before.at("/attachments/1").clone();
    known["displayName"] = texts(&[("nb", "changed")]);
    let body = correction(json!({"attachments": [held("new"), known]}));
    corrects(&caller, &id, &sent[0], &body).await.is(204);
    let after = caller.get(&path).await;
    let ids = after.texts_at("/attachments", "/id");
    assert_eq!(ids[0], before.text_at("/attachments/1/id"));
    assert!(!before.texts_at("/attachments", "/id").contains(&ids[1]));
    assert_eq!(
        after.at("/attachments/0/urls/0/id"),
        before.at("/attachments/1/urls/0/id")
    );
    after
        .has("/attachments/0/displayName/0/value", "changed")
        .has("/attachments/1/displayName/0/value", "new")
        .lacks("/attachments/2");
}

#[tokio::test]
async fn an_id_of_another_part_cannot_be_taken_over() {
    let town = Town::new().await;
    let ids = town.ids(4);
    let named = |id: &str| json!({"attachments": [with(attachment(), json!({"id": id}))]});
    let given = json!({
        "attachments": [with(attachment(), json!({"id": ids[0]}))],
        "transmissions": [with(transmission("Alert"), named(&ids[1])), with(transmission("Alert"), json!({"attachments": [attachment()]})), transmission("Alert")],
    });
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(given))
        .await;
    let id = dialog.text_at("/id");
    let elsewhere = town
        .owner()
        .creates(town.a_dialog_with(named(&ids[2])))
        .await;
    let sent = dialog.texts_at("/transmissions", "/id");
    // The server made this one up; it is somebody's all the same.
    let made = dialog.text_at("/transmissions/1/attachments/0/id");
    let caller = town.owner_with(SCOPE);
    for taken in [&ids[0], &ids[1], &ids[2], &made] {
        let answer = corrects(&caller, &id, &sent[2], &correction(named(taken)))
            .await
            .refuses(422, &["Attachment"]);
        assert!(answer.text.contains("already exists"), "{}", answer.text);
    }
    corrects(&caller, &id, &sent[2], &correction(named(&ids[3])))
        .await
        .is(204);
    corrects(&caller, &id, &sent[2], &correction(named(&ids[3])))
        .await
        .is(204);
    // What has been put away is free for others.
    corrects(&caller, &id, &sent[2], &correction(json!({})))
        .await
        .is(204);
    let update = with(crate::support::an_update(), named(&ids[3]));
    town.owner().puts(&elsewhere, &update).await.is(204);
}

#[tokio::test]
async fn where_it_hangs_follows_the_rules_of_all() {
    let town = Town::new().await;
    let ids = town.ids(102);
    let sent = |n: usize, related: Option<usize>| {
        with(
            transmission("Information"),
            json!({"id": ids[n], "relatedTransmissionId": related.map(|n| &ids[n])}),
        )
    };
    // A chain of 99, and a chain of two.
    let mut given: Vec<_> = (0..99).map(|n| sent(n, n.checked_sub(1))).collect();
    given.extend([sent(99, None), sent(100, Some(99))]);
    let (id, _) = with_transmissions(&town, given).await;
    let caller = town.owner_with(SCOPE);
    let hangs = async |n: usize, related: &str| {
        corrects(
            &caller,
            &id,
            &ids[n],
            &correction(json!({"relatedTransmissionId": related})),
        )
        .await
    };
    for (n, related, told) in [
        (5, &ids[5], "cyclic"),
        (5, &ids[6], "cyclic"),
        (0, &ids[98], "cyclic"),
        (5, &town.id(), "does not exist"),
        // Two more below 99 make 101.
        (99, &ids[98], "depth violation"),
    ] {
        let answer = hangs(n, related).await.refuses(422, &["Transmissions"]);
        let text = answer.messages("Transmissions").join(" ");
        let circle = told == "cyclic" && text.contains("cycle violation");
        assert!(circle || text.contains(told), "{told}: {text}");
    }
    hangs(99, &ids[97]).await.is(204);
    hangs(5, &ids[3]).await.is(204);
    assert_eq!(
        town.owner().owns(&id).await.list_at("/transmissions").len(),
        101
    );
}

#[tokio::test]
async fn a_hundred_and_one_answers_are_too_many() {
    let town = Town::new().await;
    let root = town.id();
    let mut given = vec![with(transmission("Information"), json!({"id": root}))];
    given.extend((0..100).map(|_| {
        with(
            transmission("Information"),
            json!({"relatedTransmissionId": root}),
        )
    }));
    given.push(transmission("Alert"));
    let (id, sent) = with_transmissions(&town, given).await;
    let caller = town.owner_with(SCOPE);
    let answers = correction(json!({"relatedTransmissionId": root}));
    let alone = sent
        .iter()
        .position(|id| *id == root)
        .map_or(0, |_| sent.len() - 1);
    let answer = corrects(&caller, &id, &sent[alone], &answers)
        .await
        .refuses(422, &["Transmissions"]);
    assert!(answer.text.contains("width violation"), "{}", answer.text);
    // One that answers already may go on doing so.
    let one = &sent[1];
    corrects(&caller, &id, one, &answers).await.is(204);
}

#[tokio::test]
async fn sides_counts_and_labels_follow_the_type() {
    let town = Town::new().await;
    let (id, sent) = with_transmissions(&town, vec![transmission("Information")]).await;
    let caller = town.owner_with(SCOPE);
    town.owner()
        .owns(&id)
        .await
        .has("/hasUnopenedContent", true);
    for (kind, party, owner, labels, unopened) in [
        ("Submission", 1, 0, json!(["Default", "Sent"]), false),
        ("Correction", 1, 0, json!(["Default", "Sent"]), false),
        ("Alert", 0, 1, json!(["Default"]), true),
    ] {
        corrects(&caller, &id, &sent[0], &correction(json!({"type": kind})))
            .await
            .is(204);
        town.owner()
            .owns(&id)
            .await
            .has("/fromPartyTransmissionsCount", party)
            .has("/fromServiceOwnerTransmissionsCount", owner)
            .has("/endUserContext/systemLabels", labels)
            .has("/hasUnopenedContent", unopened);
    }
    let opened = with(
        crate::support::activity("TransmissionOpened"),
        json!({"transmissionId": sent[0]}),
    );
    town.owner().adds(&id, "activities", &opened).await.is(201);
    corrects(
        &caller,
        &id,
        &sent[0],
        &correction(json!({"type": "Decision"})),
    )
    .await
    .is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/hasUnopenedContent", false);
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    let town = Town::with(|directory| {
        directory.foreign("theirs", Policy::usual());
    })
    .await;
    let keyed = |key: &str| with(transmission("Alert"), json!({"idempotentKey": key}));
    let (id, sent) = with_transmissions(&town, vec![keyed("one"), keyed("two")]).await;
    let caller = town.owner_with(SCOPE);
    let good = correction(json!({}));
    let foreign = correction(json!({"authorizationAttribute": town.also("theirs")}));
    let used = correction(json!({"idempotentKey": "two"}));
    for (dialog, one, body, status, key) in [
        (
            &id,
            &sent[0],
            &correction(json!({"type": Value::Null})),
            400,
            "dto.type",
        ),
        (&town.id(), &sent[0], &good, 404, "DialogEntity"),
        (&id, &sent[0], &foreign, 403, "Forbidden"),
        (&id, &town.id(), &good, 404, "DialogTransmission"),
        (&id, &sent[0], &used, 409, "IdempotentKey"),
    ] {
        corrects(&caller, dialog, one, body)
            .await
            .refuses(status, &[key]);
    }
    corrects(&caller, &id, &sent[1], &used).await.is(204);
    corrects(&town.neighbour(SCOPE), &id, &sent[0], &good)
        .await
        .refuses(404, &["DialogEntity"]);

    let stale = [("if-match", "018bb8e5-d9d0-4434-8ec5-569a6c8e01fc")];
    let path = format!("{OWNED}/{id}/transmissions/{}", sent[0]);
    caller
        .sends(Method::PUT, &path, &stale, &good)
        .await
        .is_problem(412);
    caller
        .sends(Method::PUT, &path, &stale, &used)
        .await
        .is_problem(409);
    town.admin().acts(&id, "freeze").await.is(204);
    corrects(&caller, &id, &sent[0], &good)
        .await
        .refuses(403, &["Forbidden"]);
    town.admin().deletes(&id).await;
    corrects(&caller, &id, &sent[0], &good)
        .await
        .refuses(410, &["DialogEntity"]);
}
