//! Buttons for people and endpoints for systems.

use serde_json::{Value, json};

use super::{accepted, refused};
use crate::support::{Town, api_action, gui_action, texts, with};

fn gui(changes: Value) -> Value {
    json!({"guiActions": [with(gui_action("read"), changes)]})
}

fn api(changes: Value) -> Value {
    json!({"apiActions": [with(api_action("read"), changes)]})
}

fn endpoint(changes: Value) -> Value {
    let endpoint = with(api_action("read")["endpoints"][0].clone(), changes);
    json!({"apiActions": [{"action": "read", "endpoints": [endpoint]}]})
}

fn buttons(counts: &[(&str, usize)]) -> Value {
    let of = |(priority, count): &(&str, usize)| {
        vec![with(gui_action("read"), json!({"priority": priority})); *count]
    };
    json!({"guiActions": counts.iter().flat_map(of).collect::<Vec<_>>()})
}

#[tokio::test]
async fn one_primary_one_secondary_and_five_tertiary_buttons_are_the_most() {
    let town = Town::new().await;
    let most = buttons(&[("Primary", 1), ("Secondary", 1), ("Tertiary", 5)]);
    accepted(&town, vec![most]).await;
    let key: &[&str] = &["dto.guiActions"];
    refused(
        &town,
        400,
        vec![
            (buttons(&[("Primary", 2)]), key),
            (buttons(&[("Secondary", 2)]), key),
            (buttons(&[("Tertiary", 6)]), key),
        ],
    )
    .await;
    let all = buttons(&[("Primary", 2), ("Secondary", 2), ("Tertiary", 6)]);
    let answer = town
        .owner()
        .posts(&town.a_dialog_with(all))
        .await
        .refuses(400, key);
    assert_eq!(
        answer.messages("dto.guiActions").len(),
        3,
        "each count is told"
    );
}

