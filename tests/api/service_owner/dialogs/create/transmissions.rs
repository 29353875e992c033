//! What is sent with a new dialog.

use serde_json::{Value, json};

use super::refused;
use crate::support::{Town, activity, texts, transmission, with};

fn sent(changes: Value) -> Value {
    json!({"transmissions": [with(transmission("Information"), changes)]})
}

/// Transmissions that relate to each other as told: each number is the place of the one it relates to.
fn related(town: &Town, relations: impl IntoIterator<Item = Option<usize>>) -> Value {
    let relations: Vec<_> = relations.into_iter().collect();
    let ids = town.ids(relations.len());
    let one = |(id, to): (&String, &Option<usize>)| {
        let to = to.map(|place| ids[place].clone());
        with(
            transmission("Information"),
            json!({"id": id, "relatedTransmissionId": to}),
        )
    };
    json!({"transmissions": ids.iter().zip(&relations).map(one).collect::<Vec<_>>()})
}

/// A chain: each relates to the one before.
fn chain(town: &Town, length: usize) -> Value {
    related(town, (0..length).map(|n| n.checked_sub(1)))
}

/// One parent with children.
fn family(town: &Town, children: usize) -> Value {
    related(town, (0..=children).map(|n| (n > 0).then_some(0)))
}

#[tokio::test]
async fn trees_of_transmissions_have_bounds_and_no_cycles() {
    let town = Town::new().await;
    for fine in [
        chain(&town, 100),
        family(&town, 100),
        related(&town, [Some(1), None]),
    ] {
        town.owner().posts(&town.a_dialog_with(fine)).await.is(201);
    }
    let deep = town
        .owner()
        .posts(&town.a_dialog_with(chain(&town, 101)))
        .await
        .refuses(422, &["Transmissions"]);
    let text = deep.messages("Transmissions").join(" ");
    assert!(text.contains("depth violation"), "{text}");
    refused(
        &town,
        422,
        vec![
            (family(&town, 101), &["Transmissions"]),
            (related(&town, [Some(1), Some(0)]), &["Transmissions"]),
            (
                related(&town, [Some(2), Some(0), Some(1), None]),
                &["Transmissions"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_transmission_relates_to_another_one_of_the_request() {
    let town = Town::new().await;
    let id = town.id();
    refused(
        &town,
        400,
        vec![
            (
                sent(json!({"relatedTransmissionId": town.id()})),
                &["dto.transmissions[0]"],
            ),
            (
                sent(json!({"id": id, "relatedTransmissionId": id})),
                &["dto.transmissions[0].relatedTransmissionId"],
            ),
        ],
    )
    .await;
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(chain(&town, 2)))
        .await;
    let first = dialog.text_at("/transmissions/0/id");
    dialog
        .has("/transmissions/1/relatedTransmissionId", first)
        .lacks("/transmissions/0/relatedTransmissionId");
}

#[tokio::test]
async fn a_transmission_needs_type_and_sender() {
    let town = Town::new().await;
    refused(
        &town,
        400,
        vec![
            (sent(json!({"type": null})), &["dto.transmissions[0].type"]),
            (
                sent(json!({"sender": null})),
                &["dto.transmissions[0].sender"],
            ),
            (
                sent(json!({"sender": {"actorType": "PartyRepresentative"}})),
                &["dto.transmissions[0].sender"],
            ),
            (
                sent(json!({"extendedType": "a b"})),
                &["dto.transmissions[0].extendedType"],
            ),
            (
                sent(json!({"extendedType": "x".repeat(1_024)})),
                &["dto.transmissions[0].extendedType"],
            ),
            (
                sent(json!({"externalReference": "x".repeat(256)})),
                &["dto.transmissions[0].externalReference"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn navigational_actions_are_titled_https_links() {
    let town = Town::new().await;
    let link = |changes: Value| {
        let link = with(
            json!({"title": texts(&[("nb", "Gå")]), "url": "https://example.com/go"}),
            changes,
        );
        sent(json!({"navigationalActions": [link]}))
    };
    let at = |member: &str| format!("dto.transmissions[0].navigationalActions[0].{member}");
    refused(
        &town,
        400,
        vec![
            (link(json!({"title": null})), &[&at("title")]),
            (link(json!({"title": []})), &[&at("title")]),
            (
                link(json!({"title": texts(&[("nb", &"x".repeat(256))])})),
                &[&at("title[0].value")],
            ),
            (link(json!({"url": null})), &[&at("url")]),
            (link(json!({"url": "http://example.com/"})), &[&at("url")]),
            (
                link(json!({"expiresAt": town.after(-60)})),
                &[&at("expiresAt")],
            ),
        ],
    )
    .await;
    let expires = town.after(60);
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(link(json!({"expiresAt": expires}))))
        .await;
    dialog.has(
        "/transmissions/0/navigationalActions",
        json!([{"title": texts(&[("nb", "Gå")]), "url": "https://example.com/go", "expiresAt": expires}]),
    );
}

#[tokio::test]
async fn types_decide_counts_labels_and_what_is_unopened() {
    let town = Town::new().await;
    let types = |types: &[&str]| json!({"transmissions": types.iter().map(|kind| transmission(kind)).collect::<Vec<_>>()});
    for (given, owner, party, labels, unopened) in [
        (
            types(&["Submission", "Alert"]),
            1,
            1,
            json!(["Default", "Sent"]),
            true,
        ),
        (
            types(&["Submission"]),
            0,
            1,
            json!(["Default", "Sent"]),
            false,
        ),
        (
            types(&["Correction", "Correction"]),
            0,
            2,
            json!(["Default", "Sent"]),
            false,
        ),
        (
            types(&[
                "Information",
                "Acceptance",
                "Rejection",
                "Request",
                "Decision",
            ]),
            5,
            0,
            json!(["Default"]),
            true,
        ),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(given))
            .await;
        dialog
            .has("/fromServiceOwnerTransmissionsCount", owner)
            .has("/fromPartyTransmissionsCount", party)
            .has("/endUserContext/systemLabels", labels)
            .has("/systemLabel", "Default")
            .has("/hasUnopenedContent", unopened);
    }
    let filed = with(types(&["Submission"]), json!({"systemLabel": "Archive"}));
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(filed))
        .await;
    dialog
        .has("/endUserContext/systemLabels", json!(["Archive", "Sent"]))
        .has("/systemLabel", "Archive");
}

#[tokio::test]
async fn what_has_been_opened_is_no_longer_unopened() {
    let town = Town::new().await;
    for (opened, unopened) in [(1, true), (2, false)] {
        let ids = town.ids(2);
        let sent = |id| with(transmission("Information"), json!({"id": id}));
        let seen = |id| {
            with(
                activity("TransmissionOpened"),
                json!({"transmissionId": id}),
            )
        };
        let given = json!({
            "transmissions": ids.iter().map(sent).collect::<Vec<_>>(),
            "activities": ids.iter().take(opened).map(seen).collect::<Vec<_>>(),
        });
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(given))
            .await;
        dialog
            .has("/hasUnopenedContent", unopened)
            .has("/transmissions/0/isOpened", true);
    }
}
