//! The usual addition: one part, and nothing about it that is rare. Half of the branches of the statement that adds
//! whatever there may be have nothing to do then, and setting each of them up costs as much as inserting a row; so there
//! is a shorter statement for each kind of part.
//!
//! Both take the lock on the dialog by updating it, and do nothing where that is no longer as it was read. What `unnest`
//! yields stays in order, as there is one dialog to join it with: sorting it would only cost.

use sqlx::types::Json;
use uuid::Uuid;

use super::{Addition, append::count};
use crate::{
    dialog::{
        activity::Activity, label::LabelMask, limits, named::Named, search::Passages,
        timestamp::Timestamp, transmission::Transmission,
    },
    store::{Store, dialogs::document, search::vector::PASSAGES},
};

/// Bytes that may stand in a row of their own before they are put to the others, which the whole statement does.
const LARGEST_TAIL: i32 = 8_192;
/// Bytes of texts that may be put there without asking how large their vector is.
const MOST_FOR_TAIL: usize = 2_048;

impl Store {
    /// Adds everything or nothing: nothing where the addition is not a usual one, or the dialog not as it was read.
    pub(super) async fn append_usual(&self, addition: &Addition<'_>) -> sqlx::Result<bool> {
        if !is_plain(addition) {
            return Ok(false);
        }
        let tail = addition.host.tail;
        let fits = |passages: &Passages<'_>| {
            passages.texts.len() <= PASSAGES
                && tail.is_none_or(|tail| {
                    let bytes: usize = passages.texts.iter().map(|text| text.len()).sum();
                    tail <= LARGEST_TAIL && bytes <= MOST_FOR_TAIL
                })
        };
        match (addition.transmissions, addition.activities) {
            ([], [activity]) if !activity.kind.opens() && activity.transmission_id.is_none() => {
                let passages = Passages::of_activities(addition.activities);
                if fits(&passages) {
                    return self.append_activity(addition, activity, &passages).await;
                }
            }
            ([transmission], []) => {
                let passages = Passages::of_transmissions(addition.transmissions);
                if fits(&passages) {
                    return self
                        .append_transmission(addition, transmission, &passages)
                        .await;
                }
            }
            _ => {}
        }
        Ok(false)
    }

    async fn append_activity(
        &self,
        addition: &Addition<'_>,
        activity: &Activity,
        passages: &Passages<'_>,
    ) -> sqlx::Result<bool> {
        let effects = &addition.effects;
        let host = addition.host;
        sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog d
                      SET revision = $5,
                          updated_at = greatest($6, d.updated_at),
                          content_updated_at = greatest($7, d.content_updated_at),
                          flags = d.flags & ~$8::int,
                          latest_activity = CASE WHEN ((d.latest_activity->>'createdAt')::timestamptz,
                                                       (d.latest_activity->>'id')::uuid) > ($9::timestamptz, $10::uuid)
                                                 THEN d.latest_activity ELSE $11::jsonb END
                    WHERE d.id = $1 AND ($2::uuid IS NULL OR d.revision = $2)
                      AND (d.deleted_at IS NOT NULL) = $3 AND (d.flags & 4 <> 0) = $4
                      AND d.label_mask & ~$12::smallint | $13::smallint = d.label_mask
                   RETURNING d.id, d.party_id),
                 added AS (
                   INSERT INTO activity (dialog_id, id, party_id, created_at, type, doc)
                   SELECT id, $10, party_id, $9, $14, $15 FROM changed),
                 words AS MATERIALIZED (
                   SELECT (SELECT tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text), weight::"char"))
                             FROM unnest($16::text[], $17::text[], $18::text[])
                                  AS passage (dictionary, weight, text)) AS vec
                     FROM changed WHERE cardinality($18::text[]) > 0),
                 widened AS (
                   UPDATE dialog_search s
                      SET (vec, has_tail) =
                          (SELECT vec, s.has_tail OR pg_column_size(vec) BETWEEN 8193 AND 1032191
                             FROM (SELECT CASE WHEN pg_column_size(old) + pg_column_size(w.vec) <= 1032191
                                               THEN old || w.vec ELSE old END AS vec
                                     FROM (SELECT s.vec || ''::tsvector AS old OFFSET 0) AS own
                                   OFFSET 0) AS whole)
                     FROM words w
                    WHERE s.dialog_id = $1 AND NOT $19),
                 tailed AS (
                   INSERT INTO dialog_search_tail AS t (dialog_id, vec)
                   SELECT $1, w.vec FROM words w WHERE $19
                       ON CONFLICT (dialog_id) DO UPDATE SET vec = t.vec || excluded.vec),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT changed.id, x.kind, x.body, $20, $21
                     FROM changed, unnest($22::smallint[], $23::jsonb[]) AS x (kind, body))
            SELECT EXISTS (SELECT FROM changed) AS "added!"
            "#,
            host.id,
            expected(addition),
            host.deleted_at.is_some(),
            host.is_frozen,
            addition.revision,
            effects.updated_at as Option<Timestamp>,
            effects.content_updated_at as Option<Timestamp>,
            effects.content_updated_at.map_or(0, |_| document::SEEN),
            activity.created_at as Timestamp,
            activity.id,
            document::latest_activity(addition.activities).map(Json) as _,
            effects.labels_removed.bits(),
            effects.labels_set.bits(),
            activity.kind.number(),
            Json(&activity.body) as _,
            &passages.dictionaries as _,
            &passages.weights as _,
            &passages.texts as _,
            host.tail.is_some(),
            addition.now as Timestamp,
            addition.hold_until as Option<Timestamp>,
            &addition.events.iter().map(|e| e.kind.number()).collect::<Vec<_>>(),
            &addition.events.iter().map(|e| Json(&e.body)).collect::<Vec<_>>() as _,
        )
        .fetch_one(self.request())
        .await
    }

    async fn append_transmission(
        &self,
        addition: &Addition<'_>,
        transmission: &Transmission,
        passages: &Passages<'_>,
    ) -> sqlx::Result<bool> {
        let effects = &addition.effects;
        let host = addition.host;
        let is_from_party = transmission.kind.is_from_party();
        sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog d
                      SET revision = $5,
                          updated_at = greatest($6, d.updated_at),
                          content_updated_at = greatest($7, d.content_updated_at),
                          flags = d.flags & ~$8::int | $9::int,
                          so_transmissions = d.so_transmissions + $10,
                          party_transmissions = d.party_transmissions + $11
                    WHERE d.id = $1 AND ($2::uuid IS NULL OR d.revision = $2)
                      AND (d.deleted_at IS NOT NULL) = $3 AND (d.flags & 4 <> 0) = $4
                      AND d.label_mask & ~$12::smallint | $13::smallint = d.label_mask
                      AND d.so_transmissions + $10 <= $14::int AND d.party_transmissions + $11 <= $14
                   RETURNING d.id, d.party_id),
                 added AS (
                   INSERT INTO transmission (dialog_id, id, party_id, created_at, type, related_id, idempotent_key, doc)
                   SELECT id, $15, party_id, $16, $17, $18, $19, $20 FROM changed),
                 words AS MATERIALIZED (
                   SELECT (SELECT tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text), weight::"char"))
                             FROM unnest($21::text[], $22::text[], $23::text[])
                                  AS passage (dictionary, weight, text)) AS vec
                     FROM changed WHERE cardinality($23::text[]) > 0),
                 widened AS (
                   UPDATE dialog_search s
                      SET (vec, has_tail) =
                          (SELECT vec, s.has_tail OR pg_column_size(vec) BETWEEN 8193 AND 1032191
                             FROM (SELECT CASE WHEN pg_column_size(old) + pg_column_size(w.vec) <= 1032191
                                               THEN old || w.vec ELSE old END AS vec
                                     FROM (SELECT s.vec || ''::tsvector AS old OFFSET 0) AS own
                                   OFFSET 0) AS whole)
                     FROM words w
                    WHERE s.dialog_id = $1 AND NOT $24),
                 tailed AS (
                   INSERT INTO dialog_search_tail AS t (dialog_id, vec)
                   SELECT $1, w.vec FROM words w WHERE $24
                       ON CONFLICT (dialog_id) DO UPDATE SET vec = t.vec || excluded.vec),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT changed.id, x.kind, x.body, $25, $26
                     FROM changed, unnest($27::smallint[], $28::jsonb[]) AS x (kind, body))
            SELECT EXISTS (SELECT FROM changed) AS "added!"
            "#,
            host.id,
            expected(addition),
            host.deleted_at.is_some(),
            host.is_frozen,
            addition.revision,
            effects.updated_at as Option<Timestamp>,
            effects.content_updated_at as Option<Timestamp>,
            effects.content_updated_at.map_or(0, |_| document::SEEN),
            if is_from_party { 0 } else { document::UNOPENED },
            i32::from(!is_from_party),
            i32::from(is_from_party),
            effects.labels_removed.bits(),
            effects.labels_set.bits(),
            count(limits::TRANSMISSION_COUNT),
            transmission.id,
            transmission.created_at as Timestamp,
            transmission.kind.number(),
            transmission.related_id,
            transmission.idempotent_key,
            Json(&transmission.body) as _,
            &passages.dictionaries as _,
            &passages.weights as _,
            &passages.texts as _,
            host.tail.is_some(),
            addition.now as Timestamp,
            addition.hold_until as Option<Timestamp>,
            &addition.events.iter().map(|e| e.kind.number()).collect::<Vec<_>>(),
            &addition.events.iter().map(|e| Json(&e.body)).collect::<Vec<_>>() as _,
        )
        .fetch_one(self.request())
        .await
    }
}

/// The revision that the dialog must still have. Where words go to a row of their own it matters, as the others could
/// have been made anew meanwhile, with no such row beside them.
fn expected(addition: &Addition<'_>) -> Option<Uuid> {
    let host = addition.host;
    addition.expected.or(host.tail.map(|_| host.revision))
}

/// Whether it claims no ids, changes no labels, and searches know the party's newest time of this resource to be later.
fn is_plain(addition: &Addition<'_>) -> bool {
    let (host, effects) = (addition.host, &addition.effects);
    let labels = host.labels.bits() & !effects.labels_removed.bits() | effects.labels_set.bits();
    let newest = effects.updated_at.max(effects.content_updated_at);
    addition.claimed.is_empty()
        && LabelMask::from_bits(labels) == host.labels
        && newest.is_none_or(|newest| host.bound.is_some_and(|bound| bound > newest))
}
