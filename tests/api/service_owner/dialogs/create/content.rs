//! Texts in their slots, with their media types.

use serde_json::{Value, json};

use super::{accepted, refused};
use crate::support::{Town, content, embed, texts, transmission, with};

const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";
const LEGACY_HTML: &str = "digdir:dialogporten.serviceprovider.legacyhtml";
const EMBED: &str = "application/vnd.dialogporten.frontchannelembed-url;type=";
const OLD_EMBED: &str = "application/vnd.dialogporten.frontchannelembed+json;type=";

/// A dialog with one more slot.
fn with_slot(slot: &str, value: Value) -> Value {
    let mut content = json!({"title": content("Tittel")});
    content[slot] = value;
    json!({"content": content})
}

fn typed(media: &str, value: &str) -> Value {
    json!({"mediaType": media, "value": texts(&[("nb", value)])})
}

/// A transmission with one more slot.
fn sent(slot: &str, value: Value) -> Value {
    let mut content = json!({"title": content("Tittel")});
    content[slot] = value;
    json!({"transmissions": [with(transmission("Information"), json!({"content": content}))]})
}

#[tokio::test]
async fn every_slot_has_its_own_length_and_correspondence_a_longer_one() {
    let town = Town::new().await;
    for (slot, usual, correspondence) in [
        ("title", 255, 512),
        ("nonSensitiveTitle", 255, 512),
        ("summary", 255, 512),
        ("nonSensitiveSummary", 255, 512),
        ("senderName", 255, 512),
        ("extendedStatus", 25, 25),
        ("additionalInfo", 1_023, 1_023),
    ] {
        for (caller, most) in [
            (town.owner(), usual),
            (town.owner_with(CORRESPONDENCE), correspondence),
        ] {
            let of =
                |length: usize| town.a_dialog_with(with_slot(slot, content(&"x".repeat(length))));
            caller.posts(&of(most)).await.is(201);
            caller
                .posts(&of(most + 1))
                .await
                .refuses(400, &["dto.content.value[0].value"]);
        }
    }
    for (slot, most) in [("title", 512), ("summary", 512)] {
        let of = |length: usize| town.a_dialog_with(sent(slot, content(&"x".repeat(length))));
        let caller = town.owner_with(CORRESPONDENCE);
        caller.posts(&of(most)).await.is(201);
        caller
            .posts(&of(most + 1))
            .await
            .refuses(400, &["dto.transmissions[0].content.value[0].value"]);
        town.owner().posts(&of(256)).await.is(400);
    }
}

