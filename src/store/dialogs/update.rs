//! Changing a dialog: the dialog, its new parts, its labels, its search vector and its events, by one statement that
//! does nothing where the dialog is no longer the one that was read.

use std::collections::BTreeMap;

use sqlx::types::Json;
use uuid::Uuid;

use super::{document, insert};
use crate::{
    dialog::{
        Dialog, activity::DialogActivityType, actor::ActorType, change::Change, event::Event,
        label::SystemLabel, named::Named, search::Passages, timestamp::Timestamp,
    },
    store::Store,
};

/// A change to be written.
#[derive(Debug)]
pub struct DialogChange<'a> {
    /// The dialog as it was read.
    pub before: &'a Dialog,
    /// The difference.
    pub change: &'a Change,
    /// Whether the dialog has transmissions or activities already.
    pub has_children: bool,
    /// Next revision of the system labels, should they change.
    pub end_user_revision: Uuid,
    /// Identifiers for entries of the label log: taken from the bin, from the archive, and something sent.
    pub label_log_ids: [Uuid; 3],
    /// What the world hears.
    pub events: &'a [Event],
    /// Until when the events wait.
    pub hold_until: Option<Timestamp>,
    /// When it happened.
    pub now: Timestamp,
}

/// Why a dialog was not changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Somebody else changed it, or purged it, since it was read.
    #[error("the dialog has changed since it was read")]
    Changed,
    /// An id is taken; the kind of part that has it.
    #[error("the id of a {0} is taken")]
    IdTaken(&'static str, Option<Uuid>),
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        // A transmission with the same key came in between; the dialog is another one, too.
        let constraint = error
            .as_database_error()
            .and_then(|error| error.constraint());
        if constraint == Some("transmission_idempotent_key_uq") {
            return Self::Changed;
        }
        match insert::taken(error) {
            insert::Refused::IdTaken(kind, id) => Self::IdTaken(kind, id),
            insert::Refused::Database(error) => Self::Database(error),
            // Only creating a dialog gives this one.
            insert::Refused::IdempotentKeyUsed(_) => Self::Changed,
        }
    }
}

impl Store {
    /// Writes everything or nothing. One statement, and one before it where words of the dialog itself changed and the
    /// search vector must be made anew from those of all its parts.
    ///
    /// System labels are changed relative to what they are then, so that a label that somebody sets meanwhile is
    /// neither lost nor in the way.
    pub async fn change_dialog(&self, write: &DialogChange<'_>) -> Result<(), Refused> {
        let searched = self.searched(write).await?;
        let passages = Passages::of_dialog(&searched);
        if statement(self, write, &passages).await? {
            self.announce();
            Ok(())
        } else {
            Err(Refused::Changed)
        }
    }

    /// The dialog with everything whose words are to be indexed: all of it, or only what is added.
    async fn searched(&self, write: &DialogChange<'_>) -> sqlx::Result<Dialog> {
        let change = write.change;
        let mut searched = change.after.clone();
        if !change.changes_words {
            searched.content = None;
            searched.search_tags.clear();
            searched.attachments.clear();
        } else if write.has_children {
            (searched.transmissions, searched.activities) =
                self.searched_children(write.before.id).await?;
        }
        searched
            .transmissions
            .extend_from_slice(&change.transmissions);
        searched.activities.extend_from_slice(&change.activities);
        Ok(searched)
    }
}

