//! Setting system labels, on one dialog or on many: one statement, all or nothing.

use uuid::Uuid;

use crate::{
    dialog::{
        actor::Actor,
        id::Ids,
        label::{LabelChange, LabelMask, LoggedChange},
        named::Named,
        timestamp::Timestamp,
    },
    store::Store,
};

/// A dialog to be labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Which.
    pub dialog: Uuid,
    /// The revision that its labels must still have, where that matters.
    pub revision: Option<Uuid>,
}

/// What is done to labels, by whom and when.
#[derive(Debug, Clone, Copy)]
pub struct Labelling<'a> {
    /// What becomes of them.
    pub change: LabelChange,
    /// Who the log says did it.
    pub actor: &'a Actor,
    /// When.
    pub now: Timestamp,
}

impl Store {
    /// Labels all of `dialogs`, which are distinct, or none of them: none where one is gone, deleted, or has another
    /// revision than expected. Returns those that were as expected, with the revision of their labels afterwards; the
    /// change was made if that is as many as were asked for. Where labels stay the same, revision and log do too.
    ///
    /// The rows are locked in the order of their ids before anything is decided, so that racing changes see each other's
    /// work and cannot lock each other out. The dialogs' own revisions and times stay, and nobody is told.
    pub async fn set_system_labels(
        &self,
        dialogs: &[Expected],
        labelling: &Labelling<'_>,
    ) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
        let mut ids = Ids::at(labelling.now);
        let log = LoggedChange::ALL;
        let rows = sqlx::query!(
            r#"
            WITH before AS MATERIALIZED (
                   SELECT d.id, d.eu_revision, d.label_mask, asked.new_revision,
                          m.mask | CASE WHEN m.mask & $6 = 0 THEN $7::smallint ELSE 0::smallint END AS new_mask
                     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS asked (id, revision, new_revision)
                     JOIN dialog d ON d.id = asked.id
                    CROSS JOIN LATERAL (SELECT d.label_mask & $4 | $5::smallint AS mask) m
                    WHERE d.deleted_at IS NULL AND (asked.revision IS NULL OR d.eu_revision = asked.revision)
                    ORDER BY d.id
                      FOR NO KEY UPDATE OF d),
                 changed AS (
                   UPDATE dialog d
                      SET label_mask = b.new_mask, eu_revision = b.new_revision
                     FROM before b
                    WHERE d.id = b.id AND b.new_mask <> b.label_mask
                      AND (SELECT count(*) FROM before) = cardinality($1)
                   RETURNING d.id),
                 logged AS (
                   INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type, actor_id, actor_name)
                   SELECT b.id, entry.id, $8, entry.label, entry.added, $9, $10, $11
                     FROM changed
                     JOIN before b ON b.id = changed.id
                     JOIN unnest($12::uuid[], $13::smallint[], $14::smallint[], $15::boolean[])
                            AS entry (id, label, bit, added)
                       ON (b.label_mask # b.new_mask) & entry.bit <> 0 AND (b.new_mask & entry.bit <> 0) = entry.added)
            SELECT b.id, CASE WHEN changed.id IS NULL THEN b.eu_revision ELSE b.new_revision END AS "revision!"
              FROM before b LEFT JOIN changed ON changed.id = b.id
            "#,
            &dialogs.iter().map(|d| d.dialog).collect::<Vec<_>>(),
            &dialogs.iter().map(|d| d.revision).collect::<Vec<_>>() as &[Option<Uuid>],
            &dialogs.iter().map(|_| crate::dialog::id::random()).collect::<Vec<_>>(),
            labelling.change.kept(),
            labelling.change.added(),
            LabelChange::PLACES,
            LabelMask::DEFAULT.bits(),
            labelling.now as Timestamp,
            labelling.actor.actor_type.number(),
            labelling.actor.actor_id,
            labelling.actor.actor_name,
            // Ids of entries are unique within their dialog, so one for each kind of entry is enough.
            &log.map(|_| ids.next()),
            &log.map(|entry| entry.label.number()),
            &log.map(|entry| LabelMask::bit(entry.label)),
            &log.map(|entry| entry.added),
        )
        .fetch_all(self.request())
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.revision)).collect())
    }
}
