//! Attachments of dialogs and of transmissions.

use serde_json::{Value, json};

use super::{accepted, refused};
use crate::support::{Town, attachment, texts, transmission, with};

fn attached(changes: Value) -> Value {
    json!({"attachments": [with(attachment(), changes)]})
}

fn link(changes: Value) -> Value {
    let link = with(attachment()["urls"][0].clone(), changes);
    attached(json!({"urls": [link]}))
}

fn sent(changes: Value) -> Value {
    let attachments = json!({"attachments": [with(attachment(), changes)]});
    json!({"transmissions": [with(transmission("Information"), attachments)]})
}

#[tokio::test]
async fn an_attachment_is_at_least_one_https_link_for_somebody() {
    let town = Town::new().await;
    let long = |n: usize| format!("https://example.com/{}", "x".repeat(n - 20));
    refused(
        &town,
        400,
        vec![
            (
                attached(json!({"urls": null})),
                &["dto.attachments[0].urls"],
            ),
            (attached(json!({"urls": []})), &["dto.attachments[0].urls"]),
            (
                attached(json!({"name": "x".repeat(256)})),
                &["dto.attachments[0].name"],
            ),
            (
                attached(json!({"displayName": texts(&[("nb", "")])})),
                &["dto.attachments[0].displayName[0].value"],
            ),
            (
                attached(json!({"displayName": texts(&[("nb", &"x".repeat(256))])})),
                &["dto.attachments[0].displayName[0].value"],
            ),
            (
                link(json!({"url": "http://example.com/a"})),
                &["dto.attachments[0].urls[0].url"],
            ),
            (
                link(json!({"url": "/a"})),
                &["dto.attachments[0].urls[0].url"],
            ),
            (
                link(json!({"url": ""})),
                &["dto.attachments[0].urls[0].url"],
            ),
            (
                link(json!({"url": null})),
                &["dto.attachments[0].urls[0].url"],
            ),
            (
                link(json!({"url": long(1_024)})),
                &["dto.attachments[0].urls[0].url"],
            ),
            (
                link(json!({"consumerType": null})),
                &["dto.attachments[0].urls[0].consumerType"],
            ),
            (
                link(json!({"mediaType": "x".repeat(256)})),
                &["dto.attachments[0].urls[0].mediaType"],
            ),
        ],
    )
    .await;
    accepted(
        &town,
        vec![
            attached(json!({"displayName": null, "name": ""})),
            attached(json!({"displayName": []})),
            link(json!({"url": long(1_023), "consumerType": "Api", "mediaType": "DICOM"})),
            link(json!({"mediaType": ""})),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_uri_at_all_is_refused_while_reading() {
    let town = Town::new().await;
    for url in [
        "https://",
        "https:///a",
        "http://[",
        "https://a b/",
        "https://example.com:65536/",
    ] {
        refused(
            &town,
            400,
            vec![(link(json!({"url": url})), &["attachments[0].urls[0].url"])],
        )
        .await;
    }
}

#[tokio::test]
async fn links_come_back_as_sent_but_for_the_slash_of_a_bare_authority() {
    let town = Town::new().await;
    for (sent, stored) in [
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
        ("https://Example.com/Ø?q=æ#f", "https://Example.com/Ø?q=æ#f"),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(link(json!({"url": sent}))))
            .await;
        dialog.has("/attachments/0/urls/0/url", stored);
    }
}

#[tokio::test]
async fn nobody_attaches_what_has_already_expired() {
    let town = Town::new().await;
    let past = json!({"expiresAt": town.after(-60)});
    for (changes, key) in [
        (attached(past.clone()), "dto.attachments[0].expiresAt"),
        (
            sent(past.clone()),
            "dto.transmissions[0].attachments[0].expiresAt",
        ),
    ] {
        let dialog = town.a_dialog_with(changes);
        for caller in [town.owner(), town.admin()] {
            caller.posts(&dialog).await.refuses(400, &[key]);
            let silent = format!("{}?isSilentUpdate=true", crate::support::OWNED);
            caller.post(&silent, &dialog).await.refuses(400, &[key]);
        }
    }
    let future = town.after(60);
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(attached(json!({"expiresAt": future}))))
        .await;
    dialog.has("/attachments/0/expiresAt", future);
}

#[tokio::test]
async fn links_of_transmissions_have_the_same_rules() {
    let town = Town::new().await;
    let url = |url: &str| sent(json!({"urls": [{"url": url, "consumerType": "Gui"}]}));
    let media = sent(
        json!({"urls": [{"url": "https://example.com/", "consumerType": "Gui", "mediaType": "x".repeat(256)}]}),
    );
    refused(
        &town,
        400,
        vec![
            (
                sent(json!({"urls": []})),
                &["dto.transmissions[0].attachments[0].urls"],
            ),
            (
                url("http://example.com/"),
                &["dto.transmissions[0].attachments[0].urls[0].url"],
            ),
            (
                media,
                &["dto.transmissions[0].attachments[0].urls[0].mediaType"],
            ),
        ],
    )
    .await;
}
