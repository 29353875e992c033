//! Activities, transmissions and the seen log of a dialog, in the eyes of end users.

use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, FOUND, Party, Policy, Town, activity, attachment, content, embed, gui_action,
    person_number, texts, transmission, with,
};

const PRIV: &[&str] = &["urn:altinn:rolecode:priv"];
const LISTS: [&str; 3] = ["activities", "transmissions", "seenlog"];

async fn asks(caller: &Caller<'_>, dialog: &str, below: &str) -> Answer {
    caller.get(&format!("{FOUND}/{dialog}/{below}")).await
}

/// The lists of a dialog and one part of each, by the ids that its reader sees.
async fn parts_of(town: &Town, id: &str) -> Vec<String> {
    let dialog = town.person().opens(id).await.is(200);
    let one = |list: &str, at: &str| format!("{list}/{}", dialog.text_at(&format!("/{at}/0/id")));
    vec![
        "activities".into(),
        "transmissions".into(),
        "seenlog".into(),
        one("activities", "activities"),
        one("transmissions", "transmissions"),
        one("seenlog", "seenSinceLastUpdate"),
    ]
}

/// A dialog with a part of each kind, not seen yet.
async fn a_dialog_with_parts(town: &Town, changes: Value) -> String {
    let parts = json!({"activities": [activity("FormSaved")], "transmissions": [transmission("Information")]});
    town.owner()
        .creates(town.a_dialog_with(with(parts, changes)))
        .await
}

#[tokio::test]
async fn parts_are_refused_like_their_dialog_but_hide_that_it_exists() {
    let town = Town::with(|directory| {
        directory.also("strict", Policy::at_level(4).permit(PRIV, &["read"]));
    })
    .await;
    let id = a_dialog_with_parts(&town, json!({})).await;
    let parts = parts_of(&town, &id).await;
    for part in &parts {
        asks(&town.person(), &id, part).await.is(200);
        let answer = asks(&town.stranger(), &id, part)
            .await
            .refuses(404, &["DialogEntity"]);
        let text =
            format!("Entity 'DialogEntity' with the following key(s) was not found: ({id}).");
        assert_eq!(answer.messages("DialogEntity"), [text]);
    }
    for part in &parts {
        asks(&town.person(), &town.id(), part)
            .await
            .refuses(404, &["DialogEntity"]);
        asks(&town.person(), "x", part)
            .await
            .refuses(400, &["dialogId"]);
    }
    town.owner().deletes(&id).await;
    for part in &parts {
        asks(&town.person(), &id, part)
            .await
            .refuses(410, &["DialogEntity"]);
        asks(&town.stranger(), &id, part)
            .await
            .refuses(404, &["DialogEntity"]);
    }
    let strict = a_dialog_with_parts(&town, json!({"serviceResource": town.also("strict")})).await;
    for list in LISTS {
        let answer = asks(&town.person(), &strict, list)
            .await
            .refuses(403, &["Forbidden"]);
        assert_eq!(
            answer.messages("Forbidden"),
            ["Altinn authentication level too low."]
        );
        asks(&town.end_user(&town.pid, 4), &strict, list)
            .await
            .is(200);
    }
}

#[tokio::test]
async fn parts_of_a_dialog_are_hidden_before_its_time_and_after_it() {
    let town = Town::new().await;
    let hidden = a_dialog_with_parts(
        &town,
        json!({"visibleFrom": town.after(600), "expiresAt": town.after(6_000)}),
    )
    .await;
    for list in LISTS {
        let early = asks(&town.person(), &hidden, list)
            .await
            .refuses(404, &["DialogEntity"]);
        assert!(early.header("expires").ends_with("GMT"));
    }
    town.waits(600);
    for list in LISTS {
        asks(&town.person(), &hidden, list).await.is(200);
    }
    town.waits(5_500);
    for list in LISTS {
        asks(&town.person(), &hidden, list)
            .await
            .refuses(404, &["DialogEntity"]);
    }
}

