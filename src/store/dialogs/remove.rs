//! Deleting a dialog for the time being, bringing it back, freezing it, and purging it for good: one statement each,
//! which does nothing where the dialog is no longer the one that was read.

use sqlx::types::Json;
use uuid::Uuid;

use super::document;
use crate::{
    dialog::{Dialog, event::Event, named::Named, timestamp::Timestamp},
    store::Store,
};

impl Store {
    /// Writes down that `after` is deleted, restored or frozen. Whether the dialog was still of the revision `before`.
    pub async fn mark_dialog(
        &self,
        before: Uuid,
        after: &Dialog,
        event: Option<&Event>,
        hold_until: Option<Timestamp>,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let is_done = sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog
                      SET revision = $3, deleted_at = $4, updated_at = $5, flags = (flags & ~$6::int) | $7::int
                    WHERE id = $1 AND revision = $2
                   RETURNING id, party_id, resource_id),
                 paired AS (
                   INSERT INTO pair (party_id, resource_id, bound)
                   SELECT party_id, resource_id, date_trunc('day', $5::timestamptz, 'UTC') + interval '1 day'
                     FROM changed
                    WHERE NOT EXISTS (SELECT FROM pair
                                       WHERE party_id = changed.party_id AND resource_id = changed.resource_id
                                         AND bound > $5)
                       ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound)),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT id, $8, $9, $10, $11 FROM changed WHERE $8::smallint IS NOT NULL)
            SELECT EXISTS (SELECT FROM changed) AS "changed!"
            "#,
            after.id,
            before,
            after.revision,
            after.deleted_at as Option<Timestamp>,
            after.updated_at as Timestamp,
            document::FROZEN,
            document::flags(after) & document::FROZEN,
            event.map(|event| event.kind.number()),
            event.map(|event| Json(&event.body)) as _,
            now as Timestamp,
            hold_until as Option<Timestamp>,
        )
        .fetch_one(self.request())
        .await?;
        if is_done {
            self.announce();
        }
        Ok(is_done)
    }

    /// Removes a dialog with all that belongs to it. Whether it was still of this revision.
    ///
    /// Events that wait to be delivered stay, unless the dialog is `unheard`: then those that are still held back go with
    /// it.
    pub async fn purge_dialog(
        &self,
        dialog: Uuid,
        revision: Uuid,
        event: Option<&Event>,
        hold_until: Option<Timestamp>,
        unheard: bool,
        now: Timestamp,
    ) -> sqlx::Result<bool> {
        let is_done = sqlx::query_scalar!(
            r#"
            WITH purged AS (
                   DELETE FROM dialog WHERE id = $1 AND revision = $2 RETURNING id),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT id, $3, $4, $5, $6 FROM purged WHERE $3::smallint IS NOT NULL),
                 withdrawn AS (
                   DELETE FROM outbox o USING purged p
                    WHERE $7 AND o.dialog_id = p.id AND o.not_before > $5)
            SELECT EXISTS (SELECT FROM purged) AS "purged!"
            "#,
            dialog,
            revision,
            event.map(|event| event.kind.number()),
            event.map(|event| Json(&event.body)) as _,
            now as Timestamp,
            hold_until as Option<Timestamp>,
            unheard,
        )
        .fetch_one(self.request())
        .await?;
        if is_done {
            self.announce();
        }
        Ok(is_done)
    }
}
