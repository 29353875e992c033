//! Words from closed sets, by name or number.

use serde_json::{Value, json};

use super::refused;
use crate::support::{Town, api_action, attachment, gui_action, transmission, with};

#[tokio::test]
async fn words_are_read_in_any_case_and_as_numbers_and_written_canonically() {
    let town = Town::new().await;
    for (given, stored) in [
        (json!("Draft"), "Draft"),
        (json!("draft"), "Draft"),
        (json!("DRAFT"), "Draft"),
        (json!(" Draft "), "Draft"),
        (json!(3), "Draft"),
        (json!("3"), "Draft"),
        (json!("New"), "NotApplicable"),
        (json!(1), "NotApplicable"),
        (json!("Sent"), "Awaiting"),
        (json!(4), "Awaiting"),
        (json!("inProgress"), "InProgress"),
        (json!(5), "RequiresAttention"),
        (json!(6), "Completed"),
        (json!(8), "Awaiting"),
        (Value::Null, "NotApplicable"),
    ] {
        let mut dialog = town.a_dialog();
        dialog["status"] = given;
        let dialog = town.owner().creates_and_reads(dialog).await;
        dialog.has("/status", stored);
    }
}

#[tokio::test]
async fn every_word_of_a_part_has_its_number() {
    let town = Town::new().await;
    let types = [
        "Information",
        "Acceptance",
        "Rejection",
        "Request",
        "Alert",
        "Decision",
        "Submission",
        "Correction",
    ];
    for (number, name) in (1..).zip(types) {
        let sent = with(transmission("Information"), json!({"type": number}));
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(json!({"transmissions": [sent]})))
            .await;
        dialog.has("/transmissions/0/type", name);
    }
    let parts = json!({
        "guiActions": [with(gui_action("a"), json!({"priority": 2, "httpMethod": 5}))],
        "apiActions": [with(api_action("a"), json!({"endpoints": [{"url": "https://example.com/", "httpMethod": 4}]}))],
        "attachments": [with(attachment(), json!({"urls": [{"url": "https://example.com/", "consumerType": 2}]}))],
        "activities": [{"type": 14, "performedBy": {"actorType": 2}}],
    });
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(parts))
        .await;
    dialog
        .has("/guiActions/0/priority", "Secondary")
        .has("/guiActions/0/httpMethod", "DELETE")
        .has("/apiActions/0/endpoints/0/httpMethod", "PATCH")
        .has("/attachments/0/urls/0/consumerType", "Api")
        .has("/activities/0/type", "FormSubmitted")
        .has("/activities/0/performedBy/actorType", "ServiceOwner");
}

#[tokio::test]
async fn other_words_and_numbers_are_refused() {
    let town = Town::new().await;
    for given in [
        json!("Lost"),
        json!(""),
        json!(5.0),
        json!(true),
        json!([]),
        json!({}),
        json!("5.0"),
        json!("Draft,Sent x"),
    ] {
        refused(&town, 400, vec![(json!({"status": given}), &["status"])]).await;
    }
    for given in [0, 9, -1, 1_000] {
        let sent = with(transmission("Information"), json!({"type": given}));
        refused(
            &town,
            400,
            vec![
                (json!({"status": given}), &["dto.status"]),
                (
                    json!({"transmissions": [sent]}),
                    &["dto.transmissions[0].type"],
                ),
            ],
        )
        .await;
    }
}