#[tokio::test]
async fn parts_need_read_on_the_whole_and_being_able_to_find_the_dialog_is_not_enough() {
    let town = Town::with(|directory| {
        directory.also("writable", Policy::at_level(0).permit(PRIV, &["write"]));
        directory.also(
            "listed",
            Policy::at_level(0).permit_on(PRIV, &["read"], &[("urn:altinn:subresource", "annex")]),
        );
    })
    .await;
    for name in ["writable", "listed"] {
        let given =
            json!({"serviceResource": town.also(name), "guiActions": [gui_action("write")]});
        let id = a_dialog_with_parts(&town, given).await;
        town.person().opens(&id).await.is(200);
        for list in LISTS {
            asks(&town.person(), &id, list)
                .await
                .refuses(404, &["DialogEntity"]);
        }
    }
}

#[tokio::test]
async fn a_part_of_another_dialog_is_not_found() {
    let town = Town::new().await;
    let (one, other) = (
        a_dialog_with_parts(&town, json!({})).await,
        a_dialog_with_parts(&town, json!({})).await,
    );
    let parts = parts_of(&town, &one).await;
    for (part, key) in
        parts[3..]
            .iter()
            .zip(["DialogActivity", "DialogTransmission", "DialogSeenLog"])
    {
        asks(&town.person(), &other, part)
            .await
            .refuses(404, &[key]);
        let (list, id) = part.split_once('/').unwrap();
        let answer = asks(&town.person(), &one, &format!("{list}/{}", town.id()))
            .await
            .refuses(404, &[key]);
        assert!(
            answer.messages(key)[0].starts_with(&format!(
                "Entity '{key}' with the following key(s) was not found: ("
            )),
            "{id}"
        );
    }
}

#[tokio::test]
async fn reading_parts_leaves_no_trace() {
    let town = Town::new().await;
    let id = a_dialog_with_parts(&town, json!({})).await;
    for list in LISTS {
        asks(&town.person(), &id, list).await.is(200);
    }
    assert_eq!(asks(&town.person(), &id, "seenlog").await.body, json!([]));
    town.owner().owns(&id).await.has("/isContentSeen", false);
}

