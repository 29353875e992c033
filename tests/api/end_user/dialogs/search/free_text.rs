//! Free text: which words find which dialogs.

use serde_json::{Value, json};

use super::{finds, later, places, titled};
use crate::support::{Town, activity, attachment, content, texts, transmission, with};

/// What the person finds by a text, as places in the order of creation.
async fn found(town: &Town, created: &[String], text: &str, language: Option<&str>) -> Vec<usize> {
    let mut parameters = vec![("search", text)];
    parameters.extend(language.map(|language| ("searchLanguageCode", language)));
    let page = finds(town, &parameters).await.is(200);
    let mut places = places(created, &page);
    places.sort_unstable();
    places
}

#[tokio::test]
async fn operators_combine_words() {
    let town = Town::new().await;
    let mut created = Vec::new();
    for title in [
        "alpha",
        "bravo",
        "alpha bravo",
        "alpha and then bravo",
        "charlie",
        "alpha charlie",
    ] {
        created.push(titled(&town, title).await);
    }
    for (text, expected) in [
        ("alpha bravo", &[0, 1, 2, 3, 5][..]),
        ("alpha OR bravo", &[0, 1, 2, 3, 5]),
        ("alpha AND bravo", &[2, 3]),
        ("alpha and bravo", &[2, 3]),
        ("alpha AND bravo charlie", &[2, 3, 4, 5]),
        ("alpha bravo AND charlie", &[0, 2, 3, 5]),
        ("\"alpha bravo\"", &[2]),
        ("\"alpha bravo\" charlie", &[2, 4, 5]),
        ("alpha -bravo", &[0, 5]),
        ("alpha - bravo", &[0, 5]),
        ("alpha bravo -charlie", &[2, 3]),
        ("AND alpha", &[0, 2, 3, 5]),
        ("alpha AND", &[0, 2, 3, 5]),
        ("alpha,bravo", &[2]),
        ("alpha+bravo", &[2]),
        ("!alpha", &[0, 2, 3, 5]),
        ("(alpha)", &[0, 2, 3, 5]),
        ("alpha:*", &[0, 2, 3, 5]),
        ("*alpha", &[0, 2, 3, 5]),
        ("ALPHA", &[0, 2, 3, 5]),
        ("“alpha bravo”", &[0, 1, 2, 3, 5]),
        ("brav", &[]),
        ("-alpha", &[]),
        ("-alpha -bravo", &[]),
        ("   ", &[]),
        ("AND", &[]),
        ("\"\"\"", &[]),
        ("&&&", &[]),
        ("')--", &[]),
        ("\\'\\'", &[]),
    ] {
        assert_eq!(found(&town, &created, text, None).await, expected, "{text}");
    }
}

#[tokio::test]
async fn stop_words_alone_find_nothing() {
    let town = Town::new().await;
    let created = [later(
        &town,
        json!({"content": {"title": {"value": texts(&[("nb", "og katt eller hund")])}}}),
    )
    .await];
    assert_eq!(
        found(&town, &created, "ogs", Some("nb")).await,
        Vec::<usize>::new()
    );
    assert_eq!(
        found(&town, &created, "og AND eller", Some("nb")).await,
        Vec::<usize>::new()
    );
    assert_eq!(found(&town, &created, "katt", Some("nb")).await, [0]);
}

#[tokio::test]
async fn an_inflected_word_is_found_as_it_stands_and_by_its_stem_in_its_language() {
    let town = Town::new().await;
    let title = |language: &str, text: &str| json!({"content": {"title": {"value": texts(&[(language, text)])}}});
    let created = [
        later(&town, title("nb", "Hundene")).await,
        later(&town, title("en", "Running")).await,
    ];
    for (text, language, expected) in [
        ("hundene", None, &[0][..]),
        ("hundene", Some("nb"), &[0]),
        ("hund", Some("nb-NO"), &[0]),
        ("hund", Some("nn"), &[0]),
        ("hunder", Some("nb"), &[0]),
        ("running", None, &[1]),
        ("run", Some("en"), &[1]),
        ("runs", Some("EN_gb"), &[1]),
        ("runs", None, &[]),
    ] {
        assert_eq!(
            found(&town, &created, text, language).await,
            expected,
            "{text} {language:?}"
        );
    }
}

