//! Putting a transmission right: the transmission, what follows for its dialog, and, where words change, the search
//! vector of the whole, by one statement.

use sqlx::types::Json;
use uuid::Uuid;

use super::{Correctable, NotAdded, append::refused};
use crate::{
    dialog::{
        actor::ActorType, append::Effects, label::SystemLabel, named::Named, search::Passages,
        timestamp::Timestamp, transmission::Transmission,
    },
    store::{Store, dialogs::document},
};

/// A transmission that has been put right.
#[derive(Debug)]
pub struct CorrectedTransmission<'a> {
    /// What was read of it and its dialog.
    pub found: &'a Correctable,
    /// The transmission as it shall be.
    pub transmission: &'a Transmission,
    /// How many transmissions the dialog has from the service owner, and how many from the party.
    pub counts: (i32, i32),
    /// Whether something in the dialog waits to be opened.
    pub has_unopened_content: bool,
    /// All words of the dialog, where they change.
    pub words: Option<Passages<'a>>,
    /// Ids that are no longer used, with the number of their kind.
    pub released: &'a [(i16, Uuid)],
    /// Ids that the client chose newly, likewise.
    pub claimed: &'a [(i16, Uuid)],
    /// What else changes.
    pub effects: Effects,
    /// Entries of the label log, for labels that really change: id, label, whether it is set.
    pub labelled: &'a [(Uuid, SystemLabel, bool)],
    /// The new revision.
    pub revision: Uuid,
    /// The new revision of the system labels, where they change.
    pub end_user_revision: Uuid,
    /// When it happened.
    pub now: Timestamp,
}

impl Store {
    /// Writes it, unless the dialog has changed since it was read.
    pub async fn correct_transmission(
        &self,
        corrected: &CorrectedTransmission<'_>,
    ) -> Result<(), NotAdded> {
        let d = corrected.found;
        let t = corrected.transmission;
        let effects = &corrected.effects;
        let cleared = effects.content_updated_at.map_or(0, |_| document::SEEN) | document::UNOPENED;
        let raised = if corrected.has_unopened_content {
            document::UNOPENED
        } else {
            0
        };
        let empty = Passages::default();
        let passages = corrected.words.as_ref().unwrap_or(&empty);
        let (from_owner, from_party) = corrected.counts;
        let labelled = corrected.labelled;
        let written = sqlx::query_scalar!(
            r#"
            WITH before AS MATERIALIZED (
                   SELECT id, label_mask FROM dialog WHERE id = $1 AND revision = $2 FOR NO KEY UPDATE),
                 corrected AS (
                   UPDATE transmission t
                      SET created_at = $4, type = $5, related_id = $6, idempotent_key = $7, doc = $8
                    WHERE t.dialog_id = $1 AND t.id = $3 AND EXISTS (SELECT FROM before)),
                 released AS (
                   DELETE FROM claimed_id c
                    USING unnest($9::smallint[], $10::uuid[]) AS x (kind, id)
                    WHERE c.kind = x.kind AND c.id = x.id AND c.dialog_id = $1 AND EXISTS (SELECT FROM before)),
                 claims AS (
                   INSERT INTO claimed_id (kind, id, dialog_id)
                   SELECT x.kind, x.id, b.id FROM before b, unnest($11::smallint[], $12::uuid[]) AS x (kind, id)),
                 changed AS (
                   UPDATE dialog d
                      SET revision = $13,
                          updated_at = coalesce($14, d.updated_at),
                          content_updated_at = coalesce($15, d.content_updated_at),
                          flags = d.flags & ~$16::int | $17::int,
                          label_mask = d.label_mask & ~$18::smallint | $19::smallint,
                          eu_revision = CASE WHEN d.label_mask & ~$18::smallint | $19::smallint = d.label_mask
                                             THEN d.eu_revision ELSE $20 END,
                          so_transmissions = $21,
                          party_transmissions = $22
                    WHERE d.id = $1 AND EXISTS (SELECT FROM before)),
                 logged AS (
                   INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type)
                   SELECT b.id, x.id, $23, x.label, x.added, $24
                     FROM before b, unnest($25::uuid[], $26::smallint[], $27::boolean[]) AS x (id, label, added)
                    WHERE (b.label_mask & (1 << (x.label - 1)) <> 0) <> x.added),
                 drained AS (
                   DELETE FROM dialog_search_tail t
                    WHERE t.dialog_id = $1 AND $31::boolean AND EXISTS (SELECT FROM before)),
                 searchable AS (
                   UPDATE dialog_search s
                      SET has_tail = false,
                          vec = (SELECT coalesce(tsvector_agg(vec ORDER BY part), '')
                                   FROM (SELECT (n - 1) / 64 AS part,
                                                tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text),
                                                                       weight::"char") ORDER BY n) AS vec
                                           FROM unnest($28::text[], $29::text[], $30::text[])
                                                WITH ORDINALITY AS passage (dictionary, weight, text, n)
                                          GROUP BY 1) AS parts)
                    WHERE s.dialog_id = $1 AND $31 AND EXISTS (SELECT FROM before))
            SELECT EXISTS (SELECT FROM before) AS "written!"
            "#,
            d.dialog,
            d.revision,
            t.id,
            t.created_at as Timestamp,
            t.kind.number(),
            t.related_id,
            t.idempotent_key,
            Json(&t.body) as _,
            &corrected.released.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
            &corrected.released.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            &corrected.claimed.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
            &corrected.claimed.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            corrected.revision,
            effects.updated_at as Option<Timestamp>,
            effects.content_updated_at as Option<Timestamp>,
            cleared,
            raised,
            effects.labels_removed.bits(),
            effects.labels_set.bits(),
            corrected.end_user_revision,
            from_owner,
            from_party,
            corrected.now as Timestamp,
            ActorType::ServiceOwner.number(),
            &labelled.iter().map(|(id, _, _)| *id).collect::<Vec<_>>(),
            &labelled.iter().map(|(_, label, _)| label.number()).collect::<Vec<_>>(),
            &labelled.iter().map(|(_, _, set)| *set).collect::<Vec<_>>(),
            &passages.dictionaries as _,
            &passages.weights as _,
            &passages.texts as _,
            corrected.words.is_some(),
        )
        .fetch_one(self.request())
        .await;
        match written {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotAdded::Outdated),
            Err(error) => Err(refused(error)),
        }
    }
}
