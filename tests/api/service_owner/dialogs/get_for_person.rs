//! GET serviceowner/dialogs/{dialogId}?endUserId=…: the dialog as its owner sees it, with what a person may do.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    Answer, FOUND, OWNED, Policy, Town, api_action, content, embed, gui_action, person_number,
    transmission, with,
};

crate::support::in_both_worlds! {
    parts_tell_what_the_person_may_do_and_links_stay,
    the_person_counts_as_having_seen_it_through_its_owner,
    neither_level_nor_visibility_nor_expiry_nor_deletion_stands_in_the_way,
    without_access_there_is_nothing_not_even_for_who_could_find_it,
    the_person_is_named_by_the_full_identifier,
    other_routes_do_not_know_the_parameter,
}

const PERSON: &str = "urn:altinn:person:identifier-no:";

async fn owned_for(town: &Town, id: &str, person: &str) -> Answer {
    town.owner()
        .get(&format!("{OWNED}/{id}?endUserId={person}"))
        .await
}

async fn parts_tell_what_the_person_may_do_and_links_stay() {
    let town = Town::new().await;
    let given = json!({
        "content": {"title": content("T"), "mainContentReference": embed("https://example.com/e")},
        "guiActions": [gui_action("write"), with(gui_action("fly"), json!({"title": [{"value": "F", "languageCode": "nb"}]}))],
        "apiActions": [api_action("fly"), api_action("read")],
        "transmissions": [transmission("Information"), with(transmission("Information"), json!({"authorizationAttribute": "urn:altinn:resource:nowhere"}))],
    });
    let id = town.admin().creates(town.a_dialog_with(given)).await;
    let dialog = owned_for(&town, &id, &town.party()).await.is(200);
    let flags = |list: &str| -> Vec<_> {
        dialog
            .list_at(list)
            .iter()
            .map(|part| part["isAuthorized"].clone())
            .collect()
    };
    assert_eq!(flags("/guiActions"), [json!(true), json!(false)]);
    assert_eq!(flags("/apiActions"), [json!(false), json!(true)]);
    assert_eq!(flags("/transmissions"), [json!(true), json!(false)]);
    dialog
        .has("/content/mainContentReference/isAuthorized", true)
        .has("/guiActions/1/url", "https://example.com/go")
        .has("/apiActions/0/endpoints/0/url", "https://example.com/api")
        .lacks("/dialogToken");
}

async fn the_person_counts_as_having_seen_it_through_its_owner() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let answer = owned_for(&town, &id, &town.party())
        .await
        .is(200)
        .has("/isContentSeen", true);
    let seen = answer.list_at("/seenSinceLastUpdate");
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["isViaServiceOwner"], true);
    assert_eq!(seen[0]["isCurrentEndUser"], true);
    assert_eq!(
        seen[0]["seenBy"],
        json!({"actorType": "PartyRepresentative", "actorId": town.party(), "actorName": "LAST FIRST MIDDLE"})
    );

    let again = town.owner().owns(&id).await.is(200);
    let entry = &again.list_at("/seenSinceLastUpdate")[0];
    assert_eq!(
        (&entry["id"], &entry["seenAt"]),
        (&seen[0]["id"], &seen[0]["seenAt"])
    );
    assert_eq!(
        entry["isCurrentEndUser"], false,
        "nobody in particular asks"
    );
    let own = town.person().opens(&id).await.is(200);
    let own = &own.list_at("/seenSinceLastUpdate")[0];
    assert_eq!(
        (&own["isViaServiceOwner"], &own["isCurrentEndUser"]),
        (&json!(true), &json!(true))
    );
}

async fn neither_level_nor_visibility_nor_expiry_nor_deletion_stands_in_the_way() {
    let town = Town::with(|directory| {
        let strict = Policy::at_level(4).permit(&["urn:altinn:rolecode:priv"], &["read"]);
        directory.resources[0].policy = strict;
    })
    .await;
    let hidden = town
        .owner()
        .creates(town.a_dialog_with(json!({"visibleFrom": town.after(600)})))
        .await;
    let expired = town
        .owner()
        .creates(town.a_dialog_with(json!({"expiresAt": town.after(1)})))
        .await;
    let deleted = town.owner().creates(town.a_dialog()).await;
    town.owner().deletes(&deleted).await;
    town.waits(60);
    for id in [hidden, expired, deleted] {
        owned_for(&town, &id, &town.party()).await.is(200);
    }
}