#[tokio::test]
async fn lengths_count_utf_16_code_units() {
    let town = Town::new().await;
    let title = |value: String| with_slot("title", content(&value));
    accepted(&town, vec![title("😀".repeat(127)), title("æ".repeat(255))]).await;
    refused(
        &town,
        400,
        vec![
            (title("😀".repeat(128)), &["dto.content.value[0].value"]),
            (title("æ".repeat(256)), &["dto.content.value[0].value"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_title_is_needed_but_in_dialogs_for_systems() {
    let town = Town::new().await;
    let untitled = with(transmission("Information"), json!({"content": null}));
    refused(
        &town,
        400,
        vec![
            (json!({"content": null}), &["dto.content"]),
            (json!({"content": {}}), &["dto.content"]),
            (
                json!({"content": {"summary": content("S")}}),
                &["dto.content"],
            ),
            (
                with_slot("title", json!({"value": []})),
                &["dto.content.value"],
            ),
            (
                with_slot("title", content(" \t")),
                &["dto.content.value[0].value"],
            ),
            (json!({"isApiOnly": true, "content": {}}), &["dto.content"]),
            (
                json!({"transmissions": [untitled.clone()]}),
                &["dto.transmissions[0].content"],
            ),
            (
                sent("title", Value::Null),
                &["transmissions[0].content.title"],
            ),
        ],
    )
    .await;
    let api_only = town
        .a_dialog_with(json!({"isApiOnly": true, "content": null, "transmissions": [untitled]}));
    let dialog = town.owner().creates_and_reads(api_only).await;
    dialog
        .has("/isApiOnly", true)
        .lacks("/content")
        .lacks("/transmissions/0/content");
    accepted(&town, vec![json!({"isApiOnly": true})]).await;
}

#[tokio::test]
async fn each_slot_takes_its_own_media_types() {
    let town = Town::new().await;
    let mut cases = Vec::new();
    for slot in [
        "title",
        "summary",
        "nonSensitiveTitle",
        "nonSensitiveSummary",
        "senderName",
        "extendedStatus",
    ] {
        cases.extend([
            (slot, "text/plain", true),
            (slot, "text/markdown", false),
            (slot, "Text/Plain", false),
            (slot, "", false),
        ]);
    }
    cases.extend([
        ("additionalInfo", "text/markdown", true),
        ("additionalInfo", "text/html", false),
        ("additionalInfo", "application/json", false),
    ]);
    for (slot, media, is_fine) in cases {
        let answer = town
            .owner()
            .posts(&town.a_dialog_with(with_slot(slot, typed(media, "x"))))
            .await;
        if is_fine {
            answer.is(201);
        } else {
            answer.refuses(400, &["dto.content.mediaType"]);
        }
    }
}

#[tokio::test]
async fn references_to_content_are_https_links_of_embeddable_types() {
    let town = Town::new().await;
    let link = "https://example.com/x";
    for (scope, media, value, stored) in [
        (
            "",
            format!("{EMBED}text/markdown"),
            link,
            Some("text/markdown"),
        ),
        (
            "",
            format!("{OLD_EMBED}markdown"),
            link,
            Some("text/markdown"),
        ),
        (
            LEGACY_HTML,
            format!("{EMBED}text/html"),
            link,
            Some("text/html"),
        ),
        (
            LEGACY_HTML,
            format!("{OLD_EMBED}html"),
            link,
            Some("text/html"),
        ),
        ("", format!("{EMBED}text/html"), link, None),
        ("", format!("{OLD_EMBED}html"), link, None),
        ("", "text/plain".into(), link, None),
    ] {
        for (slot, changes) in [
            (
                "/content/mainContentReference",
                with_slot("mainContentReference", typed(&media, value)),
            ),
            (
                "/transmissions/0/content/contentReference",
                sent("contentReference", typed(&media, value)),
            ),
        ] {
            let caller = town.owner_with(scope);
            let dialog = town.a_dialog_with(changes);
            if let Some(stored) = stored {
                let read = caller.creates_and_reads(dialog).await;
                read.has(&format!("{slot}/mediaType"), format!("{EMBED}{stored}"))
                    .has(&format!("{slot}/value/0/value"), value);
            } else {
                let within = if slot.starts_with("/content") {
                    "dto.content"
                } else {
                    "dto.transmissions[0].content"
                };
                caller
                    .posts(&dialog)
                    .await
                    .refuses(400, &[&format!("{within}.mediaType")]);
            }
        }
    }
    let plain = json!({"value": texts(&[("nb", link)])});
    refused(
        &town,
        400,
        vec![
            (
                with_slot("mainContentReference", plain),
                &["dto.content.mediaType"],
            ),
            (
                with_slot("mainContentReference", embed("http://example.com/")),
                &["dto.content.value[0].value"],
            ),
            (
                with_slot("mainContentReference", embed("/x")),
                &["dto.content.value[0].value"],
            ),
            (
                sent("contentReference", embed("http://example.com/")),
                &["dto.transmissions[0].content.value[0].value"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn html_needs_its_scope_and_keeps_to_harmless_elements() {
    let town = Town::new().await;
    let dialog =
        |html: &str| town.a_dialog_with(with_slot("additionalInfo", typed("text/html", html)));
    town.owner()
        .posts(&dialog("<p>ok</p>"))
        .await
        .refuses(400, &["dto.content.mediaType"]);
    let caller = town.owner_with(LEGACY_HTML);
    for fine in [
        "<p>ok</p>",
        "<P>ok<br></P><ul><li><strong>a</strong><em>b</em></li></ul><ol></ol>",
        "<table><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>",
        r#"<a href="https://example.com/">x</a>"#,
        r#"<A HREF="HTTPS://example.com/">x</A>"#,
        "<!-- comment --><p>unclosed",
        "stray</p>",
        "a < b &amp; c",
        "no element at all",
    ] {
        let read = caller.creates_and_reads(dialog(fine)).await;
        read.has("/content/additionalInfo/value/0/value", fine);
    }
    for wrong in [
        "<div>x</div>",
        "<script>alert(1)</script>",
        r#"<p class="x">x</p>"#,
        "<a>x</a>",
        r#"<a href="http://example.com/">x</a>"#,
        r#"<a href=" https://example.com/">x</a>"#,
        r#"<a href="https&#58;//example.com/">x</a>"#,
        r#"<a href="https://example.com/" target="_blank">x</a>"#,
        r#"<a href="javascript:alert(1)">x</a>"#,
        "<img src=x onerror=alert(1)>",
    ] {
        caller
            .posts(&dialog(wrong))
            .await
            .refuses(400, &["dto.content.value[0]"]);
    }
    // Other media types are not looked into.
    let markdown = with_slot("additionalInfo", typed("text/markdown", "<div>x</div>"));
    accepted(
        &town,
        vec![markdown, with_slot("summary", content("<script>"))],
    )
    .await;
}

#[tokio::test]
async fn what_clients_say_about_authorization_is_ignored() {
    let town = Town::new().await;
    let claimed = with(embed("https://example.com/"), json!({"isAuthorized": true}));
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(with_slot("mainContentReference", claimed)))
        .await;
    dialog.lacks("/content/mainContentReference/isAuthorized");
}
