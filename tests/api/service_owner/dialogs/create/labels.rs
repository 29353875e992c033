//! Labels that a dialog begins with.

use serde_json::{Value, json};

use super::refused;
use crate::support::{FOUND, Town};

fn labelled(values: &[&str]) -> Value {
    let labels: Vec<_> = values.iter().map(|value| json!({"value": value})).collect();
    json!({"serviceOwnerContext": {"serviceOwnerLabels": labels}})
}

#[tokio::test]
async fn a_dialog_begins_where_its_owner_puts_it() {
    let town = Town::new().await;
    for (given, label) in [
        (Value::Null, "Default"),
        (json!("Default"), "Default"),
        (json!("Bin"), "Bin"),
        (json!("Archive"), "Archive"),
        (json!(2), "Bin"),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(json!({"systemLabel": given})))
            .await;
        dialog
            .has("/systemLabel", label)
            .has("/endUserContext/systemLabels", json!([label]));
    }
    for given in [
        json!("Sent"),
        json!("MarkedAsUnopened"),
        json!(4),
        json!(5),
        json!(6),
        json!(0),
    ] {
        refused(
            &town,
            400,
            vec![(json!({"systemLabel": given}), &["dto.systemLabel"])],
        )
        .await;
    }
    refused(
        &town,
        400,
        vec![(json!({"systemLabel": "Attic"}), &["systemLabel"])],
    )
    .await;
}

#[tokio::test]
async fn being_put_somewhere_is_logged_as_the_owners_deed() {
    let town = Town::new().await;
    for (label, logged) in [("Bin", 1), ("Archive", 1), ("Default", 0)] {
        let id = town
            .owner()
            .creates(town.a_dialog_with(json!({"systemLabel": label})))
            .await;
        let log = town
            .person()
            .get(&format!("{FOUND}/{id}/context/labellog"))
            .await
            .is(200);
        assert_eq!(log.list_at("").len(), logged, "{label}");
        for entry in log.list_at("") {
            let deed = (&entry["name"], &entry["action"], &entry["performedBy"]);
            let name = json!(format!("systemlabel:{label}"));
            assert_eq!(
                deed,
                (&name, &json!("set"), &json!({"actorType": "ServiceOwner"}))
            );
        }
    }
}

#[tokio::test]
async fn owners_labels_are_trimmed_lower_case_sorted_and_different() {
    let town = Town::new().await;
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(labelled(&["\n zulu\t", "ALPHA", "Æbc"])))
        .await;
    assert_eq!(
        dialog.texts_at("/serviceOwnerContext/serviceOwnerLabels", "/value"),
        ["alpha", "zulu", "æbc"]
    );

    let label = "dto.serviceOwnerContext.serviceOwnerLabels[0].value";
    let list = "dto.serviceOwnerContext.serviceOwnerLabels";
    let numbered: Vec<String> = (0..21).map(|n| format!("label {n}")).collect();
    let of = |count: usize| {
        labelled(
            &numbered[..count]
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    };
    town.owner()
        .posts(&town.a_dialog_with(of(20)))
        .await
        .is(201);
    refused(
        &town,
        400,
        vec![
            (of(21), &[list]),
            (labelled(&["ABC", "abc"]), &[list]),
            (labelled(&["abc", " abc"]), &[list]),
            (labelled(&["ab"]), &[label]),
            (labelled(&[" a "]), &[label]),
            (labelled(&["   "]), &[label]),
            (labelled(&[&"x".repeat(256)]), &[label]),
            (
                json!({"serviceOwnerContext": {"serviceOwnerLabels": [{}]}}),
                &[label],
            ),
            (
                json!({"serviceOwnerContext": {"serviceOwnerLabels": null}}),
                &["serviceOwnerContext.serviceOwnerLabels"],
            ),
        ],
    )
    .await;
    let absent = town.a_dialog_with(json!({"serviceOwnerContext": {}}));
    town.owner().posts(&absent).await.is(201);
}
