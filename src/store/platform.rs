//! What the platform says about resources, kept for all replicas: which roles and access packages open them, and which
//! authentication levels they need.

use std::{collections::HashMap, sync::Arc};

use super::Store;
use crate::dialog::timestamp::Timestamp;

/// A thing of which there is a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// Which roles and access packages open which resources.
    Subjects,
    /// Which levels resources need.
    Levels,
}

impl Copied {
    fn name(self) -> &'static str {
        match self {
            Self::Subjects => "subjects",
            Self::Levels => "levels",
        }
    }
}

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// The moment of the last change that is in it, as the platform tells it.
    pub position: Option<Timestamp>,
    /// When it was last brought up to date; never: `None`.
    pub fetched_at: Option<Timestamp>,
    /// Grows with every change.
    pub version: i64,
}

/// One change of what opens what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectChange {
    /// The resource, lower case.
    pub resource: String,
    /// The role or access package, lower case.
    pub subject: String,
    /// Whether it opens the resource no longer.
    pub is_removed: bool,
}

impl Store {
    /// How far the copy has come.
    pub async fn copy_state(&self, copied: Copied) -> sqlx::Result<State> {
        let row = sqlx::query!(
            r#"
            SELECT position AS "position: Timestamp", fetched_at AS "fetched_at: Timestamp", version
              FROM platform_copy WHERE name = $1
            "#,
            copied.name(),
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map_or_else(State::default, |row| State {
            position: row.position,
            fetched_at: row.fetched_at,
            version: row.version,
        }))
    }

    /// For each resource the roles and access packages that open it, sorted.
    pub async fn subjects_by_resource(&self) -> sqlx::Result<Vec<(Arc<str>, Vec<String>)>> {
        let rows = sqlx::query!(
            r#"
            SELECT resource, array_agg(subject ORDER BY subject) AS "subjects!"
              FROM subject_resource GROUP BY resource
            "#,
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.resource.into(), row.subjects))
            .collect())
    }

    /// The level that each resource needs, where its policy says.
    pub async fn resource_levels(&self) -> sqlx::Result<HashMap<Arc<str>, u32>> {
        let rows = sqlx::query!("SELECT resource, level FROM resource_level")
            .fetch_all(self.background())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.resource.into(), u32::try_from(row.level).unwrap_or(0)))
            .collect())
    }

    /// Writes what has changed from the state `from` on, up to `position`. Says how many rows that were, or `None`
    /// where another process has moved on from that state meanwhile: then nothing is written.
    pub async fn change_subjects(
        &self,
        from: State,
        changes: &[SubjectChange],
        position: Option<Timestamp>,
        now: Timestamp,
    ) -> sqlx::Result<Option<i64>> {
        let side = |is_removed| {
            let of_side = changes
                .iter()
                .filter(move |change| change.is_removed == is_removed);
            let pairs = of_side.map(|change| (change.resource.clone(), change.subject.clone()));
            pairs.unzip::<_, _, Vec<String>, Vec<String>>()
        };
        let (added, removed) = (side(false), side(true));
        // The update holds the row until the end: whoever came to it second finds another version.
        sqlx::query_scalar!(
            r#"
            WITH claimed AS (
                   UPDATE platform_copy
                      SET position = greatest(position, $6), fetched_at = $7,
                          version = version + least(cardinality($1::text[]) + cardinality($3::text[]), 1)
                    WHERE name = 'subjects' AND version = $5 RETURNING name),
                 added AS (
                   INSERT INTO subject_resource (resource, subject)
                   SELECT new.resource, new.subject
                     FROM claimed, unnest($1::text[], $2::text[]) AS new (resource, subject)
                       ON CONFLICT DO NOTHING RETURNING 1),
                 removed AS (
                   DELETE FROM subject_resource old
                    USING claimed, unnest($3::text[], $4::text[]) AS gone (resource, subject)
                    WHERE old.resource = gone.resource AND old.subject = gone.subject RETURNING 1)
            SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM removed) AS "changed!" FROM claimed
            "#,
            &added.0,
            &added.1,
            &removed.0,
            &removed.1,
            from.version,
            position as Option<Timestamp>,
            now as Timestamp,
        )
        .fetch_optional(self.background())
        .await
    }

    /// Writes the levels that are known now. The resources in `without` need none any more, nor do those that are not
    /// in `listed`, where that is known. Says how many rows have changed.
    pub async fn change_levels(
        &self,
        levels: &[(String, u8)],
        without: &[String],
        listed: Option<&[String]>,
        now: Timestamp,
    ) -> sqlx::Result<i64> {
        let (resources, numbers): (Vec<String>, Vec<i16>) = levels
            .iter()
            .map(|(resource, level)| (resource.clone(), i16::from(*level)))
            .unzip();
        sqlx::query_scalar!(
            r#"
            WITH claimed AS (
                   UPDATE platform_copy SET fetched_at = $4, version = version + 1
                    WHERE name = 'levels' RETURNING name),
                 found AS (
                   SELECT new.resource, new.level
                     FROM claimed, unnest($1::text[], $2::smallint[]) AS new (resource, level)),
                 written AS (
                   INSERT INTO resource_level AS old (resource, level)
                   SELECT resource, level FROM found
                       ON CONFLICT (resource) DO UPDATE SET level = excluded.level
                    WHERE old.level <> excluded.level RETURNING 1),
                 removed AS (
                   DELETE FROM resource_level old USING claimed
                    WHERE EXISTS (SELECT FROM unnest($3::text[]) AS without (resource)
                                   WHERE without.resource = old.resource)
                       OR $5::text[] IS NOT NULL
                      AND NOT EXISTS (SELECT FROM unnest($5::text[]) AS listed (resource)
                                       WHERE listed.resource = old.resource)
                   RETURNING 1)
            SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM removed) AS "changed!"
            "#,
            &resources,
            &numbers,
            without,
            now as Timestamp,
            listed as Option<&[String]>,
        )
        .fetch_one(self.background())
        .await
    }
}
