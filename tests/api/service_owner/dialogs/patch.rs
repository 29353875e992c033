//! PATCH serviceowner/dialogs/{dialogId}: operations on a dialog (RFC 6902).

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    OWNED, Town, activity, api_action, attachment, content, embed, gui_action, transmission, with,
};

fn a_dialog(town: &Town) -> Value {
    let endpoint = |url: &str| json!({"url": url, "httpMethod": "GET"});
    town.a_dialog_with(json!({
        "progress": 10,
        "content": {"title": content("T"), "summary": content("S")},
        "searchTags": [{"value": "tag"}], "attachments": [attachment(), attachment()],
        "guiActions": [gui_action("confirm"), gui_action("delete")],
        "apiActions": [with(api_action("read"), json!({"endpoints": [endpoint("https://example.com/1"), endpoint("https://example.com/2")]}))],
        "transmissions": [transmission("Information")], "activities": [activity("FormSaved")],
    }))
}

#[tokio::test]
async fn an_operation_changes_what_it_names_and_nothing_else() {
    let town = Town::build().stopped().open().await;
    for (operation, changed, value) in [
        (
            json!({"op": "replace", "path": "/progress", "value": 42}),
            "/progress",
            json!(42),
        ),
        (
            json!({"op": "REPLACE", "path": "/Progress", "value": "42"}),
            "/progress",
            json!(42),
        ),
        (
            json!({"op": "add", "path": "/externalReference", "value": "x"}),
            "/externalReference",
            json!("x"),
        ),
        (
            json!({"op": "remove", "path": "/progress"}),
            "/progress",
            Value::Null,
        ),
        (
            json!({"op": "copy", "from": "/process", "path": "/progress"}),
            "/progress",
            Value::Null,
        ),
        (
            json!({"op": "replace", "path": "/status", "value": "Sent"}),
            "/status",
            json!("Awaiting"),
        ),
        (
            json!({"op": "replace", "path": "/content/title/value/0/value", "value": "N"}),
            "/content/title/value/0/value",
            json!("N"),
        ),
        (
            json!({"op": "replace", "path": "/content/summary/value/0/value", "value": "N"}),
            "/content/summary/value/0/value",
            json!("N"),
        ),
        (
            json!({"op": "remove", "path": "/content/summary"}),
            "/content/summary",
            Value::Null,
        ),
        (
            json!({"op": "add", "path": "/content/senderName", "value": content("N")}),
            "/content/senderName",
            with(content("N"), json!({"mediaType": "text/plain"})),
        ),
        (
            json!({"op": "replace", "path": "/apiActions/0/endpoints/1/url", "value": "https://example.com/3"}),
            "/apiActions/0/endpoints/1/url",
            json!("https://example.com/3"),
        ),
        (
            json!({"op": "remove", "path": "/guiActions"}),
            "/guiActions",
            json!([]),
        ),
        (
            json!({"op": "remove", "path": "/Attachments"}),
            "/attachments",
            json!([]),
        ),
        (
            json!({"op": "replace", "path": "/apiActions", "value": Value::Null}),
            "/apiActions",
            json!([]),
        ),
    ] {
        let id = town.owner().creates(a_dialog(&town)).await;
        let mut before = town.owner().owns(&id).await.body;
        town.owner()
            .patches(&id, json!([operation]))
            .await
            .is_empty(204);
        let mut after = town.owner().owns(&id).await;
        assert_eq!(after.at(changed), &value, "{operation}");
        // All else is as it was.
        let (parent, member) = changed.rsplit_once('/').unwrap();
        for document in [&mut before, &mut after.body] {
            let parent = document
                .pointer_mut(parent)
                .unwrap()
                .as_object_mut()
                .unwrap();
            parent.remove(member);
            document.as_object_mut().unwrap().remove("revision");
        }
        assert_eq!(before, after.body, "{operation}");
    }
}

#[tokio::test]
async fn operations_are_done_in_order_and_all_or_none() {
    let town = Town::new().await;
    let id = town.owner().creates(a_dialog(&town)).await;
    let before = town.owner().owns(&id).await;
    let failing = json!({"op": "test", "path": "/progress", "value": 11});
    let first = json!({"op": "replace", "path": "/progress", "value": 50});
    town.owner()
        .patches(&id, json!([first, failing]))
        .await
        .refuses(400, &["UpdateDialogDto"]);
    assert_eq!(town.owner().owns(&id).await.body, before.body);
    let passing = json!({"op": "test", "path": "/progress", "value": 50});
    let removals = [0, 0].map(|n| json!({"op": "remove", "path": format!("/guiActions/{n}")}));
    town.owner()
        .patches(&id, json!([first, passing, removals[0], removals[1]]))
        .await
        .is(204);
    town.owner()
        .owns(&id)
        .await
        .has("/progress", 50)
        .has("/guiActions", json!([]));
    town.owner().patches(&id, json!([])).await.is(204);
}

