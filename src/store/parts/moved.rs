//! Moving an activity in time: the activity, and which of the dialog's activities is the newest.

use sqlx::types::Json;
use uuid::Uuid;

use super::NotAdded;
use crate::{
    dialog::{activity::Activity, timestamp::Timestamp},
    store::{
        Inconsistent, Store,
        dialogs::{document, load::ActivityRow},
    },
};

/// An activity, and what moving it depends on.
#[derive(Debug)]
pub struct FoundActivity {
    /// The activity.
    pub activity: Activity,
    /// The newest of the dialog's other activities.
    pub newest_other: Option<Activity>,
    /// The dialog's revision.
    pub revision: Uuid,
    /// From when end users see the dialog.
    pub visible_from: Option<Timestamp>,
}

/// An activity that has been moved.
#[derive(Debug)]
pub struct MovedActivity<'a> {
    /// The dialog.
    pub dialog: Uuid,
    /// The activity at its new time.
    pub activity: &'a Activity,
    /// The newest of the dialog's other activities.
    pub newest_other: Option<&'a Activity>,
    /// The revision that the dialog must still have.
    pub expected: Uuid,
    /// The new revision.
    pub revision: Uuid,
    /// When the dialog, as a whole not yet visible, begins; then its content begins as well.
    pub start: Option<Timestamp>,
}

impl Store {
    /// An activity of a dialog, deleted or not.
    pub async fn activity_to_move(
        &self,
        dialog: Uuid,
        activity: Uuid,
    ) -> sqlx::Result<Option<FoundActivity>> {
        let row = sqlx::query!(
            r#"
            SELECT d.revision, d.visible_from AS "visible_from: Timestamp",
                   json_build_array(a.id, a.created_at, a.type, a.transmission_id, a.doc)
                   AS "activity!: Json<ActivityRow>",
                   (SELECT json_build_array(o.id, o.created_at, o.type, o.transmission_id, o.doc)
                      FROM activity o
                     WHERE o.dialog_id = $1 AND o.id <> $2
                     ORDER BY o.created_at DESC, o.id DESC LIMIT 1) AS "newest_other: Json<ActivityRow>"
              FROM activity a JOIN dialog d ON d.id = a.dialog_id
             WHERE a.dialog_id = $1 AND a.id = $2
            "#,
            dialog,
            activity,
        )
        .fetch_optional(self.request())
        .await?;
        let found = row.map(|row| {
            Ok::<_, Inconsistent>(FoundActivity {
                activity: row.activity.0.try_into()?,
                newest_other: row
                    .newest_other
                    .map(|other| other.0.try_into())
                    .transpose()?,
                revision: row.revision,
                visible_from: row.visible_from,
            })
        });
        Ok(found.transpose()?)
    }

    /// Writes the new time, unless the dialog has changed since it was read. The dialog's own time of change never goes
    /// back by it.
    pub async fn move_activity(&self, moved: &MovedActivity<'_>) -> Result<(), NotAdded> {
        let newest: Vec<Activity> = moved
            .newest_other
            .into_iter()
            .chain([moved.activity])
            .cloned()
            .collect();
        let written = sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog
                      SET revision = $3,
                          updated_at = coalesce($6, greatest(updated_at, $5)),
                          content_updated_at = coalesce($6, content_updated_at),
                          flags = CASE WHEN $6::timestamptz IS NULL THEN flags ELSE flags & ~2 END,
                          latest_activity = $7
                    WHERE id = $1 AND revision = $2
                   RETURNING party_id, resource_id, updated_at),
                 moved AS (
                   UPDATE activity SET created_at = $5
                    WHERE dialog_id = $1 AND id = $4 AND EXISTS (SELECT FROM changed)),
                 paired AS (
                   INSERT INTO pair (party_id, resource_id, bound)
                   SELECT c.party_id, c.resource_id, date_trunc('day', c.updated_at, 'UTC') + interval '1 day'
                     FROM changed c
                    WHERE NOT EXISTS (SELECT FROM pair p
                                       WHERE p.party_id = c.party_id AND p.resource_id = c.resource_id
                                         AND p.bound > c.updated_at)
                       ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound))
            SELECT EXISTS (SELECT FROM changed) AS "written!"
            "#,
            moved.dialog,
            moved.expected,
            moved.revision,
            moved.activity.id,
            moved.activity.created_at as Timestamp,
            moved.start as Option<Timestamp>,
            document::latest_activity(&newest).map(Json) as _,
        )
        .fetch_one(self.request())
        .await?;
        if written {
            Ok(())
        } else {
            Err(NotAdded::Outdated)
        }
    }
}
