//! Setting system labels on the one dialog that has just been read.

use uuid::Uuid;

use super::{Expected, Labelling};
use crate::{
    dialog::{
        id::Ids,
        label::{LabelMask, LoggedChange},
        named::Named,
        timestamp::Timestamp,
    },
    store::Store,
};

impl Store {
    /// Labels `asked`, which had the labels `before` when it was read; `None`, and nothing changes, where it is gone,
    /// deleted, or has another revision than expected. Returns the revision of its labels afterwards. Where labels stay
    /// the same, revision and log do too.
    ///
    /// Deciding beforehand what changes makes the statement a third cheaper; where the labels are others by then, the
    /// statement for many dialogs decides.
    pub async fn set_labels_of(
        &self,
        asked: Expected,
        before: LabelMask,
        labelling: &Labelling<'_>,
    ) -> sqlx::Result<Option<Uuid>> {
        let after = labelling.change.apply(before);
        if after != before {
            let revision = crate::dialog::id::random();
            if self
                .replace_labels(asked, (before, after), revision, labelling)
                .await?
            {
                return Ok(Some(revision));
            }
        }
        let labelled = self.set_system_labels(&[asked], labelling).await?;
        Ok(labelled.first().map(|(_, revision)| *revision))
    }

    async fn replace_labels(
        &self,
        asked: Expected,
        (before, after): (LabelMask, LabelMask),
        revision: Uuid,
        labelling: &Labelling<'_>,
    ) -> sqlx::Result<bool> {
        let mut ids = Ids::at(labelling.now);
        let log: Vec<_> = LoggedChange::between(before, after).collect();
        sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog SET label_mask = $4, eu_revision = $5
                    WHERE id = $1 AND deleted_at IS NULL AND label_mask = $3
                      AND ($2::uuid IS NULL OR eu_revision = $2)
                   RETURNING id),
                 logged AS (
                   INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type, actor_id, actor_name)
                   SELECT changed.id, entry.id, $6, entry.label, entry.added, $7, $8, $9
                     FROM changed, unnest($10::uuid[], $11::smallint[], $12::boolean[]) AS entry (id, label, added))
            SELECT EXISTS (SELECT FROM changed) AS "changed!"
            "#,
            asked.dialog,
            asked.revision,
            before.bits(),
            after.bits(),
            revision,
            labelling.now as Timestamp,
            labelling.actor.actor_type.number(),
            labelling.actor.actor_id,
            labelling.actor.actor_name,
            &log.iter().map(|_| ids.next()).collect::<Vec<_>>(),
            &log.iter().map(|entry| entry.label.number()).collect::<Vec<_>>(),
            &log.iter().map(|entry| entry.added).collect::<Vec<_>>(),
        )
        .fetch_one(self.request())
        .await
    }
}
