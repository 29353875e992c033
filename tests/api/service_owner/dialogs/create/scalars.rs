//! Numbers, texts and tags of the dialog itself.

use serde_json::{Value, json};

use super::{accepted, refused};
use crate::support::Town;

fn tags(values: &[&str]) -> Value {
    json!({"searchTags": values.iter().map(|value| json!({"value": value})).collect::<Vec<_>>()})
}

#[tokio::test]
async fn progress_lies_between_0_and_100() {
    let town = Town::new().await;
    for progress in [0, 1, 100] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(json!({"progress": progress})))
            .await;
        dialog.has("/progress", progress);
    }
    let key: &[&str] = &["dto.progress"];
    refused(
        &town,
        400,
        vec![
            (json!({"progress": -1}), key),
            (json!({"progress": 101}), key),
        ],
    )
    .await;
    let answer = town
        .owner()
        .posts(&town.a_dialog_with(json!({"progress": 101})))
        .await;
    assert_eq!(
        answer.messages("dto.progress"),
        ["'Progress' must be between 0 and 100. You entered 101."]
    );
}

#[tokio::test]
async fn texts_have_lengths_and_processes_are_uris() {
    let town = Town::new().await;
    let long = |n| "x".repeat(n);
    accepted(
        &town,
        vec![
            json!({"extendedStatus": long(255), "externalReference": long(255)}),
            json!({"process": long(1_023), "precedingProcess": long(1_023)}),
            json!({"process": ""}),
            json!({"process": "cc:x"}),
        ],
    )
    .await;
    refused(
        &town,
        400,
        vec![
            (
                json!({"extendedStatus": long(256)}),
                &["dto.extendedStatus"],
            ),
            (
                json!({"externalReference": long(256)}),
                &["dto.externalReference"],
            ),
            (json!({"process": long(1_024)}), &["dto.process"]),
            (json!({"process": "inval|d"}), &["dto.process"]),
            (json!({"process": "c:x"}), &["dto.process"]),
            (
                json!({"process": "p", "precedingProcess": "inval|d"}),
                &["dto.precedingProcess"],
            ),
            (json!({"precedingProcess": "p"}), &["dto.process"]),
            (
                json!({"process": "", "precedingProcess": ""}),
                &["dto.process"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn search_tags_are_trimmed_lower_case_and_different() {
    let town = Town::new().await;
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(tags(&[" ABC\t", "Æøå", &"x".repeat(63)])))
        .await;
    assert_eq!(
        dialog.texts_at("/searchTags", "/value"),
        ["abc", "æøå", &"x".repeat(63)]
    );
    refused(
        &town,
        400,
        vec![
            (tags(&["ab"]), &["dto.searchTags[0].value"]),
            (tags(&["a  "]), &["dto.searchTags[0].value"]),
            (tags(&["   "]), &["dto.searchTags[0].value"]),
            (tags(&[""]), &["dto.searchTags[0].value"]),
            (tags(&[&"x".repeat(64)]), &["dto.searchTags[0].value"]),
            (tags(&["abc", "ABC"]), &["dto.searchTags"]),
            (tags(&["abc", " abc"]), &["dto.searchTags"]),
            (json!({"searchTags": [{}]}), &["dto.searchTags[0].value"]),
        ],
    )
    .await;
    let many: Vec<_> = (0..500).map(|n| format!("tag {n}")).collect();
    accepted(
        &town,
        vec![tags(&many.iter().map(String::as_str).collect::<Vec<_>>())],
    )
    .await;
}

#[tokio::test]
async fn the_resource_is_stored_in_lower_case() {
    let town = Town::new().await;
    let given = format!("urn:altinn:resource:{}", town.resource.to_uppercase());
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(json!({"serviceResource": given})))
        .await;
    dialog.has("/serviceResource", town.resource_urn());
}

#[tokio::test]
async fn a_resource_is_named_by_its_urn() {
    let town = Town::new().await;
    for resource in [
        String::new(),
        "Invalid".into(),
        town.resource.clone(),
        format!("URN:altinn:resource:{}", town.resource),
        format!("urn:altinn:app:{}", town.resource),
        format!("urn:altinn:resource:{}", "x".repeat(1_004)),
        "urn:altinn:resource:a b".into(),
    ] {
        refused(
            &town,
            400,
            vec![(
                json!({"serviceResource": resource}),
                &["dto.serviceResource"],
            )],
        )
        .await;
    }
    refused(
        &town,
        400,
        vec![(json!({"serviceResource": null}), &["dto.serviceResource"])],
    )
    .await;
}
