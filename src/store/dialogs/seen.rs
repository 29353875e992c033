//! Writing down that somebody saw a dialog: one statement, only when it is news.

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    dialog::{
        actor::ActorType,
        event::Event,
        label::{LabelMask, SystemLabel},
        named::Named,
        timestamp::Timestamp,
        view::seen::NewView,
    },
    store::Store,
};

impl Store {
    /// Inserts the entry unless it is there, turns the seen flag on unless the content changed since it was read, takes
    /// `MarkedAsUnopened` off with an entry in the label log where the dialog was read with it, and stores the events:
    /// "updated" if anything changed, "seen" if the entry is new. Revisions and times of the dialog stay. Says whether
    /// the entry is new.
    ///
    /// The row is locked first, so that racing views see each other's work; a dialog purged meanwhile takes nothing.
    pub async fn write_seen(
        &self,
        dialog: Uuid,
        view: &NewView,
        label_log_id: Uuid,
        events: [&Event; 2],
        hold_until: Option<Timestamp>,
    ) -> sqlx::Result<bool> {
        let is_new = if view.was_marked {
            self.unmark_and_write(dialog, view, label_log_id, events, hold_until)
                .await?
        } else {
            self.write_view(dialog, view, events, hold_until).await?
        };
        self.announce();
        Ok(is_new)
    }

    /// Of a dialog whose labels stay.
    async fn write_view(
        &self,
        dialog: Uuid,
        view: &NewView,
        [updated, seen]: [&Event; 2],
        hold_until: Option<Timestamp>,
    ) -> sqlx::Result<bool> {
        sqlx::query_scalar!(
            r#"
            WITH before AS MATERIALIZED (
                   SELECT id, party_id FROM dialog WHERE id = $1 FOR NO KEY UPDATE),
                 entry AS (
                   INSERT INTO seen_log (dialog_id, id, party_id, created_at, user_type, via_service_owner, actor_id, actor_name)
                   SELECT id, $2, party_id, $3, $4, $5, $6, $7 FROM before
                       ON CONFLICT (dialog_id, id) DO NOTHING
                   RETURNING id),
                 changed AS (
                   UPDATE dialog d SET flags = d.flags | 2
                    WHERE d.id = (SELECT id FROM before) AND d.flags & 2 = 0 AND d.content_updated_at = $8
                   RETURNING d.id),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT $1, $10::smallint, $11::jsonb, $3, $9::timestamptz
                    WHERE EXISTS (SELECT FROM entry) OR EXISTS (SELECT FROM changed)
                    UNION ALL
                   SELECT $1, $12::smallint, $13::jsonb, $3, $9 WHERE EXISTS (SELECT FROM entry))
            SELECT EXISTS (SELECT FROM entry) AS "is_new!"
            "#,
            dialog,
            view.entry.id,
            view.entry.seen_at as Timestamp,
            view.user_type.number(),
            view.entry.via_service_owner,
            view.entry.actor_id,
            view.entry.actor_name,
            view.read_content_updated_at as Timestamp,
            hold_until as Option<Timestamp>,
            updated.kind.number(),
            Json(&updated.body) as _,
            seen.kind.number(),
            Json(&seen.body) as _,
        )
        .fetch_one(self.seen())
        .await
    }

    /// Of a dialog that was marked as unopened.
    async fn unmark_and_write(
        &self,
        dialog: Uuid,
        view: &NewView,
        label_log_id: Uuid,
        [updated, seen]: [&Event; 2],
        hold_until: Option<Timestamp>,
    ) -> sqlx::Result<bool> {
        sqlx::query_scalar!(
            r#"
            WITH before AS MATERIALIZED (
                   SELECT id, party_id, flags, label_mask, content_updated_at
                     FROM dialog WHERE id = $1 FOR NO KEY UPDATE),
                 entry AS (
                   INSERT INTO seen_log (dialog_id, id, party_id, created_at, user_type, via_service_owner, actor_id, actor_name)
                   SELECT id, $2, party_id, $3, $4, $5, $6, $7 FROM before
                       ON CONFLICT (dialog_id, id) DO NOTHING
                   RETURNING id),
                 changed AS (
                   UPDATE dialog d
                      SET flags = CASE WHEN b.content_updated_at = $8 THEN d.flags | 2 ELSE d.flags END,
                          label_mask = d.label_mask & ~$9::smallint
                     FROM before b
                    WHERE d.id = b.id
                      AND ((b.flags & 2 = 0 AND b.content_updated_at = $8) OR b.label_mask & $9::smallint <> 0)
                   RETURNING d.id),
                 logged AS (
                   INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type, actor_id, actor_name)
                   SELECT id, $10, $3, $11, false, $12, $6, $7 FROM before WHERE label_mask & $9::smallint <> 0),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT $1, e.kind, e.body, $3, $13
                     FROM (SELECT 1, $14::smallint, $15::jsonb
                            WHERE EXISTS (SELECT FROM entry) OR EXISTS (SELECT FROM changed)
                           UNION ALL
                           SELECT 2, $16::smallint, $17::jsonb WHERE EXISTS (SELECT FROM entry)) e (place, kind, body)
                    ORDER BY e.place)
            SELECT EXISTS (SELECT FROM entry) AS "is_new!"
            "#,
            dialog,
            view.entry.id,
            view.entry.seen_at as Timestamp,
            view.user_type.number(),
            view.entry.via_service_owner,
            view.entry.actor_id,
            view.entry.actor_name,
            view.read_content_updated_at as Timestamp,
            LabelMask::bit(SystemLabel::MarkedAsUnopened),
            label_log_id,
            SystemLabel::MarkedAsUnopened.number(),
            ActorType::PartyRepresentative.number(),
            hold_until as Option<Timestamp>,
            updated.kind.number(),
            Json(&updated.body) as _,
            seen.kind.number(),
            Json(&seen.body) as _,
        )
        .fetch_one(self.seen())
        .await
    }
}
