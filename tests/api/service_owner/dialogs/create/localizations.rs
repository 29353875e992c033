//! Texts in languages.

use serde_json::{Value, json};

use super::refused;
use crate::support::{Town, texts};

fn titled(title: Value) -> Value {
    json!({"content": {"title": {"value": title}}})
}

#[tokio::test]
async fn language_codes_are_reduced_to_their_first_part() {
    let town = Town::new().await;
    for (given, stored) in [
        ("nb", "nb"),
        ("nb_NO", "nb"),
        ("EN-us", "en"),
        (" nn ", "nn"),
        ("nb-", "nb"),
        ("nb_anything_else", "nb"),
        ("EN", "en"),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(titled(texts(&[(given, "T")]))))
            .await;
        dialog.has("/content/title/value/0/languageCode", stored);
    }
}

#[tokio::test]
async fn unknown_language_codes_are_refused_and_norwegian_gets_a_hint() {
    let town = Town::new().await;
    for code in ["no", "nob", "xx", "n", "1", "*"] {
        refused(
            &town,
            400,
            vec![(
                titled(texts(&[(code, "T")])),
                &["dto.content.value[0].languageCode"],
            )],
        )
        .await;
    }
    let answer = town
        .owner()
        .posts(&town.a_dialog_with(titled(texts(&[("no", "T")]))))
        .await;
    let text = answer
        .messages("dto.content.value[0].languageCode")
        .join(" ");
    for word in ["language code", "nb", "nn"] {
        assert!(text.contains(word), "{text}");
    }
    for empty in ["", "_nb", "-nb"] {
        let answer = town
            .owner()
            .posts(&town.a_dialog_with(titled(texts(&[(empty, "T")]))))
            .await;
        assert_eq!(
            answer.messages("dto.content.value[0].languageCode").len(),
            2,
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_language_occurs_once_in_a_list_however_it_is_written() {
    let town = Town::new().await;
    for pair in [["nb", "nb"], ["nb", "nb-NO"], ["EN", "en_GB"]] {
        let doubled = texts(&[(pair[0], "a"), (pair[1], "b")]);
        let action = json!({"guiActions": [{"action": "read", "url": "https://example.com/", "priority": "Primary", "title": doubled}]});
        refused(
            &town,
            400,
            vec![
                (titled(doubled), &["dto.content.value"]),
                (action, &["dto.guiActions[0].title"]),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn texts_come_back_in_the_order_of_their_language_codes() {
    let town = Town::new().await;
    let given = texts(&[("nn", "c"), ("en", "a"), ("nb", "b")]);
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(titled(given)))
        .await;
    dialog.has(
        "/content/title/value",
        texts(&[("en", "a"), ("nb", "b"), ("nn", "c")]),
    );
}

#[tokio::test]
async fn a_localization_has_both_its_members() {
    let town = Town::new().await;
    for broken in [
        json!({"value": "T"}),
        json!({"languageCode": "nb"}),
        json!({"value": null, "languageCode": "nb"}),
        json!({"value": "T", "languageCode": null}),
        json!({}),
    ] {
        let answer = town
            .owner()
            .posts(&town.a_dialog_with(titled(json!([broken]))))
            .await
            .is_problem(400);
        let keys = answer.keys();
        assert!(
            keys.len() == 1 && keys[0].starts_with("content.title.value[0]"),
            "{}",
            answer.text
        );
    }
}