#[tokio::test]
async fn a_button_opens_with_get_unless_it_posts_or_deletes() {
    let town = Town::new().await;
    for (given, method) in [
        (Value::Null, "GET"),
        (json!("get"), "GET"),
        (json!("POST"), "POST"),
        (json!("DELETE"), "DELETE"),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(gui(json!({"httpMethod": given}))))
            .await;
        dialog
            .has("/guiActions/0/httpMethod", method)
            .has("/guiActions/0/isDeleteDialogAction", false)
            .lacks("/guiActions/0/prompt")
            .lacks("/guiActions/0/isAuthorized");
    }
    let mut explicit = gui(json!({}));
    explicit["guiActions"][0]["httpMethod"] = Value::Null;
    refused(
        &town,
        400,
        vec![
            (explicit, &["dto.guiActions[0].httpMethod"]),
            (
                gui(json!({"httpMethod": "PUT"})),
                &["dto.guiActions[0].httpMethod"],
            ),
            (
                gui(json!({"httpMethod": "FETCH"})),
                &["guiActions[0].httpMethod"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_button_needs_action_url_priority_and_title() {
    let town = Town::new().await;
    let long = |n: usize| "x".repeat(n);
    let url = |n: usize| format!("https://example.com/{}", long(n - 20));
    refused(
        &town,
        400,
        vec![
            (gui(json!({"action": null})), &["dto.guiActions[0].action"]),
            (gui(json!({"action": " "})), &["dto.guiActions[0].action"]),
            (
                gui(json!({"action": long(256)})),
                &["dto.guiActions[0].action"],
            ),
            (gui(json!({"url": null})), &["dto.guiActions[0].url"]),
            (
                gui(json!({"url": "http://example.com/"})),
                &["dto.guiActions[0].url"],
            ),
            (gui(json!({"url": url(1_024)})), &["dto.guiActions[0].url"]),
            (
                gui(json!({"priority": null})),
                &["dto.guiActions[0].priority"],
            ),
            (gui(json!({"title": null})), &["dto.guiActions[0].title"]),
            (gui(json!({"title": []})), &["dto.guiActions[0].title"]),
            (
                gui(json!({"title": texts(&[("nb", &long(256))])})),
                &["dto.guiActions[0].title[0].value"],
            ),
            (
                gui(json!({"prompt": texts(&[("nb", " ")])})),
                &["dto.guiActions[0].prompt[0].value"],
            ),
        ],
    )
    .await;
    accepted(
        &town,
        vec![
            gui(json!({"action": long(255), "url": url(1_023), "title": texts(&[("nb", &long(255))])})),
            gui(json!({"prompt": [], "isDeleteDialogAction": true})),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_api_action_needs_action_and_endpoints() {
    let town = Town::new().await;
    refused(
        &town,
        400,
        vec![
            (api(json!({"action": ""})), &["dto.apiActions[0].action"]),
            (
                api(json!({"name": "x".repeat(256)})),
                &["dto.apiActions[0].name"],
            ),
            (
                api(json!({"endpoints": null})),
                &["dto.apiActions[0].endpoints"],
            ),
            (
                api(json!({"endpoints": []})),
                &["dto.apiActions[0].endpoints"],
            ),
        ],
    )
    .await;
    accepted(
        &town,
        vec![
            api(json!({"name": ""})),
            api(json!({"name": "x".repeat(255)})),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_endpoint_needs_url_and_method_and_documents_itself_as_it_likes() {
    let town = Town::new().await;
    let sunset = town.after(1_000);
    refused(
        &town,
        400,
        vec![
            (
                endpoint(json!({"url": "ftp://example.com/"})),
                &["dto.apiActions[0].endpoints[0].url"],
            ),
            (
                endpoint(json!({"httpMethod": null})),
                &["dto.apiActions[0].endpoints[0].httpMethod"],
            ),
            (
                endpoint(json!({"version": "x".repeat(256)})),
                &["dto.apiActions[0].endpoints[0].version"],
            ),
            (
                endpoint(json!({"documentationUrl": "a b"})),
                &["dto.apiActions[0].endpoints[0].documentationUrl"],
            ),
            (
                endpoint(json!({"sunsetAt": sunset})),
                &["dto.apiActions[0].endpoints[0].deprecated"],
            ),
            (
                endpoint(json!({"sunsetAt": sunset, "deprecated": false})),
                &["dto.apiActions[0].endpoints[0].deprecated"],
            ),
        ],
    )
    .await;
    let free = json!({
        "documentationUrl": "docs/x", "requestSchema": "urn:schema", "responseSchema": "", "version": "",
        "deprecated": true, "sunsetAt": town.after(-1_000),
    });
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(endpoint(free.clone())))
        .await;
    for (member, value) in free.as_object().unwrap() {
        assert_eq!(
            dialog.at(&format!("/apiActions/0/endpoints/0/{member}")),
            value
        );
    }
    let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ];
    for method in methods {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(endpoint(json!({"httpMethod": method}))))
            .await;
        dialog
            .has("/apiActions/0/endpoints/0/httpMethod", method)
            .has("/apiActions/0/endpoints/0/deprecated", false)
            .lacks("/apiActions/0/endpoints/0/version");
    }
}

#[tokio::test]
async fn authorization_attributes_are_words_or_platform_urns() {
    let town = Town::new().await;
    for (attribute, is_fine) in [
        ("element1", true),
        ("this_is-valid", true),
        ("Main", true),
        ("urn:altinn:task:Task_1", true),
        ("URN:ALTINN:subresource:x", true),
        ("urn:altinn:x:y", true),
        ("", false),
        (" ", false),
        ("a.b", false),
        ("a:b", false),
        ("1abc", false),
        ("æ", false),
        ("urn:dialogporten:task:x", false),
        ("urn:altinn:a:b:c", false),
        ("urn:altinn:task", false),
        ("urn:altinn:task:", false),
        (&"a".repeat(255), true),
        (&"a".repeat(256), false),
    ] {
        let named = json!({"authorizationAttribute": attribute});
        let transmission = with(crate::support::transmission("Information"), named.clone());
        for (part, changes) in [
            ("guiActions", gui(named.clone())),
            ("apiActions", api(named)),
            ("transmissions", json!({"transmissions": [transmission]})),
        ] {
            let answer = town.owner().posts(&town.a_dialog_with(changes)).await;
            if is_fine {
                answer.is(201);
            } else {
                answer.refuses(400, &[&format!("dto.{part}[0].authorizationAttribute")]);
            }
        }
    }
}
