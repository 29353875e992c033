//! Making the text search vector of a dialog inside the statement that writes the dialog.
//!
//! The texts come from [`crate::dialog::search::Passages`]. A statement gives them a relation named `passages` with
//! the columns `dictionaries`, `weights` and `texts` (each `text[]`), and embeds a fragment:
//!
//! ```
//! use dialogporten::store::search::vector::VECTOR;
//!
//! let statement = format!(
//!     "WITH passages AS (SELECT $3::text[] AS dictionaries, $4::text[] AS weights, $5::text[] AS texts)
//!      INSERT INTO dialog_search (dialog_id, party_id, vec) SELECT $1, $2, {VECTOR} FROM passages"
//! );
//! # assert!(statement.contains("to_tsvector"));
//! ```
//!
//! For statements checked at compile time, which must be literals, the macro [`vector_sql`](crate::vector_sql)
//! is the same text for `concat!`, and otherwise the text is to be copied.
//!
//! Words that are added later stand behind those of the vector (`s.vec || new`) while it is small. When it is large, they
//! are collected in `dialog_search_tail`, and put behind it when the tail has become long: writing a large vector and
//! its entries in the index for each added part would make adding cost as much as all parts before it. `has_tail` says
//! that a dialog is past that point, and searches look at both. Both limits are 8,192 bytes; a vector takes no more
//! words when the longest tail, twice that, would no longer fit behind it.
//!
//! `Passages` leaves out what would make the vector larger than PostgreSQL allows, so that this cannot fail.

/// Texts whose vectors are put together in one go; more are put together in parts of as many, which costs less then.
pub(in crate::store) const PASSAGES: usize = 64;

/// [`VECTOR`] as a literal.
#[macro_export]
macro_rules! vector_sql {
    () => {
        "(SELECT coalesce(tsvector_agg(vec ORDER BY part), '')
            FROM (SELECT (n - 1) / 64 AS part,
                         tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text), weight::\"char\")
                                      ORDER BY n) AS vec
                    FROM unnest(passages.dictionaries, passages.weights, passages.texts)
                         WITH ORDINALITY AS passage (dictionary, weight, text, n)
                   GROUP BY 1) AS parts)"
    };
}

/// The vector of all `passages`, their words in order.
///
/// Each step of the aggregate copies what it has so far, so the passages are put together in parts of 64 first:
/// measured 42 ms instead of 327 ms for 4,000 of them, and no difference for 24 (0.15 ms).
pub const VECTOR: &str = vector_sql!();

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::{
        dialog::{
            activity::{Activity, ActivityBody, DialogActivityType},
            actor::Actor,
            language::LanguageCode,
            localization::Localization,
            search::Passages,
            timestamp::Timestamp,
        },
        store::{pool::Pool, testing},
    };

    async fn database() -> Pool {
        let options = testing::database().await.unwrap();
        Pool::of_test(options)
    }

    fn activities(texts: &[(&str, &str)]) -> Vec<Activity> {
        let activity = |(n, (language, value)): (usize, &(&str, &str))| Activity {
            id: uuid::Uuid::from_u128(n as u128),
            created_at: Timestamp::new(chrono::DateTime::UNIX_EPOCH),
            kind: DialogActivityType::Information,
            transmission_id: None,
            body: ActivityBody {
                extended_type: None,
                performed_by: Actor::service_owner(),
                description: vec![Localization {
                    value: (*value).to_owned(),
                    language_code: LanguageCode::parse(language).unwrap(),
                }],
            },
        };
        texts.iter().enumerate().map(activity).collect()
    }

    async fn finds(pool: &Pool, passages: &Passages<'_>, query: &str, dictionary: &str) -> bool {
        let statement = format!(
            "WITH passages AS (SELECT $1::text[] AS dictionaries, $2::text[] AS weights, $3::text[] AS texts)
             SELECT {VECTOR} @@ websearch_to_tsquery($4::regconfig, $5) FROM passages"
        );
        sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(&passages.dictionaries)
            .bind(&passages.weights)
            .bind(&passages.texts)
            .bind(dictionary)
            .bind(query)
            .fetch_one(pool)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn phrases_reach_into_the_next_text_and_inflected_words_are_found() {
        let pool = database().await;
        let texts = activities(&[
            ("nb", "elg hunder"),
            ("nb", "katter gran"),
            ("se", "čáhci"),
            ("en", "a <b"),
            ("en", "c> d"),
        ]);
        let passages = Passages::of_activities(&texts);
        for (query, dictionary, found) in [
            ("\"elg hund katt gran\"", "norwegian", true),
            ("\"hunden katten\"", "norwegian", true),
            ("\"katt elg\"", "norwegian", false),
            ("hunder", "simple", true),
            ("hunden", "simple", false),
            ("\"elg hunder\"", "simple", true),
            ("ČÁHCI", "simple", true),
            ("c d", "simple", true),
        ] {
            assert_eq!(
                finds(&pool, &passages, query, dictionary).await,
                found,
                "{query}"
            );
        }
        assert!(!finds(&pool, &Passages::default(), "elg", "simple").await);
    }

    #[tokio::test]
    async fn no_text_is_too_much() {
        let pool = database().await;
        let chain = |separator: &str, from: usize| -> String {
            let words: Vec<_> = (from..from + 300).map(|n| format!("{n:x}æ")).collect();
            words.join(separator)
        };
        for separator in [" ", "-", "/", ".", "_", "@", ":", "://a.b/", "<", "&", "ײ-"] {
            let texts: Vec<_> = (0..990).map(|n| chain(separator, n * 300)).collect();
            let pieces: Vec<_> = texts
                .iter()
                .enumerate()
                .map(|(n, text)| (["nb", "en", "yi", "tr"][n % 4], text.as_str()))
                .collect();
            let activities = activities(&pieces);
            let passages = Passages::of_activities(&activities);
            assert!(
                !finds(&pool, &passages, "nothing", "simple").await,
                "{separator}"
            );
        }
        let long = "å".repeat(600_000);
        let alone = Passages {
            dictionaries: vec!["pg_catalog.simple"],
            weights: vec!["D"],
            texts: vec![Cow::Owned(format!("{long} short"))],
        };
        assert!(finds(&pool, &alone, "short", "simple").await);
    }
}
