//! Creating a dialog without parts of its own rows, labels or claimed ids: what most dialogs start as. Setting up the
//! branches of the whole statement that would have nothing to do costs an eighth of it, so this one does without them.

use sqlx::types::Json;

use super::{
    document,
    insert::{NewDialog, Outcome},
};
use crate::{
    dialog::{named::Named, search::Passages, timestamp::Timestamp},
    store::{Store, keys::DialogKeys, search::vector::PASSAGES},
};

/// Whether the shorter statement does all that there is to do.
pub(super) fn is_plain(new: &NewDialog<'_>, passages: &Passages<'_>) -> bool {
    let dialog = new.dialog;
    dialog.transmissions.is_empty()
        && dialog.activities.is_empty()
        && dialog.service_owner_labels.is_empty()
        && new.claimed.is_empty()
        && new.labelled.is_empty()
        && passages.texts.len() <= PASSAGES
}

/// As the whole statement for such a dialog. What `unnest` yields stays in order, as there is one dialog to join it with.
pub(super) async fn statement(
    store: &Store,
    keys: DialogKeys,
    new: &NewDialog<'_>,
    passages: &Passages<'_>,
) -> sqlx::Result<Outcome> {
    let d = new.dialog;
    let (list, detail) = document::documents(d);
    sqlx::query_as!(
        Outcome,
        r#"
        WITH created AS (
               INSERT INTO dialog (
                 id, party_id, resource_id, org_id, revision, status, flags, label_mask, eu_revision, so_revision,
                 created_at, updated_at, content_updated_at, due_at, visible_from, expires_at, idempotent_key,
                 external_reference, extended_status, process, preceding_process, resource_type, progress,
                 gui_attachments, list, detail)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                       $22, $23, $24, $25, $26)
                   ON CONFLICT (org_id, idempotent_key) WHERE idempotent_key IS NOT NULL DO NOTHING
               RETURNING id),
             searchable AS (
               INSERT INTO dialog_search (dialog_id, party_id, vec)
               SELECT created.id, $2,
                      (SELECT coalesce(tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text), weight::"char")), '')
                         FROM unnest($27::text[], $28::text[], $29::text[]) AS passage (dictionary, weight, text))
                 FROM created),
             paired AS (
               INSERT INTO pair (party_id, resource_id, bound)
               SELECT $2, $3, date_trunc('day', greatest($11, $12, $13), 'UTC') + interval '1 day'
                 FROM created
                WHERE NOT EXISTS (SELECT FROM pair
                                   WHERE party_id = $2 AND resource_id = $3 AND bound > greatest($11, $12, $13))
                   ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound)),
             announced AS (
               INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
               SELECT created.id, x.kind, x.body, $30, $31
                 FROM created, unnest($32::smallint[], $33::jsonb[]) AS x (kind, body))
        SELECT (SELECT id FROM created) AS created,
               (SELECT id FROM dialog WHERE org_id = $4 AND idempotent_key = $17) AS existing
        "#,
        d.id,
        keys.party,
        keys.resource,
        keys.org,
        d.revision,
        d.status.number(),
        document::flags(d),
        d.labels.bits(),
        d.end_user_revision,
        d.service_owner_revision,
        d.created_at as Timestamp,
        d.updated_at as Timestamp,
        d.content_updated_at as Timestamp,
        d.due_at as Option<Timestamp>,
        d.visible_from as Option<Timestamp>,
        d.expires_at as Option<Timestamp>,
        d.idempotent_key,
        d.external_reference,
        d.extended_status,
        d.process,
        d.preceding_process,
        d.service_resource_type,
        d.progress,
        document::gui_attachments(&d.attachments),
        Json(list) as _,
        Json(detail) as _,
        &passages.dictionaries as _,
        &passages.weights as _,
        &passages.texts as _,
        new.now as Timestamp,
        new.hold_until as Option<Timestamp>,
        &new.events.iter().map(|e| e.kind.number()).collect::<Vec<_>>(),
        &new.events.iter().map(|e| Json(&e.body)).collect::<Vec<_>>() as _,
    )
    .fetch_one(store.request())
    .await
}
