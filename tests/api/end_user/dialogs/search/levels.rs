//! Texts for callers whose authentication level is too low.

use serde_json::{Value, json};

use super::{finds_as, later};
use crate::support::{Policy, Town, content};

crate::support::in_both_worlds! {
    below_the_level_the_harmless_texts_stand_in_the_place_of_the_sensitive_ones,
    a_resource_without_a_level_asks_for_level_3_in_lists_too,
    words_of_a_sensitive_title_still_find_the_dialog,
}

const PRIV: &[&str] = &["urn:altinn:rolecode:priv"];

async fn below_the_level_the_harmless_texts_stand_in_the_place_of_the_sensitive_ones() {
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::at_level(4).permit(PRIV, &["read"]);
    })
    .await;
    let of = |slots: &[&str]| -> Value {
        let mut texts: serde_json::Map<_, _> = slots
            .iter()
            .map(|slot| ((*slot).to_owned(), content(slot)))
            .collect();
        texts.insert("senderName".into(), content("sender"));
        json!({"content": texts})
    };
    for (slots, low, high) in [
        (
            &[
                "title",
                "summary",
                "nonSensitiveTitle",
                "nonSensitiveSummary",
            ][..],
            ["nonSensitiveTitle", "nonSensitiveSummary"],
            ["title", "summary"],
        ),
        (
            &["title", "summary"],
            ["title", "summary"],
            ["title", "summary"],
        ),
        (
            &["title", "summary", "nonSensitiveSummary"],
            ["title", "nonSensitiveSummary"],
            ["title", "summary"],
        ),
        (
            &["title", "nonSensitiveTitle", "nonSensitiveSummary"],
            ["nonSensitiveTitle", "nonSensitiveSummary"],
            ["title", "nonSensitiveSummary"],
        ),
    ] {
        later(&town, of(slots)).await;
        for (level, expected) in [(0, low), (3, low), (4, high)] {
            let page = finds_as(
                &town.end_user(&town.pid, level),
                &town.party(),
                &[("limit", "1")],
            )
            .await
            .is(200);
            let shown =
                |slot: &str| page.text_at(&format!("/items/0/content/{slot}/value/0/value"));
            assert_eq!(
                [shown("title"), shown("summary")],
                expected,
                "{slots:?} at level {level}"
            );
            page.has("/items/0/content/senderName/value/0/value", "sender")
                .lacks("/items/0/content/nonSensitiveTitle");
        }
    }
}

async fn a_resource_without_a_level_asks_for_level_3_in_lists_too() {
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::without_level().permit(PRIV, &["read"]);
    })
    .await;
    later(&town, json!({"content": {"title": content("sensitive"), "nonSensitiveTitle": content("harmless")}})).await;
    for (level, title) in [(0, "harmless"), (2, "harmless"), (3, "sensitive")] {
        let page = finds_as(&town.end_user(&town.pid, level), &town.party(), &[])
            .await
            .is(200);
        page.has("/items/0/content/title/value/0/value", title);
    }
}

async fn words_of_a_sensitive_title_still_find_the_dialog() {
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::at_level(4).permit(PRIV, &["read"]);
    })
    .await;
    let id = later(&town, json!({"content": {"title": content("sensitive"), "nonSensitiveTitle": content("harmless")}})).await;
    let page = finds_as(
        &town.end_user(&town.pid, 0),
        &town.party(),
        &[("search", "sensitive")],
    )
    .await
    .is(200);
    assert_eq!(page.ids(), [id]);
}