async fn without_access_there_is_nothing_not_even_for_who_could_find_it() {
    let town = Town::with(|directory| {
        let elsewhere = [("urn:altinn:subresource", "annex")];
        directory.also(
            "listed",
            Policy::at_level(0).permit_on(&["urn:altinn:rolecode:priv"], &["read"], &elsewhere),
        );
    })
    .await;
    let id = town.owner().creates(town.a_dialog()).await;
    for person in [
        format!("{PERSON}{}", town.stranger),
        format!("{PERSON}{}", person_number()),
    ] {
        owned_for(&town, &id, &person)
            .await
            .refuses(404, &["DialogEntity"]);
    }
    let listed = town
        .owner()
        .creates(town.a_dialog_with(json!({"serviceResource": town.also("listed")})))
        .await;
    town.person().opens(&listed).await.is(200);
    owned_for(&town, &listed, &town.party())
        .await
        .refuses(404, &["DialogEntity"]);
    assert_eq!(town.events(&id).await, ["created"]);
    town.owner()
        .owns(&id)
        .await
        .has("/seenSinceLastUpdate", json!([]));
    let foreign = format!("{OWNED}/{id}?endUserId={}", town.party());
    town.neighbour("")
        .get(&foreign)
        .await
        .refuses(404, &["DialogEntity"]);
}

async fn the_person_is_named_by_the_full_identifier() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let ask = async |query: &str| town.owner().get(&format!("{OWNED}/{id}?{query}")).await;
    ask(&format!("ENDUSERID={}", town.party())).await.is(200);
    for (query, key) in [
        ("enduserid=foo".to_owned(), "EndUserId"),
        ("enduserid=".into(), "EndUserId"),
        (
            "endUserId=urn:altinn:organization:identifier-no:991825827".into(),
            "EndUserId",
        ),
        (
            "endUserId=urn:altinn:person:identifier-no:08844397714".into(),
            "EndUserId",
        ),
        (
            "endUserId=urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364".into(),
            "EndUserId",
        ),
        (format!("EndUserId={}", town.pid), "endUserId"),
        (format!("endUserId=urn:other:{}", town.pid), "endUserId"),
        (
            format!("endUserId={0}&endUserId={0}", town.party()),
            "endUserId",
        ),
    ] {
        ask(&query).await.refuses(400, &[key]);
    }
    let first = town
        .owner()
        .get(&format!("{OWNED}/not-an-id?endUserId=foo"))
        .await
        .refuses(400, &["EndUserId"]);
    assert!(first.header("content-type").starts_with("application/json"));
}

async fn other_routes_do_not_know_the_parameter() {
    let town = Town::new().await;
    let created = town
        .owner()
        .post(&format!("{OWNED}?enduserid=foo"), &town.a_dialog())
        .await
        .is(201);
    let id = created.body.as_str().unwrap();
    town.person()
        .get(&format!("{FOUND}/{id}?enduserid=foo"))
        .await
        .is(200);
    town.stranger()
        .get(&format!("{FOUND}/{id}?enduserid={}", town.party()))
        .await
        .is(403);
}

#[tokio::test]
async fn looking_often_or_at_once_counts_once_for_each_change() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let seen = async || {
        let log = town
            .owner()
            .get(&format!("{OWNED}/{id}/seenlog"))
            .await
            .is(200);
        assert!(
            log.list_at("")
                .iter()
                .all(|entry| entry["isViaServiceOwner"] == true)
        );
        log.list_at("").len()
    };
    let party = town.party();
    for answer in join_all((0..8).map(|_| owned_for(&town, &id, &party))).await {
        answer.is(200).has("/isContentSeen", true);
    }
    assert_eq!(seen().await, 1);
    assert_eq!(town.events(&id).await, ["created", "updated", "seen"]);
    town.waits(1);
    owned_for(&town, &id, &party).await.is(200);
    assert_eq!(seen().await, 1);
    town.waits(1);
    town.owner()
        .replaces(&id, "/externalReference", json!("x"))
        .await
        .is(204);
    town.waits(1);
    for _ in 0..2 {
        owned_for(&town, &id, &party).await.is(200);
    }
    assert_eq!(seen().await, 2);
}

#[tokio::test]
async fn a_look_takes_off_what_was_marked_as_unopened() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.person()
        .labels(&id, &["MarkedAsUnopened"], &[])
        .await
        .is(204);
    town.waits(1);
    let labels = "/endUserContext/systemLabels";
    town.owner()
        .owns(&id)
        .await
        .has(labels, json!(["Default", "MarkedAsUnopened"]));
    owned_for(&town, &id, &town.party())
        .await
        .has(labels, json!(["Default"]));
    let log = town
        .person()
        .get(&format!("{FOUND}/{id}/context/labellog"))
        .await
        .is(200);
    assert_eq!(log.texts_at("", "/action"), ["set", "remove"]);
}