#[tokio::test]
async fn parts_of_lists_are_named_by_their_place_in_what_is_read() {
    let town = Town::new().await;
    let id = town.owner().creates(a_dialog(&town)).await;
    let patch = async |operations: Value| {
        town.owner().patches(&id, operations).await.is(204);
        town.owner().owns(&id).await
    };
    let before = town.owner().owns(&id).await;
    let after = patch(json!([{"op": "remove", "path": "/guiActions/0"}])).await;
    assert_eq!(after.texts_at("/guiActions", "/action"), ["delete"]);
    assert_eq!(after.at("/guiActions/0"), before.at("/guiActions/1"));
    // A list given as a whole replaces the list.
    let two = json!([gui_action("one"), gui_action("two"), gui_action("three")]);
    let after = patch(json!([{"op": "add", "path": "/guiActions", "value": two}])).await;
    assert_eq!(
        after.texts_at("/guiActions", "/action"),
        ["one", "two", "three"]
    );
    let after =
        patch(json!([{"op": "add", "path": "/guiActions/-", "value": gui_action("four")}])).await;
    assert_eq!(
        after.texts_at("/guiActions", "/action"),
        ["one", "two", "three", "four"]
    );
    let revision = after.header("etag");
    let after =
        patch(json!([{"op": "move", "from": "/guiActions/3", "path": "/guiActions/0"}])).await;
    assert_eq!(
        after.header("etag"),
        revision,
        "lists have an order of their own"
    );
}

#[tokio::test]
async fn attachments_come_back_under_the_ids_that_they_had() {
    let town = Town::new().await;
    let id = town.owner().creates(a_dialog(&town)).await;
    let stored = town.owner().owns(&id).await;
    let ids = stored.texts_at("/attachments", "/id");
    town.owner()
        .patches(&id, json!([{"op": "remove", "path": "/attachments"}]))
        .await
        .is(204);
    // An identifier whose time lies in 1970 was made by somebody, too.
    let old = "00000000-0001-7000-8000-000000000001".replace("000000000001", &ids[0][24..]);
    let named = |id: &str| with(attachment(), json!({"id": id}));
    let value = json!([named(&ids[0]), named(&ids[1]), named(&old)]);
    town.owner()
        .patches(
            &id,
            json!([{"op": "add", "path": "/attachments", "value": value}]),
        )
        .await
        .is(204);
    let mut found = town.owner().owns(&id).await.texts_at("/attachments", "/id");
    found.sort_unstable();
    let mut expected = vec![ids[0].clone(), ids[1].clone(), old];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn transmissions_and_activities_are_only_ever_added() {
    let town = Town::new().await;
    let id = town.owner().creates(a_dialog(&town)).await;
    let operations = json!([
        {"op": "add", "path": "/transmissions/-", "value": transmission("Submission")},
        {"op": "add", "path": "/activities/-", "value": activity("DialogClosed")},
    ]);
    town.owner().patches(&id, operations).await.is(204);
    let dialog = town
        .owner()
        .owns(&id)
        .await
        .has("/endUserContext/systemLabels", json!(["Default", "Sent"]));
    assert_eq!(
        dialog.texts_at("/transmissions", "/type"),
        ["Information", "Submission"]
    );
    assert_eq!(
        dialog.texts_at("/activities", "/type"),
        ["FormSaved", "DialogClosed"]
    );
    let stored = json!([{"op": "replace", "path": "/transmissions/0/type", "value": "Alert"}]);
    town.owner()
        .patches(&id, stored)
        .await
        .refuses(400, &["UpdateDialogDto"]);
}

#[tokio::test]
async fn a_dialog_for_systems_becomes_one_for_people() {
    let town = Town::new().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"isApiOnly": true})))
        .await;
    town.owner()
        .patches(&id, json!([{"op": "remove", "path": "/isApiOnly"}]))
        .await
        .is(204);
    town.owner().owns(&id).await.has("/isApiOnly", false);
    let bare = town
        .owner()
        .creates(town.a_dialog_with(json!({"isApiOnly": true, "content": Value::Null})))
        .await;
    town.owner()
        .patches(&bare, json!([{"op": "remove", "path": "/isApiOnly"}]))
        .await
        .refuses(400, &["dto.content"]);
}

