//! Where the words of added parts go, and that searches look there.

use futures_util::future::join_all;

use super::*;

/// A text of so many words that occur nowhere else.
fn text(name: &str, words: usize) -> String {
    let all: Vec<_> = (0..words).map(|n| format!("{name}x{n}")).collect();
    all.join(" ")
}

async fn adds(store: &Store, dialog: Uuid, text: &str) {
    let host = store.host(dialog, None, None).await.unwrap().unwrap();
    let new = [transmission(DialogTransmissionType::Alert, text)];
    store.add_parts(&addition(&host, &new, &[])).await.unwrap();
}

/// How many words the dialog has, how often they occur, and whether some of them wait in a tail.
async fn words(store: &Store) -> (i64, i64, bool) {
    let found = row(
        store.request(),
        "SELECT count(*) AS words, coalesce(sum(cardinality(positions)), 0) AS places,
                EXISTS (SELECT FROM dialog_search_tail) AS has_tail
           FROM unnest((SELECT s.vec || coalesce(t.vec, '')
                          FROM dialog_search s LEFT JOIN dialog_search_tail t USING (dialog_id)))",
    )
    .await;
    (
        found.get("words"),
        found.get("places"),
        found.get("has_tail"),
    )
}

/// The version of the row that has the large vector.
async fn version(store: &Store) -> (String, bool) {
    let found = row(
        store.request(),
        "SELECT xmin::text AS version, has_tail FROM dialog_search",
    )
    .await;
    (found.get("version"), found.get("has_tail"))
}

#[tokio::test]
async fn no_word_is_lost_or_doubled_however_many_come_at_once() {
    let (store, dialog) = store_with_dialog().await;
    for batch in 0..4 {
        let texts: Vec<_> = (0..50)
            .map(|n| text(&format!("b{batch}n{n}"), 30))
            .collect();
        join_all(texts.iter().map(|text| adds(&store, dialog, text))).await;
        let so_far = (batch + 1) * 50 * 30;
        let (words, places, _) = words(&store).await;
        assert_eq!((words, places), (so_far, so_far));
    }
    assert!(version(&store).await.1);
}

#[tokio::test]
async fn few_words_leave_a_large_vector_alone_until_they_are_many() {
    let (store, dialog) = store_with_dialog().await;
    adds(&store, dialog, &text("few", 10)).await;
    assert!(!version(&store).await.1, "a small vector takes all words");
    adds(&store, dialog, &text("many", 2_000)).await;
    let (before, has_tail) = version(&store).await;
    assert!(has_tail);
    for n in 0..20 {
        adds(&store, dialog, &text(&format!("later{n}"), 3)).await;
    }
    assert_eq!(version(&store).await.0, before);
    assert_eq!(words(&store).await, (2_070, 2_070, true));
    adds(&store, dialog, &text("most", 1_000)).await;
    assert_ne!(version(&store).await.0, before);
    assert_eq!(words(&store).await, (3_070, 3_070, false));
    for n in 0..100 {
        adds(&store, dialog, &text(&format!("again{n}"), 30)).await;
    }
    assert_eq!(words(&store).await.0, 6_070);
}

#[tokio::test]
async fn a_full_vector_takes_no_more_words_and_hinders_nothing() {
    let (store, dialog) = store_with_dialog().await;
    // Each of these takes 17 bytes.
    for (count, takes) in [(60_600, true), (60_719, false), (61_500, false)] {
        sqlx::query(
            "UPDATE dialog_search
                SET has_tail = false,
                    vec = (SELECT string_agg(to_char(n, 'FM0000000000000'), ' ')::tsvector FROM generate_series(1, $1) n)",
        )
        .bind(count)
        .execute(store.request())
        .await
        .unwrap();
        sqlx::query("DELETE FROM dialog_search_tail")
            .execute(store.request())
            .await
            .unwrap();
        adds(&store, dialog, &text("first", 10)).await;
        let (found, _, _) = words(&store).await;
        assert_eq!(found, i64::from(count) + if takes { 10 } else { 0 });
        for n in 0..10 {
            adds(&store, dialog, &text(&format!("next{n}"), 400)).await;
            words(&store).await;
        }
    }
}
