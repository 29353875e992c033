//! Removing pairs that have no dialogs any more.
//!
//! A statement that creates a dialog leaves a pair alone that is there already, and does not lock it, so removing one
//! at the same time could leave that dialog without a pair: searches would not find it. What removes pairs therefore
//! first waits for all statements that may write pairs and keeps new ones waiting: every such statement locks the
//! table before it looks at any row.

use sqlx::{Connection, error::DatabaseError};

use super::{Store, locks_timed_out};

/// How long the table may be waited for; new statements that create dialogs wait as long.
const PATIENCE: &str = "100ms";

/// The numbers of a party and a resource.
pub type Pair = (i32, i32);

/// A part of all pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The last pair of this part; `None` behind the last of all.
    pub last: Option<Pair>,
    /// How many pairs were looked at.
    pub pairs: u64,
    /// Those without dialogs.
    pub empty: Vec<Pair>,
}

impl Store {
    /// About how many pairs there are.
    pub async fn estimated_pairs(&self) -> sqlx::Result<u64> {
        self.estimated("pair").await
    }

    pub(super) async fn estimated(&self, table: &str) -> sqlx::Result<u64> {
        let rows = sqlx::query_scalar!(
            r#"SELECT reltuples::bigint AS "rows!" FROM pg_class WHERE oid = to_regclass($1)"#,
            table,
        )
        .fetch_one(self.background())
        .await?;
        // -1 where nobody has counted yet.
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    /// Looks at the pairs behind one.
    pub async fn examine_pairs(&self, behind: Option<Pair>, limit: u32) -> sqlx::Result<Examined> {
        let (party, resource) = behind.unwrap_or((i32::MIN, i32::MIN));
        // Two probes for each, because no index holds deleted dialogs and others; and not by EXISTS, which may be
        // planned as a scan of all dialogs.
        let rows = sqlx::query!(
            r#"
            SELECT p.party_id AS "party!", p.resource_id AS "resource!", one.id IS NULL AS "is_empty!"
              FROM (SELECT party_id, resource_id FROM pair
                     WHERE (party_id, resource_id) > ($1, $2)
                     ORDER BY party_id, resource_id LIMIT $3) AS p
              LEFT JOIN LATERAL (
                (SELECT d.id FROM dialog d
                  WHERE d.party_id = p.party_id AND d.resource_id = p.resource_id AND d.deleted_at IS NULL LIMIT 1)
                UNION ALL
                (SELECT d.id FROM dialog d
                  WHERE d.party_id = p.party_id AND d.resource_id = p.resource_id AND d.deleted_at IS NOT NULL LIMIT 1)
                LIMIT 1) AS one ON true
             ORDER BY 1, 2
            "#,
            party,
            resource,
            i64::from(limit),
        )
        .fetch_all(self.background())
        .await?;
        Ok(Examined {
            last: rows.last().map(|row| (row.party, row.resource)),
            pairs: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            empty: rows
                .iter()
                .filter(|row| row.is_empty)
                .map(|row| (row.party, row.resource))
                .collect(),
        })
    }

    /// Removes those of the pairs that have no dialog, deleted or not. `None` when the database was too busy to be
    /// kept waiting. Three round trips, all statements that write pairs waiting for the last two of them.
    pub async fn drop_empty_pairs(&self, pairs: &[Pair]) -> sqlx::Result<Option<u64>> {
        let mut connection = self.background().acquire().await?;
        let mut transaction = connection.begin().await?;
        // Whatever becomes of this process, others wait for a second at most.
        let locked = sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "SET LOCAL lock_timeout = '{PATIENCE}';
             SET LOCAL statement_timeout = '1s';
             SET LOCAL idle_in_transaction_session_timeout = '1s';
             LOCK TABLE pair IN SHARE ROW EXCLUSIVE MODE"
        )))
        .execute(&mut *transaction)
        .await;
        if let Err(error) = locked {
            transaction.rollback().await?;
            return if takes_too_long(&error) {
                Ok(None)
            } else {
                Err(error)
            };
        }
        let (parties, resources): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let dropped = sqlx::query!(
            r#"
            DELETE FROM pair
             USING (SELECT x.party_id, x.resource_id
                      FROM unnest($1::int[], $2::int[]) AS x (party_id, resource_id)
                      LEFT JOIN LATERAL (
                        (SELECT d.id FROM dialog d
                          WHERE d.party_id = x.party_id AND d.resource_id = x.resource_id AND d.deleted_at IS NULL
                          LIMIT 1)
                        UNION ALL
                        (SELECT d.id FROM dialog d
                          WHERE d.party_id = x.party_id AND d.resource_id = x.resource_id AND d.deleted_at IS NOT NULL
                          LIMIT 1)
                        LIMIT 1) AS one ON true
                     WHERE one.id IS NULL) AS empty
             WHERE pair.party_id = empty.party_id AND pair.resource_id = empty.resource_id
            "#,
            &parties,
            &resources,
        )
        .execute(&mut *transaction)
        .await;
        match dropped {
            Ok(dropped) => {
                transaction.commit().await?;
                Ok(Some(dropped.rows_affected()))
            }
            Err(error) => {
                transaction.rollback().await?;
                if takes_too_long(&error) {
                    Ok(None)
                } else {
                    Err(error)
                }
            }
        }
    }
}

/// Whether the database was too busy, or had to walk over too much, within the time that others can be kept waiting.
fn takes_too_long(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    locks_timed_out(error) || code.as_deref() == Some("57014")
}
