//! What an event looks like.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Delivery, EventSink, Town, activity, texts, transmission, with};

const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";

/// Every type of activity, and what events call it.
const ACTIVITIES: [(&str, &str); 17] = [
    ("DialogCreated", "created"),
    ("DialogClosed", "closed"),
    ("Information", "information"),
    ("TransmissionOpened", "transmission-opened"),
    ("PaymentMade", "payment-made"),
    ("SignatureProvided", "signature-provided"),
    ("DialogOpened", "dialog-opened"),
    ("DialogDeleted", "dialog-deleted"),
    ("DialogRestored", "dialog-restored"),
    ("SentToSigning", "sent-to-signing"),
    ("SentToFormFill", "sent-to-form-fill"),
    ("SentToSendIn", "sent-to-send-in"),
    ("SentToPayment", "sent-to-payment"),
    ("FormSubmitted", "form-submitted"),
    ("FormSaved", "form-saved"),
    ("CorrespondenceOpened", "correspondence-opened"),
    ("CorrespondenceConfirmed", "correspondence-confirmed"),
];

#[tokio::test]
async fn a_dialog_with_parts_is_told_part_by_part_as_one_moment() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).open().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({
            "transmissions": [transmission("Information"), transmission("Information")],
            "activities": [activity("DialogCreated"), activity("PaymentMade"), activity("FormSaved")],
        })))
        .await;
    let events = sink
        .tells(
            &id,
            &[
                "created",
                "transmission.created",
                "transmission.created",
                "activity.created",
                "activity.payment-made",
                "activity.form-saved",
            ],
        )
        .await;
    let ids: BTreeSet<&str> = events.iter().map(Delivery::id).collect();
    assert_eq!(ids.len(), 6);
    let created = town.owner().owns(&id).await.is(200).text_at("/createdAt");
    for event in &events {
        assert_eq!(event.event["time"], json!(created));
    }
}

#[tokio::test]
async fn a_document_has_exactly_these_members_in_this_order() {
    let sink = EventSink::open().await;
    let base = "https://example.com/dialogporten/";
    let town = Town::build()
        .publishing_to(&sink)
        .config(|config| config.http.public_base_uri = base.into())
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let [event] = &sink.tells(&id, &["created"]).await[..] else {
        unreachable!("one was asked for")
    };
    assert_eq!(event.path, "/events/api/v1/events");
    assert_eq!(event.header("content-type"), "application/cloudevents+json");
    assert!(!event.headers.contains_key("authorization"));
    let created = town.owner().owns(&id).await.is(200).text_at("/createdAt");
    assert_eq!(
        event.text,
        format!(
            "{{\"specversion\":\"1.0\",\"id\":\"{}\",\"type\":\"dialogporten.dialog.created.v1\",\"time\":\"{created}\",\
             \"resource\":\"{}\",\"resourceinstance\":\"{id}\",\"subject\":\"{}\",\
             \"source\":\"{base}api/v1/enduser/dialogs/{id}\"}}",
            event.id(),
            town.resource_urn(),
            town.party(),
        )
    );
    assert!(created.ends_with('Z') && created.len() == "2026-03-02T07:15:30.1204567Z".len());
}

#[tokio::test]
async fn processes_and_parts_are_told_in_the_data() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).open().await;
    let (processes, extended) = (
        json!({"process": "urn:process:2", "precedingProcess": "urn:process:1"}),
        "urn:example:extended",
    );
    let [sent, done, submitted] = &town.ids(3)[..] else {
        unreachable!("three were asked for")
    };
    let from_party = json!({
        "id": submitted, "type": "Submission",
        "sender": {"actorType": "PartyRepresentative", "actorName": "Somebody"},
    });
    let dialog = with(
        town.a_dialog_with(json!({
            "transmissions": [
                with(transmission("Information"), json!({"id": sent})),
                with(transmission("Submission"), from_party),
            ],
            "activities": [with(activity("PaymentMade"), json!({"id": done, "extendedType": extended}))],
        })),
        processes.clone(),
    );
    let id = town.owner().creates(dialog).await;
    let events = sink.takes(&id, 4).await;
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event.event["source"].as_str().unwrap(),
                &event.event["data"],
            )
        })
        .collect();
    let source = |below: &str| {
        let base = town.app.config().http.public_base_uri.trim_end_matches('/');
        format!("{base}/api/v1/enduser/dialogs/{id}{below}")
    };
    let data = |more| with(processes.clone(), more);
    assert_eq!(
        told,
        [
            (source("").as_str(), &data(json!({}))),
            (
                source(&format!("/transmissions/{sent}")).as_str(),
                &data(json!({"senderType": "ServiceOwner"}))
            ),
            (
                source(&format!("/transmissions/{submitted}")).as_str(),
                &data(json!({"senderType": "PartyRepresentative"}))
            ),
            (
                source(&format!("/activities/{done}")).as_str(),
                &data(json!({"activityId": done, "extendedActivityType": extended}))
            ),
        ]
    );
}

#[tokio::test]
async fn every_type_of_activity_has_a_type_of_event() {
    let sink = EventSink::open().await;
    let town = Town::build().publishing_to(&sink).open().await;
    let sent = town.id();
    let activities: Vec<_> = ACTIVITIES
        .iter()
        .map(|(kind, _)| {
            let more = match *kind {
                "Information" => json!({"description": texts(&[("nb", "Noe")])}),
                "TransmissionOpened" => json!({"transmissionId": sent}),
                _ => json!({}),
            };
            with(activity(kind), more)
        })
        .collect();
    let sent = with(transmission("Information"), json!({"id": sent}));
    let dialog = town.a_dialog_with(json!({"transmissions": [sent], "activities": activities}));
    let id = town.owner_with(CORRESPONDENCE).creates(dialog).await;
    let names = ACTIVITIES.map(|(_, name)| format!("activity.{name}"));
    let wanted: Vec<&str> = ["created", "transmission.created"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    sink.tells(&id, &wanted).await;
}
