//! The least that makes a dialog, and what it looks like afterwards.

use serde_json::json;
use uuid::Uuid;

use crate::support::{OWNED, Town};

/// RFC 3339 in UTC with exactly seven decimals.
fn is_time(text: &str) -> bool {
    let pattern = "0000-00-00T00:00:00.0000000Z";
    text.len() == pattern.len()
        && text
            .bytes()
            .zip(pattern.bytes())
            .all(|(found, wanted)| match wanted {
                b'0' => found.is_ascii_digit(),
                other => found == other,
            })
}

#[tokio::test]
async fn a_created_dialog_is_told_by_id_revision_and_location() {
    let town = Town::new().await;
    let answer = town.owner().posts(&town.a_dialog()).await.is(201);
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    let id = answer.body.as_str().expect("a JSON string").to_owned();
    assert_eq!(answer.text, format!("\"{id}\""));
    assert_eq!(Uuid::try_parse(&id).unwrap().get_version_num(), 7);
    assert_eq!(answer.header("location"), format!("{OWNED}/{id}"));

    let etag = answer.header("etag");
    assert_eq!(
        Uuid::try_parse(&etag).unwrap().hyphenated().to_string(),
        etag
    );
    let read = town
        .owner()
        .owns(&id)
        .await
        .is(200)
        .has("/revision", etag.as_str());
    assert_eq!(read.header("etag"), etag);
}

#[tokio::test]
async fn what_was_not_given_has_its_documented_default() {
    let town = Town::new().await;
    let dialog = town.owner().creates_and_reads(town.a_dialog()).await;
    let created = dialog.text_at("/createdAt");
    assert!(is_time(&created), "{created}");
    let dialog = dialog
        .has("/updatedAt", created.as_str())
        .has("/contentUpdatedAt", created)
        .has("/org", town.org.as_str())
        .has("/serviceResource", town.resource_urn())
        .has("/serviceResourceType", "genericaccessresource")
        .has("/party", town.party())
        .has("/status", "NotApplicable")
        .has("/systemLabel", "Default")
        .has("/endUserContext/systemLabels", json!(["Default"]))
        .has("/isApiOnly", false)
        .has("/isContentSeen", false)
        .has("/hasUnopenedContent", false)
        .has("/fromPartyTransmissionsCount", 0)
        .has("/fromServiceOwnerTransmissionsCount", 0)
        .has("/serviceOwnerContext/serviceOwnerLabels", json!([]))
        .has(
            "/content",
            json!({"title": {"value": [{"value": "Tittel", "languageCode": "nb"}], "mediaType": "text/plain"}}),
        );
    for list in [
        "searchTags",
        "attachments",
        "transmissions",
        "guiActions",
        "apiActions",
        "activities",
        "seenSinceLastUpdate",
        "seenSinceLastContentUpdate",
    ] {
        assert_eq!(dialog.at(&format!("/{list}")), &json!([]), "{list}");
    }
    for absent in [
        "idempotentKey",
        "progress",
        "process",
        "precedingProcess",
        "extendedStatus",
        "externalReference",
        "deletedAt",
        "visibleFrom",
        "dueAt",
        "expiresAt",
    ] {
        assert_eq!(dialog.body.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn everything_given_comes_back_as_it_was_given() {
    let town = Town::new().await;
    let given = json!({
        "progress": 0, "extendedStatus": "", "externalReference": "Ref", "process": "some:process",
        "precedingProcess": "abc", "dueAt": town.after(3_600), "expiresAt": town.after(7_200),
        "status": "InProgress", "isApiOnly": true, "idempotentKey": "a-key",
        "searchTags": [{"value": "one"}, {"value": "two"}],
        "content": {
            "title": {"value": [{"value": "T", "languageCode": "nb"}], "mediaType": "text/plain"},
            "nonSensitiveTitle": {"value": [{"value": "t", "languageCode": "nb"}], "mediaType": "text/plain"},
            "summary": {"value": [{"value": "S", "languageCode": "nb"}], "mediaType": "text/plain"},
            "nonSensitiveSummary": {"value": [{"value": "s", "languageCode": "nb"}], "mediaType": "text/plain"},
            "senderName": {"value": [{"value": "N", "languageCode": "nb"}], "mediaType": "text/plain"},
            "additionalInfo": {"value": [{"value": "*A*", "languageCode": "nb"}], "mediaType": "text/markdown"},
            "extendedStatus": {"value": [{"value": "E", "languageCode": "nb"}], "mediaType": "text/plain"},
            "mainContentReference": {
                "value": [{"value": "https://example.com/e", "languageCode": "nb"}],
                "mediaType": "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown"},
        },
    });
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(given.clone()))
        .await;
    for (member, value) in given.as_object().unwrap() {
        assert_eq!(&dialog.body[member], value, "{member}");
    }
}

#[tokio::test]
async fn lists_keep_the_order_in_which_they_were_sent() {
    let town = Town::new().await;
    let urls = |n: usize| json!([{"url": format!("https://example.com/{n}/a"), "consumerType": "Gui"}, {"url": format!("https://example.com/{n}/b"), "consumerType": "Api"}]);
    let attachments: Vec<_> = (0..40)
        .map(|n| json!({"name": format!("{n}"), "urls": urls(n)}))
        .collect();
    let transmissions: Vec<_> = (0..40)
        .map(|n| {
            crate::support::with(
                crate::support::transmission("Information"),
                json!({"externalReference": format!("{n}")}),
            )
        })
        .collect();
    let activities: Vec<_> = (0..40)
        .map(|n| {
            crate::support::with(
                crate::support::activity("FormSaved"),
                json!({"extendedType": format!("urn:{n}")}),
            )
        })
        .collect();
    let given = json!({"attachments": attachments, "transmissions": transmissions, "activities": activities});
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(given))
        .await;
    let counted = |prefix: &str| (0..40).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    assert_eq!(dialog.texts_at("/attachments", "/name"), counted(""));
    assert_eq!(
        dialog.texts_at("/attachments", "/urls/1/url")[7],
        "https://example.com/7/b"
    );
    assert_eq!(
        dialog.texts_at("/transmissions", "/externalReference"),
        counted("")
    );
    assert_eq!(
        dialog.texts_at("/activities", "/extendedType"),
        counted("urn:")
    );
}
