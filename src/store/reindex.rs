//! Making search vectors anew from the dialogs themselves.

use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{Store, dialogs::whole, locks_timed_out, search::vector::VECTOR};
use crate::dialog::{search::Passages, timestamp::Timestamp};

/// Which dialogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// All.
    All,
    /// Those that changed at or after this moment.
    UpdatedSince(Timestamp),
    /// Those without a vector.
    Missing,
}

/// A part of all dialogs, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The last dialog of this part; `None` behind the last of all.
    pub last: Option<Uuid>,
    /// How many dialogs it has.
    pub dialogs: u64,
    /// Those that are selected.
    pub selected: Vec<Uuid>,
}

/// What became of one dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reindexed {
    /// It has a vector that it did not have.
    Made,
    /// Its vector was as it should be, or now is.
    Renewed,
    /// It is gone.
    Gone,
    /// Every time it was read, somebody changed it, or somebody holds it locked.
    Busy,
}

impl Store {
    /// About how many dialogs there are.
    pub async fn estimated_dialogs(&self) -> sqlx::Result<u64> {
        self.estimated("dialog").await
    }

    /// The dialogs behind one.
    pub async fn dialogs_behind(
        &self,
        selection: Selection,
        behind: Uuid,
        limit: u32,
    ) -> sqlx::Result<Part> {
        let since = match selection {
            Selection::UpdatedSince(since) => Some(since),
            Selection::All | Selection::Missing => None,
        };
        let rows = sqlx::query!(
            r#"
            SELECT d.id AS "id!",
                   ($3::timestamptz IS NULL OR d.updated_at >= $3)
                   AND (NOT $4 OR NOT EXISTS (SELECT FROM dialog_search s WHERE s.dialog_id = d.id)) AS "selected!"
              FROM (SELECT id, updated_at FROM dialog WHERE id > $1 ORDER BY id LIMIT $2) AS d
             ORDER BY 1
            "#,
            behind,
            i64::from(limit),
            since as Option<Timestamp>,
            selection == Selection::Missing,
        )
        .fetch_all(self.background())
        .await?;
        Ok(Part {
            last: rows.last().map(|row| row.id),
            dialogs: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            selected: rows
                .iter()
                .filter(|row| row.selected)
                .map(|row| row.id)
                .collect(),
        })
    }

    /// Makes the vector of a dialog anew. Two statements, more where somebody changes the dialog meanwhile.
    pub async fn reindex_dialog(&self, id: Uuid) -> sqlx::Result<Reindexed> {
        const ATTEMPTS: u32 = 10;
        let mut made = false;
        for _ in 0..ATTEMPTS {
            let Some(dialog) = whole(self.background(), id).await? else {
                return Ok(Reindexed::Gone);
            };
            let passages = Passages::of_dialog(&dialog);
            match self.write_vector(id, dialog.revision, &passages).await {
                // A change that began before there was a vector has not added its words to it: once more.
                Ok(Some(true)) => made = true,
                Ok(Some(false)) if made => return Ok(Reindexed::Made),
                Ok(Some(false)) => return Ok(Reindexed::Renewed),
                Ok(None) => {}
                Err(error) if locks_timed_out(&error) => return Ok(Reindexed::Busy),
                Err(error) => return Err(error),
            }
        }
        Ok(Reindexed::Busy)
    }

    /// Whether there was no vector before; `None` when the dialog is not of this revision any more.
    async fn write_vector(
        &self,
        id: Uuid,
        revision: Uuid,
        passages: &Passages<'_>,
    ) -> sqlx::Result<Option<bool>> {
        // Whoever changes words locks the dialog first, so nobody does between the look at its revision and the end.
        let statement = format!(
            "WITH current AS MATERIALIZED (
                    SELECT id, party_id FROM dialog WHERE id = $1 AND revision = $2 FOR NO KEY UPDATE),
                  passages AS (SELECT $3::text[] AS dictionaries, $4::text[] AS weights, $5::text[] AS texts),
                  made AS (SELECT current.id, current.party_id, {VECTOR} AS vec FROM current, passages),
                  drained AS (
                    DELETE FROM dialog_search_tail t USING current WHERE t.dialog_id = current.id),
                  written AS (
                    INSERT INTO dialog_search AS s (dialog_id, party_id, vec, has_tail)
                    SELECT id, party_id, vec, pg_column_size(vec) BETWEEN 8193 AND 1032191 FROM made
                        ON CONFLICT (dialog_id) DO UPDATE SET vec = excluded.vec, has_tail = excluded.has_tail
                     WHERE s.vec <> excluded.vec
                    RETURNING xmax = 0 AS is_new)
             SELECT EXISTS (SELECT FROM current), coalesce((SELECT is_new FROM written), false)"
        );
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(id)
            .bind(revision)
            .bind(&passages.dictionaries)
            .bind(&passages.weights)
            .bind(&passages.texts)
            .fetch_one(self.background())
            .await?;
        let is_current: bool = row.try_get(0)?;
        Ok(is_current.then_some(row.try_get(1)?))
    }
}