/// Whether the dialog was still the one that was read.
async fn statement(
    store: &Store,
    write: &DialogChange<'_>,
    passages: &Passages<'_>,
) -> sqlx::Result<bool> {
    let (before, change, after) = (write.before, write.change, &write.change.after);
    let (list, detail) = document::documents(after);
    let same_texts = before.content == after.content;
    let same_detail = same_texts
        && before.search_tags == after.search_tags
        && before.attachments == after.attachments
        && before.gui_actions == after.gui_actions
        && before.api_actions == after.api_actions;

    let mut opened: BTreeMap<Uuid, Timestamp> = BTreeMap::new();
    for activity in &change.activities {
        if let (DialogActivityType::TransmissionOpened, Some(id)) =
            (activity.kind, activity.transmission_id)
        {
            let first = opened.entry(id).or_insert(activity.created_at);
            *first = activity.created_at.min(*first);
        }
    }
    let newest = change
        .activities
        .iter()
        .max_by_key(|a| (a.created_at, a.id));
    let flags = document::API_ONLY | document::UNOPENED;
    let kept_flags = !flags & if change.unsees { !document::SEEN } else { !0 };
    let (kept_labels, set_labels) = change.labels.masks();
    let (t, a) = (&change.transmissions, &change.activities);
    sqlx::query_scalar!(
        r#"
        WITH before AS MATERIALIZED (
               SELECT id, party_id, resource_id, label_mask, (label_mask & $7::smallint) | $8::smallint AS new_mask
                 FROM dialog WHERE id = $1 AND revision = $2 FOR UPDATE),
             changed AS (
               UPDATE dialog d
                  SET revision = $3, status = $4, flags = (d.flags & $5::int) | $6::int, label_mask = b.new_mask,
                      eu_revision = CASE WHEN b.new_mask = b.label_mask THEN d.eu_revision ELSE $9 END,
                      updated_at = $10, content_updated_at = $11, due_at = $12, expires_at = $13,
                      external_reference = $14, extended_status = $15, process = $16, preceding_process = $17,
                      progress = $18, so_transmissions = $19, party_transmissions = $20, gui_attachments = $21,
                      list = coalesce($22, d.list), detail = coalesce($23, d.detail),
                      latest_activity =
                        CASE WHEN $24::jsonb IS NULL
                               OR ((d.latest_activity ->> 'createdAt')::timestamptz, (d.latest_activity ->> 'id')::uuid)
                                  > ($25::timestamptz, $26::uuid)
                             THEN d.latest_activity ELSE $24 END
                 FROM before b
                WHERE d.id = b.id
               RETURNING d.id, d.party_id, d.resource_id),
             transmissions AS (
               INSERT INTO transmission (dialog_id, id, party_id, created_at, type, related_id, idempotent_key, opened_at, doc)
               SELECT changed.id, x.id, changed.party_id, x.created_at, x.type, x.related_id, x.idempotent_key, x.opened_at,
                      x.doc
                 FROM changed, unnest($27::uuid[], $28::timestamptz[], $29::smallint[], $30::uuid[], $31::text[],
                                      $32::timestamptz[], $33::jsonb[])
                      AS x (id, created_at, type, related_id, idempotent_key, opened_at, doc)),
             activities AS (
               INSERT INTO activity (dialog_id, id, party_id, created_at, type, transmission_id, doc)
               SELECT changed.id, x.id, changed.party_id, x.created_at, x.type, x.transmission_id, x.doc
                 FROM changed, unnest($34::uuid[], $35::timestamptz[], $36::smallint[], $37::uuid[], $38::jsonb[])
                      AS x (id, created_at, type, transmission_id, doc)),
             opened AS (
               UPDATE transmission t
                  SET opened_at = least(t.opened_at, x.opened_at)
                 FROM changed, unnest($39::uuid[], $40::timestamptz[]) AS x (id, opened_at)
                WHERE t.id = x.id AND (t.dialog_id = changed.id) IS TRUE),
             claims AS (
               INSERT INTO claimed_id (kind, id, dialog_id)
               SELECT x.kind, x.id, changed.id FROM changed, unnest($41::smallint[], $42::uuid[]) AS x (kind, id)),
             freed AS (
               DELETE FROM claimed_id c
                USING changed, unnest($43::smallint[], $44::uuid[]) AS x (kind, id)
                WHERE c.kind = x.kind AND c.id = x.id AND c.dialog_id = changed.id),
             logged AS (
               INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type)
               SELECT b.id, x.id, $47, x.label, b.new_mask & x.bit <> 0, $48
                 FROM before b,
                      unnest($45::uuid[], $46::smallint[]) AS l (id, label)
                CROSS JOIN LATERAL (SELECT l.id, l.label, 1 << (l.label - 1) AS bit) AS x
                WHERE (b.label_mask # b.new_mask) & x.bit <> 0),
             made AS (
               SELECT changed.id,
                      (SELECT coalesce(tsvector_agg(vec ORDER BY part), '')
                         FROM (SELECT (n - 1) / 64 AS part,
                                      tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text), weight::"char")
                                                   ORDER BY n) AS vec
                                 FROM unnest($50::text[], $51::text[], $52::text[])
                                      WITH ORDINALITY AS passage (dictionary, weight, text, n)
                                GROUP BY 1) AS parts) AS vec
                 FROM changed
                WHERE $49::boolean OR cardinality($52::text[]) > 0),
             drained AS (
               DELETE FROM dialog_search_tail t USING made
                WHERE t.dialog_id = made.id
                  AND ($49 OR pg_column_size(t.vec || ''::tsvector) > 8192 OR pg_column_size(made.vec) > 8192)
               RETURNING t.vec),
             widened AS (
               UPDATE dialog_search s
                  SET (vec, has_tail) =
                      (SELECT vec, pg_column_size(vec) BETWEEN 8193 AND 1032191
                         FROM (SELECT CASE WHEN $49 THEN made.vec
                                           WHEN pg_column_size(old) + pg_column_size(new) <= 1032191 THEN old || new
                                           ELSE old END AS vec
                                 FROM (SELECT s.vec || ''::tsvector AS old,
                                              coalesce((SELECT vec FROM drained), '') || made.vec AS new
                                        WHERE NOT $49
                                        UNION ALL
                                       SELECT NULL, NULL WHERE $49) AS both_vectors
                               OFFSET 0) AS whole)
                 FROM made
                WHERE s.dialog_id = made.id
                  AND ($49 OR NOT s.has_tail OR pg_column_size(made.vec) > 8192 OR EXISTS (SELECT FROM drained))
               RETURNING s.dialog_id),
             tailed AS (
               INSERT INTO dialog_search_tail AS t (dialog_id, vec)
               SELECT made.id, made.vec FROM made WHERE NOT EXISTS (SELECT FROM widened)
                   ON CONFLICT (dialog_id) DO UPDATE SET vec = t.vec || excluded.vec),
             paired AS (
               INSERT INTO pair (party_id, resource_id, bound)
               SELECT party_id, resource_id, date_trunc('day', greatest($10, $11, $12), 'UTC') + interval '1 day'
                 FROM changed
                WHERE NOT EXISTS (SELECT FROM pair
                                   WHERE party_id = changed.party_id AND resource_id = changed.resource_id
                                     AND bound > greatest($10, $11, $12))
                   ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound)),
             announced AS (
               INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
               SELECT changed.id, x.kind, x.body, $47, $53
                 FROM changed, unnest($54::smallint[], $55::jsonb[]) WITH ORDINALITY AS x (kind, body, n)
                ORDER BY x.n)
        SELECT EXISTS (SELECT FROM changed) AS "changed!"
        "#,
        before.id,
        before.revision,
        after.revision,
        after.status.number(),
        kept_flags,
        document::flags(after) & flags,
        kept_labels,
        set_labels,
        write.end_user_revision,
        after.updated_at as Timestamp,
        after.content_updated_at as Timestamp,
        after.due_at as Option<Timestamp>,
        after.expires_at as Option<Timestamp>,
        after.external_reference,
        after.extended_status,
        after.process,
        after.preceding_process,
        after.progress,
        after.service_owner_transmissions,
        after.party_transmissions,
        document::gui_attachments(&after.attachments),
        (!same_texts).then_some(Json(list)) as _,
        (!same_detail).then_some(Json(detail)) as _,
        document::latest_activity(a).map(Json) as _,
        newest.map(|a| a.created_at) as Option<Timestamp>,
        newest.map(|a| a.id),
        &t.iter().map(|t| t.id).collect::<Vec<_>>(),
        &t.iter().map(|t| t.created_at).collect::<Vec<_>>() as &[Timestamp],
        &t.iter().map(|t| t.kind.number()).collect::<Vec<_>>(),
        &t.iter().map(|t| t.related_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &t.iter().map(|t| t.idempotent_key.clone()).collect::<Vec<_>>() as &[Option<String>],
        &t.iter().map(|t| opened.get(&t.id).copied()).collect::<Vec<_>>() as &[Option<Timestamp>],
        &t.iter().map(|t| Json(&t.body)).collect::<Vec<_>>() as _,
        &a.iter().map(|a| a.id).collect::<Vec<_>>(),
        &a.iter().map(|a| a.created_at).collect::<Vec<_>>() as &[Timestamp],
        &a.iter().map(|a| a.kind.number()).collect::<Vec<_>>(),
        &a.iter().map(|a| a.transmission_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &a.iter().map(|a| Json(&a.body)).collect::<Vec<_>>() as _,
        &opened.keys().copied().collect::<Vec<_>>(),
        &opened.values().copied().collect::<Vec<_>>() as &[Timestamp],
        &change.claimed.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
        &change.claimed.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
        &change.freed.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
        &change.freed.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
        &write.label_log_ids,
        &[SystemLabel::Bin, SystemLabel::Archive, SystemLabel::Sent].map(Named::number),
        write.now as Timestamp,
        ActorType::ServiceOwner.number(),
        change.changes_words,
        &passages.dictionaries as _,
        &passages.weights as _,
        &passages.texts as _,
        write.hold_until as Option<Timestamp>,
        &write.events.iter().map(|e| e.kind.number()).collect::<Vec<_>>(),
        &write.events.iter().map(|e| Json(&e.body)).collect::<Vec<_>>() as _,
    )
    .fetch_one(store.request())
    .await
}
