//! One language of several, as the reader prefers.

use serde_json::{Value, json};

use crate::support::{
    Town, activity, api_action, attachment, gui_action, texts, transmission, with,
};

/// A dialog whose title, summary and status are in different languages.
async fn polyglot(town: &Town) -> String {
    let value = |given: &[(&str, &str)]| json!({"value": texts(given)});
    let content = json!({
        "title": value(&[("en", "en"), ("nb", "nb")]),
        "summary": value(&[("it", "it"), ("fr", "fr")]),
        "extendedStatus": value(&[("nb", "nb")]),
    });
    town.owner()
        .creates(town.a_dialog_with(json!({"content": content})))
        .await
}

fn shown(dialog: &crate::support::Answer, slot: &str) -> String {
    dialog
        .texts_at(&format!("/content/{slot}/value"), "/languageCode")
        .join(",")
}

#[tokio::test]
async fn each_text_shows_the_wanted_language_or_a_fallback_or_all_it_has() {
    let town = Town::new().await;
    let id = polyglot(&town).await;
    for (wanted, title, summary) in [
        ("nb", "nb", "fr,it"),
        ("en", "en", "fr,it"),
        ("sv", "nb", "fr,it"),
        ("da;q=0.1", "nb", "fr,it"),
        ("*", "en", "fr,it"),
        ("no", "en", "fr,it"),
        ("nn", "en", "fr,it"),
        ("it", "en", "it"),
        ("it,sv;q=0.1", "nb", "it"),
        ("", "en,nb", "fr,it"),
        (" , ;q=1", "en,nb", "fr,it"),
        ("en-US,nb;q=0.9", "en", "fr,it"),
        ("en_GB;q=0.1,nb-NO;q=0.9", "nb", "fr,it"),
        ("NB", "nb", "fr,it"),
        ("en;q=0.5,nb;q=0.5", "en", "fr,it"),
        ("en;q=0.1,nb;q=0.5,en;q=0.9", "en", "fr,it"),
        ("nb; q=0.8, en; q=0.9", "en", "fr,it"),
        ("fr;q=0,nb;q=5", "nb", "fr"),
        ("en;q=,nb", "nb", "fr,it"),
        ("en;q=-1,nb;q=0", "nb", "fr,it"),
        ("en;q=0.5;x=y,nb;q=0.6", "nb", "fr,it"),
    ] {
        let dialog = town.person().opens_in(wanted, &id).await.is(200);
        assert_eq!(
            (
                shown(&dialog, "title").as_str(),
                shown(&dialog, "summary").as_str()
            ),
            (title, summary),
            "{wanted:?}"
        );
        assert_eq!(shown(&dialog, "extendedStatus"), "nb");
    }
    let dialog = town.person().opens(&id).await.is(200);
    assert_eq!(shown(&dialog, "title"), "en,nb");
}

#[tokio::test]
async fn weights_are_cut_to_two_decimals() {
    let town = Town::new().await;
    let title = json!({"title": {"value": texts(&[("de", "de"), ("fr", "fr")])}});
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"content": title})))
        .await;
    for (wanted, found) in [
        ("fr;q=0.001,de;q=0.009", "fr"),
        ("de;q=0.001,fr;q=0.009", "de"),
        ("fr;q=,de;q=-1", "fr"),
        ("fr;q=0.01,de;q=0.02", "de"),
    ] {
        let dialog = town.person().opens_in(wanted, &id).await.is(200);
        assert_eq!(shown(&dialog, "title"), found, "{wanted}");
    }
}

#[tokio::test]
async fn a_malformed_preference_is_refused_by_name() {
    let town = Town::new().await;
    let id = polyglot(&town).await;
    for wanted in [
        "invalid;;;",
        "nb;",
        "nb;;q=1",
        ";",
        "nb;Q=0.5",
        "nb;qq=1",
        "nb;q",
        "nb,en;level=1",
    ] {
        let answer = town
            .person()
            .opens_in(wanted, &id)
            .await
            .refuses(400, &["Accept-Language"]);
        assert!(answer.text.contains("Accept-Language"));
    }
}

#[tokio::test]
async fn every_list_of_texts_is_chosen_from() {
    let town = Town::new().await;
    let both = || texts(&[("en", "en"), ("nb", "nb")]);
    let sent = json!({
        "content": {"title": {"value": both()}, "summary": {"value": both()}},
        "attachments": [with(attachment(), json!({"displayName": both()}))],
        "navigationalActions": [{"title": both(), "url": "https://example.com/"}],
    });
    let given = json!({
        "content": {
            "title": {"value": both()}, "summary": {"value": both()}, "senderName": {"value": both()},
            "additionalInfo": {"value": both()}, "extendedStatus": {"value": both()},
            "mainContentReference": {
                "mediaType": "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown",
                "value": texts(&[("en", "https://example.com/en"), ("nb", "https://example.com/nb")]),
            },
        },
        "attachments": [with(attachment(), json!({"displayName": both()}))],
        "guiActions": [with(gui_action("read"), json!({"title": both(), "prompt": both()}))],
        "apiActions": [api_action("read")],
        "transmissions": [with(transmission("Information"), sent)],
        "activities": [with(activity("Information"), json!({"description": both()}))],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let dialog = town.person().opens_in("nb", &id).await.is(200);
    for list in [
        "/content/title/value",
        "/content/summary/value",
        "/content/senderName/value",
        "/content/additionalInfo/value",
        "/content/extendedStatus/value",
        "/content/mainContentReference/value",
        "/attachments/0/displayName",
        "/guiActions/0/title",
        "/guiActions/0/prompt",
        "/transmissions/0/content/title/value",
        "/transmissions/0/content/summary/value",
        "/transmissions/0/attachments/0/displayName",
        "/transmissions/0/navigationalActions/0/title",
        "/activities/0/description",
    ] {
        let codes: Vec<&Value> = dialog
            .list_at(list)
            .iter()
            .map(|text| &text["languageCode"])
            .collect();
        assert_eq!(codes, ["nb"], "{list}");
    }
}
