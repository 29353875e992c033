//! Many dialogs at once: by `COPY`, and where there are none yet, with the indexes built afterwards.
//!
//! For made-up data and benchmarks. What is in the database afterwards is what [`super::dialogs::insert`] would have
//! written one by one.

mod batch;
mod indexes;
mod line;

pub use self::{
    batch::Batch,
    indexes::{Aside, are_indexes_aside, restore_indexes, set_indexes_aside},
};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use super::search::vector::VECTOR;
use crate::dialog::timestamp::Timestamp;

/// A connection that writes batches.
#[derive(Debug)]
pub struct Bulk(PgConnection);

impl Bulk {
    /// Connects, with settings for much work that can be done again.
    pub async fn connect(database: &PgConnectOptions) -> sqlx::Result<Self> {
        let mut connection = PgConnection::connect_with(&session(database)).await?;
        // The texts stay on this side of the wire only until their vectors are made.
        sqlx::raw_sql(
            "CREATE TEMPORARY TABLE bulk_passages (dialog_id uuid, party_id int, dictionaries text[], weights text[],
               texts text[]) ON COMMIT DELETE ROWS",
        )
        .execute(&mut connection)
        .await?;
        Ok(Self(connection))
    }

    /// Ends the connection.
    pub async fn close(self) -> sqlx::Result<()> {
        self.0.close().await
    }

    /// Writes everything or nothing.
    pub async fn write(&mut self, batch: Batch) -> sqlx::Result<()> {
        let mut transaction = self.0.begin().await?;
        for (statement, lines) in batch.copies() {
            if !lines.is_empty() {
                let mut copy = transaction.copy_in_raw(statement).await?;
                copy.send(lines.as_bytes()).await?;
                copy.finish().await?;
            }
        }
        let vectors = format!(
            "INSERT INTO dialog_search (dialog_id, party_id, vec)
             SELECT dialog_id, party_id, {VECTOR} FROM bulk_passages AS passages"
        );
        sqlx::raw_sql(AssertSqlSafe(vectors))
            .execute(&mut *transaction)
            .await?;
        let (pairs, latest): (Vec<_>, Vec<_>) = batch.latest.into_iter().unzip();
        let (parties, resources): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        sqlx::query!(
            r#"
            INSERT INTO pair (party_id, resource_id, bound)
            SELECT party_id, resource_id, date_trunc('day', latest, 'UTC') + interval '1 day'
              FROM unnest($1::int[], $2::int[], $3::timestamptz[]) AS x (party_id, resource_id, latest)
             ORDER BY party_id, resource_id
                ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = excluded.bound
             WHERE pair.bound < excluded.bound
            "#,
            &parties,
            &resources,
            &latest as &[Timestamp],
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }

    /// How many dialogs there are, deleted ones included.
    pub async fn dialogs(&mut self) -> sqlx::Result<i64> {
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM dialog"#)
            .fetch_one(&mut self.0)
            .await
    }

    /// The number of an organization, which gets one if it has none.
    pub async fn org(&mut self, short_name: &str) -> sqlx::Result<i16> {
        sqlx::query!(
            "INSERT INTO org (short_name) VALUES ($1) ON CONFLICT DO NOTHING",
            short_name
        )
        .execute(&mut self.0)
        .await?;
        sqlx::query_scalar!("SELECT id FROM org WHERE short_name = $1", short_name)
            .fetch_one(&mut self.0)
            .await
    }

    /// The numbers of resources, in the order of `urns`.
    pub async fn resources(&mut self, urns: &[String]) -> sqlx::Result<Vec<i32>> {
        sqlx::query!(
            "INSERT INTO resource (urn)
             SELECT x.urn FROM unnest($1::text[]) AS x (urn)
              WHERE NOT EXISTS (SELECT FROM resource r WHERE r.urn = x.urn)
                 ON CONFLICT DO NOTHING",
            urns
        )
        .execute(&mut self.0)
        .await?;
        sqlx::query_scalar!(
            "SELECT r.id FROM unnest($1::text[]) WITH ORDINALITY AS x (urn, n) JOIN resource r ON r.urn = x.urn
              ORDER BY x.n",
            urns
        )
        .fetch_all(&mut self.0)
        .await
    }

    /// The numbers of parties, in the order of `urns`.
    pub async fn parties(&mut self, urns: &[String]) -> sqlx::Result<Vec<i32>> {
        sqlx::query!(
            "INSERT INTO party (urn)
             SELECT x.urn FROM unnest($1::text[]) AS x (urn)
              WHERE NOT EXISTS (SELECT FROM party p WHERE p.urn = x.urn)
                 ON CONFLICT DO NOTHING",
            urns
        )
        .execute(&mut self.0)
        .await?;
        sqlx::query_scalar!(
            "SELECT p.id FROM unnest($1::text[]) WITH ORDINALITY AS x (urn, n) JOIN party p ON p.urn = x.urn
              ORDER BY x.n",
            urns
        )
        .fetch_all(&mut self.0)
        .await
    }

    /// Lets the planner know what there is, and index-only scans know what everybody may see.
    pub async fn tidy(&mut self) -> sqlx::Result<()> {
        sqlx::raw_sql(
            "VACUUM (FREEZE, ANALYZE) dialog, transmission, activity, seen_log, label_log, service_owner_label,
                                      claimed_id, dialog_search, pair, party, resource, org",
        )
        .execute(&mut self.0)
        .await
        .map(drop)
    }

    /// Removes what is yet to be told of a dialog.
    pub async fn forget_events(&mut self, dialog: Uuid) -> sqlx::Result<()> {
        sqlx::query!("DELETE FROM outbox WHERE dialog_id = $1", dialog)
            .execute(&mut self.0)
            .await
            .map(drop)
    }

    /// Every row of a dialog in every table, for comparing one with another.
    pub async fn rows(&mut self, dialog: Uuid) -> sqlx::Result<Option<Value>> {
        sqlx::query_scalar!(
            r#"
            SELECT jsonb_build_object(
                     'dialog', to_jsonb(d),
                     'transmissions', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.created_at, t.id)
                                         FROM transmission t WHERE t.dialog_id = d.id),
                     'activities', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.created_at, a.id)
                                      FROM activity a WHERE a.dialog_id = d.id),
                     'seenLog', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.created_at, s.id)
                                   FROM seen_log s WHERE s.dialog_id = d.id),
                     'labelLog', (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.created_at, l.id)
                                    FROM label_log l WHERE l.dialog_id = d.id),
                     'ownerLabels', (SELECT jsonb_agg(o.value ORDER BY o.value)
                                       FROM service_owner_label o WHERE o.dialog_id = d.id),
                     'claims', (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.kind, c.id)
                                  FROM claimed_id c WHERE c.dialog_id = d.id),
                     'words', (SELECT jsonb_agg(jsonb_build_array(w.party_id, w.vec::text))
                                 FROM dialog_search w WHERE w.dialog_id = d.id),
                     'events', (SELECT count(*) FROM outbox e WHERE e.dialog_id = d.id)) AS "rows!"
              FROM dialog d
             WHERE d.id = $1
            "#,
            dialog
        )
        .fetch_optional(&mut self.0)
        .await
    }
}

/// With settings for much work that can be done again and takes as long as it takes, whatever the role is bound to.
fn session(database: &PgConnectOptions) -> PgConnectOptions {
    database
        .clone()
        .application_name("dialogporten bulk")
        .options([
            ("synchronous_commit", "off"),
            ("maintenance_work_mem", "256MB"),
            ("jit", "off"),
            ("statement_timeout", "0"),
            ("lock_timeout", "0"),
            ("idle_in_transaction_session_timeout", "0"),
        ])
}
