//! Adding transmissions and activities to a dialog: the parts, what they change of the dialog, its search vector and its
//! events, by one statement whose cost does not depend on the dialog's size.

use sqlx::types::Json;
use uuid::Uuid;

use super::Host;
use crate::{
    dialog::{
        activity::Activity, actor::ActorType, append::Effects, event::Event, label::SystemLabel,
        limits, named::Named, search::Passages, timestamp::Timestamp, transmission::Transmission,
    },
    store::{
        Store,
        dialogs::{
            document,
            insert::{Refused, taken},
        },
    },
};

/// What is added to a dialog.
#[derive(Debug)]
pub struct Addition<'a> {
    /// The dialog as it was read.
    pub host: &'a Host,
    /// The revision that it must still have. Where nothing depends on it, additions may overtake each other.
    pub expected: Option<Uuid>,
    /// Transmissions, each with an actor who has a name.
    pub transmissions: &'a [Transmission],
    /// Activities, likewise.
    pub activities: &'a [Activity],
    /// Ids that the client chose for parts without a row of their own, with the number of their kind.
    pub claimed: &'a [(i16, Uuid)],
    /// What else changes.
    pub effects: Effects,
    /// Entries of the label log, for labels that really change: id, label, whether it is set.
    pub labelled: &'a [(Uuid, SystemLabel, bool)],
    /// The new revision.
    pub revision: Uuid,
    /// The new revision of the system labels, where they change.
    pub end_user_revision: Uuid,
    /// What the world hears.
    pub events: &'a [Event],
    /// Until when the events wait.
    pub hold_until: Option<Timestamp>,
    /// When it happened.
    pub now: Timestamp,
}

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// The dialog is no longer as it was read, in something that matters; reading it again tells.
    #[error("the dialog has changed")]
    Outdated,
    /// An id is taken; the kind of part that has it.
    #[error("the id of a {0} is taken")]
    IdTaken(&'static str, Option<Uuid>),
    /// A transmission of the dialog has the idempotent key.
    #[error("the idempotent key has been used")]
    KeyUsed,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Store {
    /// Adds everything or nothing.
    ///
    /// The dialog's row is locked first, so that what is computed from it (labels, counters, the newest activity) is right
    /// whoever else adds at the same time.
    pub async fn add_parts(&self, addition: &Addition<'_>) -> Result<(), NotAdded> {
        let added = match self.append_usual(addition).await {
            Ok(false) => self.append(addition).await,
            other => other,
        };
        match added {
            Ok(true) => {
                self.announce();
                Ok(())
            }
            Ok(false) => Err(NotAdded::Outdated),
            Err(error) => Err(refused(error)),
        }
    }

    /// Whatever is added, and whatever else that changes.
    async fn append(&self, addition: &Addition<'_>) -> sqlx::Result<bool> {
        let t = addition.transmissions;
        let a = addition.activities;
        let effects = &addition.effects;
        let host = addition.host;
        let from_party = t.iter().filter(|t| t.kind.is_from_party()).count();
        let from_owner = t.len() - from_party;
        let cleared = effects.content_updated_at.map_or(0, |_| document::SEEN);
        let raised = if from_owner > 0 {
            document::UNOPENED
        } else {
            0
        };
        let opened: Vec<Uuid> = a.iter().filter_map(|a| a.transmission_id).collect();
        let newest = a.iter().max_by_key(|a| (a.created_at, a.id));
        let passages = if a.is_empty() {
            Passages::of_transmissions(t)
        } else {
            Passages::of_activities(a)
        };
        let labelled = addition.labelled;
        sqlx::query_scalar!(
            r#"
            WITH before AS MATERIALIZED (
                   SELECT id, party_id, resource_id, label_mask FROM dialog
                    WHERE id = $1 AND ($2::uuid IS NULL OR revision = $2)
                      AND (deleted_at IS NOT NULL) = $3 AND (flags & 4 <> 0) = $4
                      AND so_transmissions + $5::int <= $7::int AND party_transmissions + $6::int <= $7
                      FOR NO KEY UPDATE),
                 transmissions AS (
                   INSERT INTO transmission (dialog_id, id, party_id, created_at, type, related_id, idempotent_key, doc)
                   SELECT b.id, x.id, b.party_id, x.created_at, x.type, x.related_id, x.idempotent_key, x.doc
                     FROM before b, unnest($8::uuid[], $9::timestamptz[], $10::smallint[], $11::uuid[], $12::text[],
                                           $13::jsonb[]) AS x (id, created_at, type, related_id, idempotent_key, doc)),
                 activities AS (
                   INSERT INTO activity (dialog_id, id, party_id, created_at, type, transmission_id, doc)
                   SELECT b.id, x.id, b.party_id, x.created_at, x.type, x.transmission_id, x.doc
                     FROM before b, unnest($14::uuid[], $15::timestamptz[], $16::smallint[], $17::uuid[], $18::jsonb[])
                                    AS x (id, created_at, type, transmission_id, doc)),
                 opened AS (
                   UPDATE transmission t
                      SET opened_at = least(t.opened_at, (SELECT min(x.created_at)
                                                            FROM unnest($15::timestamptz[], $17::uuid[])
                                                                 AS x (created_at, transmission_id)
                                                           WHERE x.transmission_id = t.id))
                    WHERE t.id = ANY ($17) AND (t.dialog_id = $1) IS TRUE AND EXISTS (SELECT FROM before)),
                 claims AS (
                   INSERT INTO claimed_id (kind, id, dialog_id)
                   SELECT x.kind, x.id, b.id FROM before b, unnest($19::smallint[], $20::uuid[]) AS x (kind, id)),
                 changed AS (
                   UPDATE dialog d
                      SET revision = $21,
                          updated_at = greatest($22, d.updated_at),
                          content_updated_at = greatest($23, d.content_updated_at),
                          flags = (d.flags & ~$24::int | $25::int)
                                  & ~CASE WHEN $26 AND d.flags & 8 <> 0
                                           AND NOT EXISTS (SELECT FROM transmission
                                                            WHERE dialog_id = $1 AND opened_at IS NULL
                                                              AND type NOT IN (7, 8) AND id <> ALL ($27::uuid[]))
                                           AND (d.resource_type <> 'correspondenceservice' OR 16 = ANY ($16)
                                                OR EXISTS (SELECT FROM activity WHERE dialog_id = $1 AND type = 16))
                                          THEN 8 ELSE 0 END,
                          label_mask = d.label_mask & ~$28::smallint | $29::smallint,
                          eu_revision = CASE WHEN d.label_mask & ~$28::smallint | $29::smallint = d.label_mask
                                             THEN d.eu_revision ELSE $30 END,
                          so_transmissions = d.so_transmissions + $5,
                          party_transmissions = d.party_transmissions + $6,
                          latest_activity = CASE WHEN $31::jsonb IS NULL
                                                   OR ((d.latest_activity->>'createdAt')::timestamptz,
                                                       (d.latest_activity->>'id')::uuid) > ($32::timestamptz, $33::uuid)
                                                 THEN d.latest_activity ELSE $31 END
                    WHERE d.id = $1 AND EXISTS (SELECT FROM before)),
                 logged AS (
                   INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type)
                   SELECT b.id, x.id, $34, x.label, x.added, $35
                     FROM before b, unnest($36::uuid[], $37::smallint[], $38::boolean[]) AS x (id, label, added)
                    WHERE (b.label_mask & (1 << (x.label - 1)) <> 0) <> x.added),
                 words AS MATERIALIZED (
                   SELECT (SELECT coalesce(tsvector_agg(vec ORDER BY part), '')
                             FROM (SELECT (n - 1) / 64 AS part,
                                          tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text),
                                                                 weight::"char") ORDER BY n) AS vec
                                     FROM unnest($39::text[], $40::text[], $41::text[])
                                          WITH ORDINALITY AS passage (dictionary, weight, text, n)
                                    GROUP BY 1) AS parts) AS vec
                     FROM before WHERE cardinality($41::text[]) > 0),
                 drained AS (
                   DELETE FROM dialog_search_tail t USING words w
                    WHERE t.dialog_id = $1
                      AND (pg_column_size(t.vec || ''::tsvector) > 8192 OR pg_column_size(w.vec) > 8192)
                   RETURNING t.vec),
                 widened AS (
                   UPDATE dialog_search s
                      SET (vec, has_tail) =
                          (SELECT vec, pg_column_size(vec) BETWEEN 8193 AND 1032191
                             FROM (SELECT CASE WHEN pg_column_size(old) + pg_column_size(new) <= 1032191
                                               THEN old || new ELSE old END AS vec
                                     FROM (SELECT s.vec || ''::tsvector AS old,
                                                  coalesce((SELECT vec FROM drained), '') || w.vec AS new
                                           OFFSET 0) AS both_vectors
                                   OFFSET 0) AS whole)
                     FROM words w
                    WHERE s.dialog_id = $1
                      AND (NOT s.has_tail OR pg_column_size(w.vec) > 8192 OR EXISTS (SELECT FROM drained))
                   RETURNING s.dialog_id),
                 tailed AS (
                   INSERT INTO dialog_search_tail AS t (dialog_id, vec)
                   SELECT $1, w.vec FROM words w WHERE NOT EXISTS (SELECT FROM widened)
                       ON CONFLICT (dialog_id) DO UPDATE SET vec = t.vec || excluded.vec),
                 paired AS (
                   INSERT INTO pair (party_id, resource_id, bound)
                   SELECT b.party_id, b.resource_id,
                          date_trunc('day', greatest($22, $23), 'UTC') + interval '1 day'
                     FROM before b
                    WHERE greatest($22, $23) IS NOT NULL
                      AND NOT EXISTS (SELECT FROM pair p
                                       WHERE p.party_id = b.party_id AND p.resource_id = b.resource_id
                                         AND p.bound > greatest($22, $23))
                       ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound)),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT b.id, x.kind, x.body, $34, $42
                     FROM before b, unnest($43::smallint[], $44::jsonb[]) WITH ORDINALITY AS x (kind, body, n)
                    ORDER BY x.n)
            SELECT EXISTS (SELECT FROM before) AS "added!"
            "#,
            host.id,
            addition.expected,
            host.deleted_at.is_some(),
            host.is_frozen,
            count(from_owner),
            count(from_party),
            count(limits::TRANSMISSION_COUNT),
            &t.iter().map(|t| t.id).collect::<Vec<_>>(),
            &t.iter().map(|t| t.created_at).collect::<Vec<_>>() as &[Timestamp],
            &t.iter().map(|t| t.kind.number()).collect::<Vec<_>>(),
            &t.iter().map(|t| t.related_id).collect::<Vec<_>>() as &[Option<Uuid>],
            &t.iter().map(|t| t.idempotent_key.clone()).collect::<Vec<_>>() as &[Option<String>],
            &t.iter().map(|t| Json(&t.body)).collect::<Vec<_>>() as _,
            &a.iter().map(|a| a.id).collect::<Vec<_>>(),
            &a.iter().map(|a| a.created_at).collect::<Vec<_>>() as &[Timestamp],
            &a.iter().map(|a| a.kind.number()).collect::<Vec<_>>(),
            &a.iter().map(|a| a.transmission_id).collect::<Vec<_>>() as &[Option<Uuid>],
            &a.iter().map(|a| Json(&a.body)).collect::<Vec<_>>() as _,
            &addition.claimed.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
            &addition.claimed.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            addition.revision,
            effects.updated_at as Option<Timestamp>,
            effects.content_updated_at as Option<Timestamp>,
            cleared,
            raised,
            a.iter().any(|a| a.kind.opens()),
            &opened,
            effects.labels_removed.bits(),
            effects.labels_set.bits(),
            addition.end_user_revision,
            document::latest_activity(a).map(Json) as _,
            newest.map(|a| a.created_at) as Option<Timestamp>,
            newest.map(|a| a.id),
            addition.now as Timestamp,
            ActorType::ServiceOwner.number(),
            &labelled.iter().map(|(id, _, _)| *id).collect::<Vec<_>>(),
            &labelled.iter().map(|(_, label, _)| label.number()).collect::<Vec<_>>(),
            &labelled.iter().map(|(_, _, set)| *set).collect::<Vec<_>>(),
            &passages.dictionaries as _,
            &passages.weights as _,
            &passages.texts as _,
            addition.hold_until as Option<Timestamp>,
            &addition.events.iter().map(|e| e.kind.number()).collect::<Vec<_>>(),
            &addition.events.iter().map(|e| Json(&e.body)).collect::<Vec<_>>() as _,
        )
        .fetch_one(self.request())
        .await
    }

    /// Whether any dialog has an activity with this id.
    pub async fn has_activity(&self, id: Uuid) -> sqlx::Result<bool> {
        sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM activity WHERE id = $1) AS "exists!""#,
            id
        )
        .fetch_one(self.request())
        .await
    }
}

pub(super) fn count(transmissions: usize) -> i32 {
    i32::try_from(transmissions).unwrap_or(i32::MAX)
}

/// What a violated constraint says.
pub(super) fn refused(error: sqlx::Error) -> NotAdded {
    let constraint = error.as_database_error().and_then(|e| e.constraint());
    if constraint == Some("transmission_idempotent_key_uq") {
        return NotAdded::KeyUsed;
    }
    match taken(error) {
        Refused::IdTaken(kind, id) => NotAdded::IdTaken(kind, id),
        Refused::Database(error) => NotAdded::Database(error),
        Refused::IdempotentKeyUsed(_) => NotAdded::KeyUsed,
    }
}
