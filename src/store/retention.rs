//! Purging dialogs that nobody needs any more, many at a time, exactly as [`Store::purge_dialog`] purges one.

use sqlx::types::Json;
use uuid::Uuid;

use super::Store;
use crate::dialog::{
    event::{Announced, Event, Topic},
    named::Named,
    timestamp::Timestamp,
};

/// Why a dialog may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It was deleted long ago.
    Deleted,
    /// It expired long ago.
    Expired,
}

/// A dialog that may go, with what must be told of it.
#[derive(Debug, Clone)]
pub struct Expendable {
    /// Identifier.
    pub id: Uuid,
    /// As it was read.
    pub revision: Uuid,
    /// When it was deleted; that has been told then.
    pub deleted_at: Option<Timestamp>,
    /// When it was deleted or expired, whatever was asked for: with its id its place in the order.
    pub since: Timestamp,
    party: String,
    service_resource: String,
    process: Option<String>,
    preceding_process: Option<String>,
    visible_from: Option<Timestamp>,
}

impl Announced for Expendable {
    fn topic(&self) -> Topic<'_> {
        Topic {
            id: self.id,
            party: &self.party,
            service_resource: &self.service_resource,
            process: self.process.as_deref(),
            preceding_process: self.preceding_process.as_deref(),
            visible_from: self.visible_from,
        }
    }
}

/// What the world hears about one of the purged dialogs.
#[derive(Debug)]
pub struct Told {
    /// Which.
    pub dialog: Uuid,
    /// What.
    pub event: Event,
    /// Not before then.
    pub hold_until: Option<Timestamp>,
}

/// What one batch removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many dialogs.
    pub dialogs: u64,
    /// The numbers of the parties and resources that they were about.
    pub pairs: Vec<(i32, i32)>,
}

impl Store {
    /// All organizations that ever had a dialog: number and short name.
    pub async fn organizations(&self) -> sqlx::Result<Vec<(i16, String)>> {
        let rows = sqlx::query!("SELECT id, short_name FROM org ORDER BY short_name")
            .fetch_all(self.background())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, row.short_name))
            .collect())
    }

    /// The first dialogs of an organization that were deleted, or expired, before a moment, `behind` another of them.
    pub async fn expendable(
        &self,
        org: i16,
        reason: Reason,
        before: Timestamp,
        behind: Option<&Expendable>,
        limit: u32,
    ) -> sqlx::Result<Vec<Expendable>> {
        sqlx::query_as!(
            Expendable,
            r#"
            SELECT d.id AS "id!", d.revision AS "revision!", d.deleted_at AS "deleted_at: Timestamp",
                   due.since AS "since!: Timestamp", p.urn AS "party!", r.urn AS "service_resource!", d.process, d.preceding_process,
                   d.visible_from AS "visible_from: Timestamp"
              FROM ((SELECT id, deleted_at AS since FROM dialog
                      WHERE $2 AND org_id = $1 AND deleted_at < $3
                        AND (deleted_at, id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
                      ORDER BY org_id, deleted_at, id LIMIT $4)
                    UNION ALL
                    (SELECT id, expires_at FROM dialog
                      WHERE NOT $2 AND org_id = $1 AND expires_at < $3
                        AND (expires_at, id) > (coalesce($5, '-infinity'::timestamptz), $6::uuid)
                      ORDER BY org_id, expires_at, id LIMIT $4)) AS due
              JOIN dialog d ON d.id = due.id
              JOIN party p ON p.id = d.party_id
              JOIN resource r ON r.id = d.resource_id
             ORDER BY due.since, d.id
            "#,
            org,
            reason == Reason::Deleted,
            before as Timestamp,
            i64::from(limit),
            behind.map(|dialog| dialog.since) as Option<Timestamp>,
            behind.map_or(Uuid::nil(), |dialog| dialog.id),
        )
        .fetch_all(self.background())
        .await
    }

    /// How many dialogs of an organization were deleted, and how many others expired, before these moments.
    pub async fn count_expendable(
        &self,
        org: i16,
        deleted_before: Option<Timestamp>,
        expired_before: Option<Timestamp>,
    ) -> sqlx::Result<(u64, u64)> {
        let counts = sqlx::query!(
            r#"
            SELECT (SELECT count(*) FROM dialog WHERE org_id = $1 AND deleted_at < $2) AS "deleted!",
                   (SELECT count(*) FROM dialog
                     WHERE org_id = $1 AND expires_at < $3 AND (deleted_at < $2) IS NOT TRUE) AS "expired!"
            "#,
            org,
            deleted_before as Option<Timestamp>,
            expired_before as Option<Timestamp>,
        )
        .fetch_one(self.background())
        .await?;
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        Ok((count(counts.deleted), count(counts.expired)))
    }

    /// Removes those of the dialogs that are still as they were read, with all that belongs to them.
    pub async fn purge_dialogs(
        &self,
        dialogs: &[Expendable],
        told: &[Told],
        now: Timestamp,
    ) -> sqlx::Result<Purged> {
        let rows = sqlx::query!(
            r#"
            WITH purged AS (
                   DELETE FROM dialog d
                    USING unnest($1::uuid[], $2::uuid[]) AS x (id, revision)
                    WHERE d.id = x.id AND d.revision = x.revision
                   RETURNING d.id, d.party_id, d.resource_id),
                 announced AS (
                   INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
                   SELECT purged.id, x.kind, x.body, $3, x.not_before
                     FROM purged
                     JOIN unnest($4::uuid[], $5::smallint[], $6::jsonb[], $7::timestamptz[])
                          AS x (id, kind, body, not_before) ON x.id = purged.id)
            SELECT party_id, resource_id, count(*) AS "count!" FROM purged GROUP BY party_id, resource_id
            "#,
            &dialogs.iter().map(|d| d.id).collect::<Vec<_>>(),
            &dialogs.iter().map(|d| d.revision).collect::<Vec<_>>(),
            now as Timestamp,
            &told.iter().map(|t| t.dialog).collect::<Vec<_>>(),
            &told.iter().map(|t| t.event.kind.number()).collect::<Vec<_>>(),
            &told.iter().map(|t| Json(&t.event.body)).collect::<Vec<_>>() as _,
            &told.iter().map(|t| t.hold_until).collect::<Vec<_>>() as &[Option<Timestamp>],
        )
        .fetch_all(self.background())
        .await?;
        if !told.is_empty() {
            self.announce();
        }
        Ok(Purged {
            dialogs: rows
                .iter()
                .map(|row| u64::try_from(row.count).unwrap_or(0))
                .sum(),
            pairs: rows
                .iter()
                .map(|row| (row.party_id, row.resource_id))
                .collect(),
        })
    }
}