#[tokio::test]
async fn every_plain_text_of_a_dialog_is_searched_and_no_other() {
    let town = Town::new().await;
    let typed =
        |media: &str, value: &str| json!({"mediaType": media, "value": texts(&[("nb", value)])});
    let embed = "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown";
    let given = json!({
        "externalReference": "externalword", "extendedStatus": "extendedword", "process": "processword",
        "content": {
            "title": content("titleword"), "summary": content("summaryword"), "senderName": content("senderword"),
            "extendedStatus": content("statusword"), "nonSensitiveTitle": content("publictitleword"),
            "nonSensitiveSummary": content("publicsummaryword"), "additionalInfo": typed("text/plain", "plainword"),
            "mainContentReference": typed(embed, "https://example.com/embedword"),
        },
        "searchTags": [{"value": "TagWord"}],
        "attachments": [with(attachment(), json!({"displayName": texts(&[("nb", "attachmentword")]), "name": "nameword"}))],
        "transmissions": [with(transmission("Information"), json!({
            "content": {"title": content("senttitleword"), "summary": content("sentsummaryword")},
            "attachments": [with(attachment(), json!({"displayName": texts(&[("nb", "sentattachmentword")])}))],
        }))],
        "activities": [with(activity("Information"), json!({"description": texts(&[("nb", "activityword")])}))],
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "labelword"}]},
    });
    let created = [later(&town, given).await, later(&town, json!({"content": {"title": content("x"), "additionalInfo": typed("text/markdown", "markdownword")}})).await];
    for word in [
        "titleword",
        "summaryword",
        "senderword",
        "statusword",
        "publictitleword",
        "publicsummaryword",
        "plainword",
        "tagword",
        "attachmentword",
        "senttitleword",
        "sentsummaryword",
        "sentattachmentword",
        "activityword",
    ] {
        assert_eq!(found(&town, &created, word, None).await, [0], "{word}");
    }
    for word in [
        "externalword",
        "extendedword",
        "processword",
        "embedword",
        "nameword",
        "labelword",
        "markdownword",
        &town.resource,
        &town.pid,
    ] {
        assert_eq!(
            found(&town, &created, word, None).await,
            Vec::<usize>::new(),
            "{word}"
        );
    }
    let item = finds(&town, &[("search", "tagword")]).await;
    assert!(
        !item.text.to_lowercase().contains("tagword"),
        "tags are the owner's business"
    );
}

#[tokio::test]
async fn a_phrase_may_span_neighbouring_texts() {
    let town = Town::new().await;
    let given = json!({"content": {"title": content("elg hund"), "summary": content("katt gran")}});
    let created = [later(&town, given).await];
    for (text, is_found) in [
        ("\"hund katt\"", true),
        ("\"elg hund katt gran\"", true),
        ("\"katt elg\"", false),
        ("\"hund elg\"", false),
    ] {
        let expected: &[usize] = if is_found { &[0] } else { &[] };
        assert_eq!(found(&town, &created, text, None).await, expected, "{text}");
    }
}

#[tokio::test]
async fn text_and_filters_hold_together() {
    let town = Town::new().await;
    let mut created = Vec::new();
    for (title, status) in [
        ("needle", "Draft"),
        ("needle", "Completed"),
        ("hay", "Draft"),
    ] {
        created.push(
            later(
                &town,
                json!({"content": {"title": content(title)}, "status": status}),
            )
            .await,
        );
    }
    let page = finds(&town, &[("search", "needle"), ("status", "Draft")])
        .await
        .is(200);
    assert_eq!(places(&created, &page), [0]);
    let none: Value = json!([]);
    let page = town
        .stranger()
        .finds(&super::query(&[
            ("party", &town.party()),
            ("search", "needle"),
        ]))
        .await;
    page.is(200).has("/items", none);
}
