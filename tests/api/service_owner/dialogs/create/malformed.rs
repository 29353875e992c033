//! Bodies that are not what a dialog looks like: always refused, never a failure of ours.

use serde_json::{Value, json};

use super::refused;
use crate::support::{OWNED, Town, activity, api_action, attachment, gui_action, transmission};

#[tokio::test]
async fn what_is_no_json_object_is_refused_at_the_root() {
    let town = Town::new().await;
    let dialog = town.a_dialog().to_string();
    for body in [
        String::new(),
        " \n".into(),
        "no JSON".into(),
        "null".into(),
        "[]".into(),
        "7".into(),
        "\"text\"".into(),
        "{".into(),
        "{]".into(),
        "{\"a\" 1}".into(),
        "{'party': 1}".into(),
        format!("{dialog}x"),
        format!("{dialog}{dialog}"),
        format!("// comment\n{dialog}"),
        dialog.replacen('{', "{,", 1),
        dialog[..dialog.len() - 1].to_owned(),
        format!("{},}}", &dialog[..dialog.len() - 1]),
    ] {
        let answer = town.owner().send_text(OWNED, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        answer.refuses(400, &["SerializerErrors"]);
    }
}

#[tokio::test]
async fn a_body_cut_off_is_told_at_the_place() {
    let town = Town::new().await;
    for (body, key) in [
        ("{\"serviceResource\": ", "serviceResource"),
        ("{\"status\":", "status"),
        (
            "{\"content\":{\"title\":{\"value\":[{\"value\":\"x",
            "content.title.value[0].value",
        ),
        ("{\"attachments\":[{\"urls\":", "attachments[0].urls"),
    ] {
        town.owner()
            .send_text(OWNED, body)
            .await
            .refuses(400, &[key]);
    }
}

#[tokio::test]
async fn no_prefix_of_a_dialog_is_a_failure_of_ours() {
    let town = Town::new().await;
    let whole = town.a_dialog_with(json!({
        "id": town.id(), "progress": 5, "dueAt": town.after(60), "isApiOnly": false, "status": "Draft",
        "guiActions": [gui_action("a")], "activities": [activity("FormSaved")], "foo": {"bar": [1, null, "x\\u00e6"]},
    }));
    let whole = whole.to_string();
    let owner = town.owner();
    for end in (0..whole.len()).step_by(7) {
        let answer = owner
            .send_text(OWNED, whole.as_bytes()[..end].to_vec())
            .await;
        assert_eq!(answer.status, 400, "{}: {}", &whole[..end], answer.text);
        answer.is_problem(400);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_at_the_place() {
    let town = Town::new().await;
    for (text, key) in [
        (&b"\\ud800"[..], "externalReference"),
        (b"\\ud800x", "externalReference"),
        (b"\\udc00", "externalReference"),
        (b"\xff", "externalReference"),
        (b"\xc0\x80", "externalReference"),
        (b"a\nb", "externalReference"),
        (b"\\x", "externalReference"),
        (b"\\u0000", "externalReference"),
        (b"\x00", "externalReference"),
    ] {
        let body = [b"{\"externalReference\":\"", text, b"\"}"].concat();
        let answer = town.owner().send_text(OWNED, body).await.is_problem(400);
        let keys = answer.keys();
        assert_eq!(keys.len(), 1, "{text:?}: {}", answer.text);
        assert!(keys[0].ends_with(key), "{text:?}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_zero_character_is_refused_wherever_a_text_is() {
    let town = Town::new().await;
    let text = "a\u{0}b";
    let title = |value: &str| json!({"title": {"value": [{"value": value, "languageCode": "nb"}]}});
    for changes in [
        json!({"externalReference": text}),
        json!({"idempotentKey": text}),
        json!({"process": text}),
        json!({"content": title(text)}),
        json!({"searchTags": [{"value": text}]}),
        json!({"serviceOwnerContext": {"serviceOwnerLabels": [{"value": text}]}}),
        json!({"activities": [{"type": "FormSaved", "performedBy": {"actorType": "PartyRepresentative", "actorName": text}}]}),
        json!({"party": format!("urn:altinn:person:legacy-selfidentified:{text}")}),
    ] {
        town.owner()
            .posts(&town.a_dialog_with(changes))
            .await
            .is_problem(400);
    }
}

#[tokio::test]
async fn nesting_has_a_bound_also_where_nobody_looks() {
    let town = Town::new().await;
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let body = |foo: &str| {
        town.a_dialog()
            .to_string()
            .replacen('{', &format!("{{\"foo\":{foo},"), 1)
    };
    town.owner()
        .send_text(OWNED, body(&nested(63)))
        .await
        .is(201);
    for depth in [64, 65, 100_000] {
        let answer = town
            .owner()
            .send_text(OWNED, body(&nested(depth)))
            .await
            .is_problem(400);
        assert!(
            answer.keys()[0].starts_with("foo"),
            "{}",
            &answer.text[..200]
        );
    }
}

#[tokio::test]
async fn members_that_nobody_knows_are_ignored_everywhere() {
    let town = Town::new().await;
    let unknown = |mut value: Value| {
        value["unknown"] = json!({"deep": [1, {"x": null}]});
        value
    };
    let mut dialog = unknown(town.a_dialog());
    dialog["content"] = unknown(dialog["content"].clone());
    dialog["content"]["title"] = unknown(dialog["content"]["title"].clone());
    dialog["content"]["title"]["value"][0] =
        unknown(dialog["content"]["title"]["value"][0].clone());
    dialog["guiActions"] = json!([unknown(gui_action("a"))]);
    dialog["apiActions"] = json!([unknown(api_action("a"))]);
    dialog["attachments"] = json!([unknown(attachment())]);
    dialog["transmissions"] = json!([unknown(transmission("Information"))]);
    dialog["transmissions"][0]["sender"] = unknown(dialog["transmissions"][0]["sender"].clone());
    dialog["activities"] = json!([unknown(activity("FormSaved"))]);
    town.owner().posts(&dialog).await.is(201);
}

#[tokio::test]
async fn names_of_members_are_read_in_any_case_and_the_last_of_two_counts() {
    let town = Town::new().await;
    let (party, resource) = (town.party(), town.resource_urn());
    let body = format!(
        r#"{{"PARTY":"{party}","ServiceResource":"{resource}","CONTENT":{{"Title":{{"VALUE":[{{"Value":"T","LANGUAGECODE":"nb"}}]}}}},
            "progress":1,"Progress":2,"externalReference":"a","externalReference":"b"}}"#
    );
    let answer = town.owner().send_text(OWNED, body).await.is(201);
    let dialog = town.owner().owns(answer.body.as_str().unwrap()).await;
    dialog
        .has("/progress", 2)
        .has("/externalReference", "b")
        .has("/content/title/value/0/value", "T");
}

#[tokio::test]
async fn values_of_a_wrong_type_are_refused_at_their_path() {
    let town = Town::new().await;
    for (changes, key) in [
        (json!({"serviceResource": 7}), "serviceResource"),
        (json!({"party": {}}), "party"),
        (json!({"progress": "x"}), "progress"),
        (json!({"progress": 1.5}), "progress"),
        (json!({"progress": true}), "progress"),
        (json!({"progress": " 5"}), "progress"),
        (json!({"progress": 99_999_999_999_i64}), "progress"),
        (json!({"isApiOnly": "true"}), "isApiOnly"),
        (json!({"isApiOnly": 1}), "isApiOnly"),
        (json!({"content": "x"}), "content"),
        (json!({"content": {"title": "x"}}), "content.title"),
        (
            json!({"content": {"title": {"value": {}}}}),
            "content.title.value",
        ),
        (json!({"attachments": {}}), "attachments"),
        (json!({"attachments": ["x"]}), "attachments[0]"),
        (
            json!({"attachments": [{"urls": [{"url": 7}]}]}),
            "attachments[0].urls[0].url",
        ),
        (
            json!({"guiActions": [{"priority": "Quaternary"}]}),
            "guiActions[0].priority",
        ),
        (
            json!({"transmissions": [{"sender": []}]}),
            "transmissions[0].sender",
        ),
        (
            json!({"activities": [{"type": "Nonsense"}]}),
            "activities[0].type",
        ),
        (json!({"searchTags": [7]}), "searchTags[0]"),
    ] {
        refused(&town, 400, vec![(changes, &[key])]).await;
    }
    for fine in [json!({"progress": "50"}), json!({"progress": -0})] {
        town.owner().posts(&town.a_dialog_with(fine)).await.is(201);
    }
    let exponent = town
        .a_dialog()
        .to_string()
        .replacen('{', "{\"progress\":1e1,", 1);
    town.owner()
        .send_text(OWNED, exponent)
        .await
        .refuses(400, &["progress"]);
}

#[tokio::test]
async fn null_is_no_list_and_no_element_of_one() {
    let town = Town::new().await;
    for list in [
        "attachments",
        "guiActions",
        "apiActions",
        "transmissions",
        "activities",
        "searchTags",
    ] {
        let mut dialog = town.a_dialog();
        dialog[list] = Value::Null;
        town.owner().posts(&dialog).await.refuses(400, &[list]);
        dialog[list] = json!([null]);
        let answer = town.owner().posts(&dialog).await.is_problem(400);
        let keys = answer.keys();
        assert!(
            keys.len() == 1 && keys[0].ends_with(&format!("{list}[0]")),
            "{}",
            answer.text
        );
    }
    for (scalar, key) in [
        ("isApiOnly", "isApiOnly"),
        ("serviceResource", "serviceResource"),
        ("party", "party"),
    ] {
        let mut dialog = town.a_dialog();
        dialog[scalar] = Value::Null;
        town.owner().posts(&dialog).await.refuses(400, &[key]);
    }
}

#[tokio::test]
async fn null_is_as_good_as_absent_for_what_may_be_absent() {
    let town = Town::new().await;
    let mut dialog = town.a_dialog();
    for member in [
        "id",
        "idempotentKey",
        "progress",
        "extendedStatus",
        "externalReference",
        "visibleFrom",
        "dueAt",
        "expiresAt",
        "process",
        "precedingProcess",
        "createdAt",
        "updatedAt",
        "status",
        "systemLabel",
        "serviceOwnerContext",
    ] {
        dialog[member] = Value::Null;
    }
    for slot in [
        "summary",
        "senderName",
        "additionalInfo",
        "extendedStatus",
        "mainContentReference",
        "nonSensitiveTitle",
        "nonSensitiveSummary",
    ] {
        dialog["content"][slot] = Value::Null;
    }
    town.owner().posts(&dialog).await.is(201);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let town = Town::new().await;
    let wrong = json!({
        "serviceResource": "Invalid", "party": "X", "progress": 101, "content": {},
        "attachments": [{"displayName": [{"value": "", "languageCode": "nb"}, {"value": "x", "languageCode": "no"}], "urls": []}],
        "idempotentKey": "x", "searchTags": [{"value": "x"}],
    });
    let answer = town.owner().posts(&wrong).await;
    let answer = answer.refuses(
        400,
        &[
            "dto.serviceResource",
            "dto.party",
            "dto.progress",
            "dto.content",
            "dto.attachments[0].displayName[0].value",
            "dto.attachments[0].displayName[1].languageCode",
            "dto.attachments[0].urls",
            "dto.idempotentKey",
            "dto.searchTags[0].value",
        ],
    );
    let answer = answer.has("/title", "One or more validation errors occurred.");
    let answer = answer.has(
        "/type",
        "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1",
    );
    answer.has("/instance", OWNED).lacks("/detail");
}
