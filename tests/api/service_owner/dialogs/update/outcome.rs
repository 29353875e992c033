//! What a dialog is after it has been replaced.

use axum::http::Method;
use futures_util::future::join;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Caller, OWNED, Town, activity, an_update, api_action, attachment, content, embed, gui_action,
    texts, transmission, with,
};

/// A dialog that says everything that can be said of one.
fn a_rich_dialog(town: &Town) -> Value {
    town.a_dialog_with(json!({
        "status": "InProgress", "progress": 10, "extendedStatus": "x", "externalReference": "ref",
        "process": "urn:p:1", "precedingProcess": "urn:p:0", "dueAt": town.after(1_000), "expiresAt": town.after(2_000),
        "idempotentKey": "the key", "isApiOnly": true,
        "content": {
            "title": content("T"), "summary": content("S"), "senderName": content("N"), "extendedStatus": content("E"),
            "mainContentReference": embed("https://example.com/embed"),
        },
        "searchTags": [{"value": "tag"}], "attachments": [attachment()],
        "guiActions": [gui_action("read")], "apiActions": [api_action("read")],
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
    }))
}

async fn puts_if(caller: &Caller<'_>, id: &str, revision: &str, body: &Value) -> u16 {
    let headers = [("if-match", revision)];
    let path = format!("{OWNED}/{id}");
    let answer = caller.sends(Method::PUT, &path, &headers, body).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn what_is_left_out_is_gone_but_for_what_is_only_ever_added() {
    let town = Town::new().await;
    let id = town.owner().creates(a_rich_dialog(&town)).await;
    let before = town.owner().owns(&id).await.is(200);
    town.owner().puts(&id, &an_update()).await.is_empty(204);
    let after = town.owner().owns(&id).await.is(200);
    for gone in [
        "progress",
        "extendedStatus",
        "externalReference",
        "process",
        "precedingProcess",
        "dueAt",
        "expiresAt",
    ] {
        assert!(before.body.get(gone).is_some(), "{gone}");
        assert!(after.body.get(gone).is_none(), "{gone}");
    }
    for emptied in ["attachments", "guiActions", "apiActions", "searchTags"] {
        assert_eq!(before.list_at(&format!("/{emptied}")).len(), 1);
        assert_eq!(after.body.get(emptied), Some(&json!([])), "{emptied}");
    }
    for kept in [
        "id",
        "org",
        "party",
        "serviceResource",
        "serviceOwnerContext",
        "endUserContext",
        "idempotentKey",
        "createdAt",
        "transmissions",
        "activities",
        "fromServiceOwnerTransmissionsCount",
    ] {
        assert_eq!(before.body[kept], after.body[kept], "{kept}");
    }
    let texts = after.at("/content").as_object().unwrap();
    assert_eq!(texts.keys().collect::<Vec<_>>(), ["title"]);
    after
        .has("/isApiOnly", false)
        .has("/status", "NotApplicable");
}

#[tokio::test]
async fn attachments_actions_and_their_links_are_told_apart_by_their_ids() {
    let town = Town::new().await;
    let two = |name: &str| {
        let url = |n: u8| json!({"url": format!("https://example.com/{name}/{n}"), "consumerType": "Gui"});
        json!({"displayName": texts(&[("nb", name)]), "urls": [url(1), url(2)]})
    };
    let endpoint = |url: &str| json!({"url": url, "httpMethod": "GET"});
    let given = json!({
        "attachments": [two("a"), two("b")],
        "apiActions": [{"action": "read", "endpoints": [endpoint("https://example.com/1"), endpoint("https://example.com/2")]}],
        "guiActions": [gui_action("one"), gui_action("two")],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let before = town.owner().owns(&id).await;

    let mut update = with(
        an_update(),
        json!({"attachments": before.at("/attachments"), "apiActions": before.at("/apiActions"), "guiActions": before.at("/guiActions")}),
    );
    // The first is changed, its first link too, its second is left out, a third comes; the second attachment goes, a new one comes.
    update["attachments"][0]["displayName"] = texts(&[("en", "changed")]);
    update["attachments"][0]["urls"][0]["url"] = json!("https://example.com/changed");
    update["attachments"][0]["urls"][1] =
        json!({"url": "https://example.com/new", "consumerType": "Api"});
    update["attachments"][1] = two("c");
    update["apiActions"][0]["endpoints"][1]["url"] = json!("https://example.com/moved");
    update["guiActions"] = json!([update["guiActions"][1]]);
    town.owner().puts(&id, &update).await.is(204);
    let after = town.owner().owns(&id).await;
    for same in [
        "/attachments/0/id",
        "/attachments/0/urls/0/id",
        "/apiActions/0/id",
        "/apiActions/0/endpoints/0",
        "/apiActions/0/endpoints/1/id",
    ] {
        assert_eq!(before.at(same), after.at(same), "{same}");
    }
    for other in ["/attachments/0/urls/1/id", "/attachments/1/id"] {
        assert_ne!(before.at(other), after.at(other), "{other}");
    }
    assert_eq!(before.at("/guiActions/1"), after.at("/guiActions/0"));
    assert_eq!(after.list_at("/guiActions").len(), 1);
    after
        .has("/attachments/0/displayName/0/languageCode", "en")
        .has("/attachments/0/urls/0/url", "https://example.com/changed")
        .has("/attachments/0/urls/1/url", "https://example.com/new")
        .has("/attachments/1/displayName/0/value", "c")
        .has("/apiActions/0/endpoints/1/url", "https://example.com/moved")
        .lacks("/attachments/2");
}

#[tokio::test]
async fn what_is_the_same_in_other_words_is_no_change() {
    let town = Town::build().stopped().open().await;
    let given = json!({
        "status": "Awaiting", "dueAt": town.after(1_000), "searchTags": [{"value": "one"}, {"value": "two"}],
        "content": {"title": {"value": texts(&[("nb", "T"), ("en", "E")])}, "mainContentReference": embed("https://example.com/")},
        "attachments": [attachment(), attachment()], "guiActions": [gui_action("a"), gui_action("b")],
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let before = town.owner().owns(&id).await;
    let events = town.events(&id).await;
    let mut same = before.body.clone();
    same["transmissions"] = json!([]);
    same["activities"] = json!([]);
    let swapped = |list: &str| {
        let mut items = before.list_at(list).to_vec();
        items.reverse();
        json!(items)
    };
    let due = chrono::DateTime::parse_from_rfc3339(&before.text_at("/dueAt")).unwrap();
    let elsewhere = due.with_timezone(&chrono::FixedOffset::east_opt(7_200).unwrap());
    let old_embed = json!({
        "mediaType": "application/vnd.dialogporten.frontchannelembed+json;type=markdown",
        "value": texts(&[("nb", "https://example.com/")]),
    });
    town.waits(60);
    for changes in [
        json!({}),
        json!({"status": "Sent"}),
        json!({"status": " awaiting "}),
        json!({"dueAt": elsewhere.to_rfc3339()}),
        json!({"searchTags": [{"value": "TWO"}, {"value": "one "}]}),
        json!({"attachments": swapped("/attachments"), "guiActions": swapped("/guiActions")}),
        json!({"content": {"title": {"value": texts(&[("en", "E"), ("nb-NO", "T")])}, "mainContentReference": old_embed}}),
    ] {
        let mut update = same.clone();
        for (name, value) in changes.as_object().unwrap() {
            update[name] = value.clone();
        }
        let answer = town.owner().puts(&id, &update).await.is_empty(204);
        assert_eq!(answer.header("etag"), before.header("etag"), "{changes}");
    }
    let after = town.owner().owns(&id).await;
    assert_eq!(after.body, before.body);
    assert_eq!(town.events(&id).await, events);
}

#[tokio::test]
async fn what_is_put_away_comes_back_with_every_change_that_is_told() {
    let town = Town::new().await;
    for (query, progress, label) in [
        ("", Value::Null, "Default"),
        ("", json!(5), "Default"),
        ("?isSilentUpdate=true", json!(5), "Bin"),
        ("?isSilentUpdate=true", Value::Null, "Bin"),
    ] {
        let binned = town.a_dialog_with(json!({"systemLabel": "Bin"}));
        let id = town.owner().creates(binned).await;
        let before = town.owner().owns(&id).await;
        town.person()
            .labels(&id, &["MarkedAsUnopened"], &[])
            .await
            .is(204);
        let update = with(an_update(), json!({"progress": progress}));
        town.owner()
            .puts(&format!("{id}{query}"), &update)
            .await
            .is(204);
        let after = town.owner().owns(&id).await;
        let labels = json!([label, "MarkedAsUnopened"]);
        assert_eq!(after.at("/endUserContext/systemLabels"), &labels);
        assert_eq!(
            after.at("/revision") == before.at("/revision"),
            progress.is_null()
        );
    }
    // Refused requests move nothing.
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"systemLabel": "Archive"})))
        .await;
    let late = with(an_update(), json!({"dueAt": town.after(-60)}));
    town.owner().puts(&id, &late).await.refuses(422, &["DueAt"]);
    town.owner().owns(&id).await.has("/systemLabel", "Archive");
}

#[tokio::test]
async fn times_and_events_tell_what_kind_of_change_it_was() {
    let town = Town::build().stopped().open().await;
    let cases = [
        (json!({"status": "Completed"}), true, "updated"),
        (json!({"extendedStatus": "x"}), true, "updated"),
        (
            json!({"content": {"title": content("Other")}}),
            true,
            "updated",
        ),
        (json!({"attachments": [attachment()]}), true, "updated"),
        (json!({"guiActions": [gui_action("a")]}), true, "updated"),
        (json!({"apiActions": [api_action("a")]}), true, "updated"),
        (
            json!({"transmissions": [transmission("Alert")]}),
            true,
            "updated transmission.created",
        ),
        (json!({"progress": 1}), false, "updated"),
        (json!({"externalReference": "x"}), false, "updated"),
        (json!({"process": "urn:p:1"}), false, "updated"),
        (json!({"dueAt": town.after(10_000)}), false, "updated"),
        (json!({"expiresAt": town.after(10_000)}), false, "updated"),
        (json!({"isApiOnly": true}), false, "updated"),
        (json!({"searchTags": [{"value": "tag"}]}), false, "updated"),
        (
            json!({"activities": [activity("FormSaved")]}),
            false,
            "updated activity.form-saved",
        ),
    ];
    for (changes, is_content, raised) in cases {
        for silent in [false, true] {
            let id = town.owner().creates(town.a_dialog()).await;
            town.person().opens(&id).await.is(200);
            let before = town.owner().owns(&id).await.has("/isContentSeen", true);
            let told = town.events(&id).await.len();
            town.waits(60);
            let path = format!("{id}?isSilentUpdate={silent}");
            let update = with(an_update(), changes.clone());
            let answer = town.owner().puts(&path, &update).await.is(204);
            let after = town.owner().owns(&id).await;
            assert_eq!(answer.header("etag"), after.text_at("/revision"));
            let moved = |member: &str| {
                if before.at(member) == after.at(member) {
                    return false;
                }
                assert_eq!(after.at(member), &json!(town.after(0)), "{changes}");
                true
            };
            assert_ne!(before.at("/revision"), after.at("/revision"), "{changes}");
            assert_eq!(moved("/updatedAt"), !silent, "{changes}");
            assert_eq!(
                moved("/contentUpdatedAt"),
                is_content && !silent,
                "{changes}"
            );
            let seen = !is_content || silent;
            assert_eq!(after.at("/isContentSeen"), seen, "{changes}");
            let events = town.events(&id).await[told..].join(" ");
            assert_eq!(events, if silent { "" } else { raised }, "{changes}");
        }
    }
}

#[tokio::test]
async fn before_its_time_a_dialog_changes_at_the_moment_when_it_becomes_visible() {
    let town = Town::build().stopped().open().await;
    let start = town.after(5_000);
    for silent in [false, true] {
        let hidden = town.a_dialog_with(json!({"visibleFrom": start}));
        let id = town.owner().creates(hidden).await;
        town.waits(60);
        let update = with(
            an_update(),
            json!({"progress": 5, "transmissions": [transmission("Alert")]}),
        );
        town.owner()
            .puts(&format!("{id}?isSilentUpdate={silent}"), &update)
            .await
            .is(204);
        let after = town.owner().owns(&id).await;
        for moment in [
            "/createdAt",
            "/updatedAt",
            "/contentUpdatedAt",
            "/visibleFrom",
            "/transmissions/0/createdAt",
        ] {
            assert_eq!(after.at(moment), &json!(start), "{moment}");
        }
    }
}

#[tokio::test]
async fn a_change_builds_on_the_revision_that_it_names() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let owner = town.owner();
    let revision = owner.owns(&id).await.header("etag");
    let mut progress = 0;
    let mut body = || {
        progress += 1;
        with(an_update(), json!({"progress": progress}))
    };
    for wrong in [
        "*",
        "x",
        "",
        "W/\"x\"",
        &format!("{revision},{revision}"),
        "\"\"",
    ] {
        assert_eq!(puts_if(&owner, &id, wrong, &body()).await, 400, "{wrong}");
    }
    let stale = dialogporten::dialog::id::random().to_string();
    let headers = [("if-match", stale.as_str())];
    let path = format!("{OWNED}/{id}");
    let answer = owner.sends(Method::PUT, &path, &headers, &body()).await;
    answer.is_problem(412).lacks("/errors");
    assert_eq!(
        puts_if(&owner, &id, &Uuid::nil().to_string(), &body()).await,
        412
    );
    assert_eq!(
        puts_if(&owner, &id, &format!("\"{revision}\""), &body()).await,
        204
    );
    assert_eq!(puts_if(&owner, &id, &revision, &body()).await, 412);
    // Labels of the party and of the owner have revisions of their own.
    let revision = owner.owns(&id).await.header("etag");
    town.person().labels(&id, &["Bin"], &[]).await.is(204);
    let label = json!({"value": "label"});
    owner.adds(&id, "context/labels", &label).await.is(204);
    assert_eq!(
        puts_if(&owner, &id, &format!(" {revision} "), &body()).await,
        204
    );
}