#[tokio::test]
async fn activities_name_their_performer_only_one_by_one_and_mask_people() {
    let town = Town::new().await;
    let by = |actor: Value| with(activity("FormSaved"), json!({"performedBy": actor}));
    let of = |id: String| by(json!({"actorType": "PartyRepresentative", "actorId": id}));
    let user = "urn:altinn:person:legacy-selfidentified:kari";
    let given = json!({"activities": [
        of(town.party()), of(town.company_urn()), of(user.into()), activity("FormSaved"),
        with(activity("Information"), json!({"description": texts(&[("en", "E"), ("nb", "N")])})),
    ]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let list = asks(&town.person(), &id, "activities").await.is(200);
    for activity in list.list_at("") {
        assert_eq!(activity.get("performedBy"), None);
        assert!(activity["description"].is_array(), "{activity}");
    }
    let ids = list.texts_at("", "/id");
    let mut performers = Vec::new();
    for part in &ids {
        let one = asks(&town.person(), &id, &format!("activities/{part}"))
            .await
            .is(200);
        assert!(one.at("/description").is_array());
        performers.push(one.at("/performedBy").clone());
    }
    let masked = performers[0]["actorId"].as_str().unwrap();
    assert!(
        masked.starts_with("urn:altinn:person:identifier-ephemeral:"),
        "{masked}"
    );
    let shown: Vec<_> = performers[1..3]
        .iter()
        .map(|actor| actor["actorId"].clone())
        .collect();
    assert_eq!(shown, [town.company_urn(), user.to_owned()]);
    assert_eq!(performers[3], json!({"actorType": "ServiceOwner"}));

    let path = format!("{FOUND}/{id}/activities");
    let pruned = town
        .person()
        .ask("GET".parse().unwrap(), &path, &[("accept-language", "nb")])
        .await
        .is(200);
    assert_eq!(pruned.at("/4/description"), &texts(&[("nb", "N")]));
}

#[tokio::test]
async fn transmissions_are_masked_alone_as_within_their_dialog() {
    let town = Town::with(|directory| {
        directory.also("open", Policy::at_level(0).permit(PRIV, &["read"]));
        directory.also("closed", Policy::at_level(0));
        directory.resources[0].policy = Policy::at_level(0).permit(PRIV, &["read"]);
    })
    .await;
    let full = || {
        let parts = json!({
            "content": {"title": content("T"), "contentReference": embed("https://example.com/t")}, "attachments": [attachment()],
            "navigationalActions": [{"title": texts(&[("nb", "Gå")]), "url": "https://example.com/n"}],
        });
        with(transmission("Information"), parts)
    };
    let named = |attribute: String| with(full(), json!({"authorizationAttribute": attribute}));
    let given = json!({"transmissions": [named(town.also("open")), named(town.also("closed")), named("annex".into()), full()]});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens(&id).await.is(200);
    let list = asks(&town.person(), &id, "transmissions").await.is(200);
    let flags: Vec<_> = list
        .list_at("")
        .iter()
        .map(|one| one["isAuthorized"].clone())
        .collect();
    assert_eq!(flags, [true, false, false, true]);
    for (place, part) in list.list_at("").iter().enumerate() {
        let whole = dialog.at(&format!("/transmissions/{place}"));
        assert_eq!(part.get("isOpened"), None);
        for member in [
            "id",
            "content",
            "attachments",
            "navigationalActions",
            "isAuthorized",
            "sender",
            "type",
            "createdAt",
        ] {
            assert_eq!(part[member], whole[member], "{place} {member}");
        }
        let one = asks(
            &town.person(),
            &id,
            &format!("transmissions/{}", part["id"].as_str().unwrap()),
        )
        .await
        .is(200);
        assert_eq!(&one.body, part);
    }
    assert!(
        list.at("/1")
            .to_string()
            .contains("urn:dialogporten:unauthorized")
    );
}

#[tokio::test]
async fn the_seen_log_has_everybody_since_the_beginning() {
    let mut town = Town::new().await;
    let other = person_number();
    let company = town.company.clone();
    town.changes(|directory| {
        let subject = format!("urn:altinn:person:identifier-no:{other}");
        directory
            .names
            .push((subject.clone(), "ANOTHER NAME".into()));
        directory.represents(&subject, Party::with_role(&company, "DAGL"));
    });
    let id = a_dialog_with_parts(&town, json!({"party": town.company_urn()})).await;
    town.person().opens(&id).await.is(200);
    town.waits(1);
    town.owner()
        .replaces(&id, "/progress", json!(7))
        .await
        .is(204);
    town.waits(1);
    town.end_user(&other, 3).opens(&id).await.is(200);
    let log = asks(&town.person(), &id, "seenlog").await.is(200);
    assert_eq!(
        log.texts_at("", "/seenBy/actorName"),
        ["LAST FIRST MIDDLE", "NAME ANOTHER"]
    );
    let own: Vec<_> = log
        .list_at("")
        .iter()
        .map(|entry| entry["isCurrentEndUser"].clone())
        .collect();
    assert_eq!(own, [true, false]);
    for entry in log.list_at("") {
        assert!(
            entry["seenBy"]["actorId"]
                .as_str()
                .unwrap()
                .starts_with("urn:altinn:person:identifier-ephemeral:")
        );
        let one = asks(
            &town.person(),
            &id,
            &format!("seenlog/{}", entry["id"].as_str().unwrap()),
        )
        .await
        .is(200);
        assert_eq!(&one.body, entry);
    }
    let path = format!("{FOUND}/{id}/seenlog");
    town.person()
        .ask(
            "GET".parse().unwrap(),
            &path,
            &[("accept-language", "invalid;;;")],
        )
        .await
        .is(200);
}
