//! What happened, and who did it.

use serde_json::{Value, json};

use super::{accepted, refused};
use crate::support::{Town, activity, person_number, texts, transmission, with};

const SCOPE: &str = "digdir:dialogporten.correspondence";
const CORRESPONDENCE: [&str; 2] = ["CorrespondenceOpened", "CorrespondenceConfirmed"];

fn happened(kind: &str, changes: Value) -> Value {
    json!({"activities": [with(activity(kind), changes)]})
}

fn by(actor: Value) -> Value {
    happened("FormSaved", json!({"performedBy": actor}))
}

#[tokio::test]
async fn every_type_of_activity_is_accepted_and_only_information_is_described() {
    let town = Town::new().await;
    let description = json!({"description": texts(&[("nb", "Beskrivelse")])});
    let types = [
        "DialogCreated",
        "DialogClosed",
        "PaymentMade",
        "SignatureProvided",
        "DialogOpened",
        "DialogDeleted",
        "DialogRestored",
        "SentToSigning",
        "SentToFormFill",
        "SentToSendIn",
        "SentToPayment",
        "FormSubmitted",
        "FormSaved",
    ];
    for kind in types {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(happened(kind, json!({}))))
            .await;
        dialog.has("/activities/0/type", kind).has(
            "/activities/0/performedBy",
            json!({"actorType": "ServiceOwner"}),
        );
        refused(
            &town,
            400,
            vec![(
                happened(kind, description.clone()),
                &["dto.activities[0].description"],
            )],
        )
        .await;
    }
    accepted(&town, vec![happened("Information", description)]).await;
    refused(
        &town,
        400,
        vec![
            (
                happened("Information", json!({})),
                &["dto.activities[0].description"],
            ),
            (
                happened(
                    "Information",
                    json!({"description": texts(&[("nb", &"x".repeat(256))])}),
                ),
                &["dto.activities[0].description[0].value"],
            ),
            (
                json!({"activities": [{"performedBy": {"actorType": "ServiceOwner"}}]}),
                &["dto.activities[0].type"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_longer_description_needs_the_correspondence_scope() {
    let town = Town::new().await;
    let described = |length: usize| {
        town.a_dialog_with(happened(
            "Information",
            json!({"description": texts(&[("nb", &"x".repeat(length))])}),
        ))
    };
    town.owner().posts(&described(255)).await.is(201);
    town.owner().posts(&described(256)).await.is(400);
    town.owner_with(SCOPE)
        .posts(&described(4_095))
        .await
        .is(201);
    town.owner_with(SCOPE)
        .posts(&described(4_096))
        .await
        .refuses(400, &["dto.activities[0].description[0].value"]);
}

#[tokio::test]
async fn opening_a_transmission_names_one_of_the_request() {
    let town = Town::new().await;
    let id = town.id();
    let sent = |kind: &str, named: Value| {
        json!({
            "transmissions": [with(transmission("Information"), json!({"id": id}))],
            "activities": [with(activity(kind), json!({"transmissionId": named}))],
        })
    };
    let unknown = json!(town.id());
    refused(
        &town,
        400,
        vec![
            (
                sent("TransmissionOpened", Value::Null),
                &["dto.activities[0].transmissionId"],
            ),
            (
                sent("TransmissionOpened", unknown.clone()),
                &["dto.activities[0]"],
            ),
            (
                sent("DialogOpened", json!(id)),
                &["dto.activities[0].transmissionId"],
            ),
            (
                sent("DialogOpened", unknown),
                &["dto.activities[0]", "dto.activities[0].transmissionId"],
            ),
        ],
    )
    .await;
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(sent("TransmissionOpened", json!(id))))
        .await;
    dialog
        .has("/activities/0/transmissionId", id.as_str())
        .has("/transmissions/0/isOpened", true)
        .has("/hasUnopenedContent", false);
}

#[tokio::test]
async fn correspondence_activities_need_their_scope_even_of_admins() {
    let town = Town::new().await;
    for kind in CORRESPONDENCE {
        let dialog = town.a_dialog_with(happened(kind, json!({})));
        for caller in [town.owner(), town.admin()] {
            let answer = caller.posts(&dialog).await.refuses(403, &["Forbidden"]);
            let text = answer.messages("Forbidden").join(" ");
            for word in CORRESPONDENCE.iter().chain(&[SCOPE]) {
                assert!(text.contains(word), "{text}");
            }
        }
        town.owner_with(SCOPE).posts(&dialog).await.is(201);
    }
}

#[tokio::test]
async fn an_actor_is_the_service_owner_or_somebody_with_either_name_or_identifier() {
    let town = Town::new().await;
    let id = town.party();
    let actor = "dto.activities[0].performedBy";
    let kind = "dto.activities[0].performedBy.actorType";
    let number = "dto.activities[0].performedBy.actorId";
    let wrong = |id: &str| by(json!({"actorType": "PartyRepresentative", "actorId": id}));
    refused(
        &town,
        400,
        vec![
            (
                happened("FormSaved", json!({"performedBy": null})),
                &["dto.activities[0].performedBy"],
            ),
            (
                by(json!({"actorType": "ServiceOwner", "actorName": "N"})),
                &[actor],
            ),
            (
                by(json!({"actorType": "ServiceOwner", "actorId": id})),
                &[actor],
            ),
            (by(json!({"actorType": "PartyRepresentative"})), &[actor]),
            (
                by(json!({"actorType": "PartyRepresentative", "actorName": "N", "actorId": id})),
                &[actor],
            ),
            (by(json!({"actorName": "N"})), &[kind]),
            (by(json!({})), &[actor, kind]),
            (by(json!({"actorType": 7, "actorName": "N"})), &[kind]),
            (wrong(""), &[number]),
            (
                wrong("urn:altinn:person:identifier-no:12345678901"),
                &[number],
            ),
            (
                wrong("urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364"),
                &[number],
            ),
            (
                by(json!({"actorType": "PartyRepresentative", "actorName": "x".repeat(256)})),
                &["dto.activities[0].performedBy.actorName"],
            ),
        ],
    )
    .await;
    let named = by(json!({"actorType": "PartyRepresentative", "actorName": " A name "}));
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(named))
        .await;
    dialog.has(
        "/activities/0/performedBy",
        json!({"actorType": "PartyRepresentative", "actorName": " A name "}),
    );
}

#[tokio::test]
async fn identified_actors_get_their_registered_names() {
    let town = Town::new().await;
    for (id, stored, name) in [
        (town.party(), town.party(), "LAST FIRST MIDDLE"),
        (town.company_urn(), town.company_urn(), "A COMPANY"),
        (
            "urn:altinn:person:idporten-email:Foo@Bar.no".into(),
            "urn:altinn:person:idporten-email:foo@bar.no".into(),
            "foo@bar.no",
        ),
        (
            "urn:altinn:person:idporten-email:Foo%40Bar.no".into(),
            "urn:altinn:person:idporten-email:foo%40bar.no".into(),
            "foo%40bar.no",
        ),
        (
            "urn:altinn:person:legacy-selfidentified:Kari".into(),
            "urn:altinn:person:legacy-selfidentified:kari".into(),
            "kari",
        ),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(by(
                json!({"actorType": "PartyRepresentative", "actorId": id}),
            )))
            .await;
        dialog.has(
            "/activities/0/performedBy",
            json!({"actorType": "PartyRepresentative", "actorId": stored, "actorName": name}),
        );
    }
    let unknown = format!("urn:altinn:person:identifier-no:{}", person_number());
    let unknown = by(json!({"actorType": "PartyRepresentative", "actorId": unknown}));
    refused(&town, 422, vec![(unknown, &["ActorId"])]).await;
}