#[tokio::test]
async fn two_replacements_at_once_never_mix() {
    let town = Town::new().await;
    let owner = town.owner();
    for _ in 0..5 {
        let id = owner.creates(town.a_dialog()).await;
        let revision = owner.owns(&id).await.header("etag");
        let of = |n: i32| {
            with(
                an_update(),
                json!({"progress": n, "externalReference": n.to_string()}),
            )
        };
        let (one, two) = (of(1), of(2));
        let race = join(
            puts_if(&owner, &id, &revision, &one),
            puts_if(&owner, &id, &revision, &two),
        );
        let mut statuses: [u16; 2] = race.await.into();
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 412]);

        let (three, four) = (of(3), of(4));
        let race = join(owner.puts(&id, &three), owner.puts(&id, &four));
        let answers: [_; 2] = race.await.into();
        let won: Vec<_> = answers
            .iter()
            .map(|answer| answer.status.as_u16())
            .collect();
        assert!(
            won.contains(&204) && won.iter().all(|s| [204, 409].contains(s)),
            "{won:?}"
        );
        let after = owner.owns(&id).await;
        let progress = after.at("/progress").as_i64().unwrap();
        assert_eq!(after.text_at("/externalReference"), progress.to_string());
        for (n, status) in [(3, won[0]), (4, won[1])] {
            assert!(
                status == 204 || progress != n,
                "what was refused was written"
            );
        }
    }
}