#[tokio::test]
async fn what_cannot_be_applied_is_told_and_changes_nothing() {
    let town = Town::new().await;
    let id = town.owner().creates(a_dialog(&town)).await;
    let before = town.owner().owns(&id).await;
    for (operation, key) in [
        (
            json!({"op": "replace", "path": "/party", "value": town.company_urn()}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/visibleFrom", "value": town.after(60)}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/systemLabel", "value": "Bin"}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/guiActions/2", "value": gui_action("x")}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "remove", "path": "/guiActions/x"}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "test", "path": "/status", "value": "Draft"}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "frob", "path": "/progress"}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "", "value": {}}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/progress", "value": true}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/status", "value": "none"}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/isApiOnly", "value": Value::Null}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/content/senderName/value", "value": []}),
            "UpdateDialogDto",
        ),
        (
            json!({"op": "replace", "path": "/status", "value": 99}),
            "dto.status",
        ),
        (json!({"op": "remove", "path": "/status"}), "dto.status"),
        (
            json!({"op": "replace", "path": "/progress", "value": 101}),
            "dto.progress",
        ),
        (
            json!({"op": "replace", "path": "/guiActions/0/httpMethod", "value": Value::Null}),
            "dto.guiActions[0].httpMethod",
        ),
        (
            json!({"op": "copy", "from": "/attachments/0", "path": "/attachments/-"}),
            "dto.attachments",
        ),
    ] {
        town.owner()
            .patches(&id, json!([operation]))
            .await
            .refuses(400, &[key]);
    }
    assert_eq!(town.owner().owns(&id).await.body, before.body);
}

#[tokio::test]
async fn a_body_that_is_no_list_of_operations_is_told_twice() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    let json = [("content-type", "application/json")];
    for body in [
        r#"{"op":"remove","path":"/progress"}"#,
        "null",
        "",
        "7",
        "[{]",
    ] {
        let answer = town
            .owner()
            .ask_with(Method::PATCH, &path, &json, body)
            .await
            .is_problem(400);
        assert!(
            answer.keys().contains(&"patchDocument".to_owned()),
            "{body}: {}",
            answer.text
        );
        assert_eq!(answer.keys().len(), 2, "{body}");
    }
}

#[tokio::test]
async fn a_patch_is_judged_as_the_replacement_that_it_makes() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let operation = json!({"op": "replace", "path": "/progress", "value": 5});
    town.owner()
        .patches(&town.id(), json!([operation]))
        .await
        .refuses(404, &["DialogEntity"]);
    town.owner()
        .patches(&uuid::Uuid::nil().to_string(), json!([operation]))
        .await
        .refuses(404, &["DialogEntity"]);
    town.neighbour("")
        .patches(&id, json!([operation]))
        .await
        .refuses(404, &["DialogEntity"]);
    let revision = town.owner().owns(&id).await.header("etag");
    let path = format!("{OWNED}/{id}");
    for (expected, status) in [("", 204), (revision.as_str(), 412)] {
        let headers = [("if-match", expected)];
        town.owner()
            .sends(Method::PATCH, &path, &headers, &json!([operation]))
            .await
            .is(status);
    }
    for (path, key) in [
        (format!("{OWNED}/x"), "dialogId"),
        (format!("{OWNED}/{id}?isSilentUpdate=x"), "isSilentUpdate"),
    ] {
        let answer = town
            .owner()
            .send(Method::PATCH, &path, &json!([operation]))
            .await;
        answer.refuses(400, &[key]).lacks("/instance");
    }
    town.owner().deletes(&id).await;
    town.owner()
        .patches(&id, json!([operation]))
        .await
        .refuses(410, &["DialogEntity"]);
    let bad = json!([{"op": "replace", "path": "/progress", "value": 101}]);
    town.owner()
        .patches(&id, bad)
        .await
        .refuses(400, &["dto.progress"]);
}

#[tokio::test]
async fn an_embed_under_its_old_name_is_patched_in_under_the_new_one() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let old = with(
        embed("https://example.com/"),
        json!({"mediaType": "application/vnd.dialogporten.frontchannelembed+json;type=markdown"}),
    );
    let operation = json!({"op": "add", "path": "/content/mainContentReference", "value": old});
    town.owner().patches(&id, json!([operation])).await.is(204);
    town.owner().owns(&id).await.has(
        "/content/mainContentReference/mediaType",
        "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown",
    );
}
