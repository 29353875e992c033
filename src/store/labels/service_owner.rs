//! The service owner's labels: added and removed one by one. They stand twice, beside the dialog and where they are
//! looked up.

use uuid::Uuid;

use crate::{dialog::limits, store::Store};

impl Store {
    /// Adds a label and returns the new revision of the labels; `None`, and nothing changes, where the dialog is gone or
    /// deleted, has another revision than expected, has the label already, or has as many as it may.
    pub async fn add_service_owner_label(
        &self,
        dialog: Uuid,
        label: &str,
        expected: Option<Uuid>,
    ) -> sqlx::Result<Option<Uuid>> {
        let most = i32::try_from(limits::SERVICE_OWNER_LABELS).unwrap_or(i32::MAX);
        sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog
                      SET so_revision = $4,
                          so_labels = ARRAY(SELECT label FROM unnest(so_labels || $3::text) label
                                             ORDER BY label COLLATE "C")
                    WHERE id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR so_revision = $2)
                      AND $3 <> ALL (so_labels) AND cardinality(so_labels) < $5
                   RETURNING id, so_revision),
                 listed AS (
                   INSERT INTO service_owner_label (dialog_id, value) SELECT id, $3 FROM changed)
            SELECT so_revision FROM changed
            "#,
            dialog,
            expected,
            label,
            crate::dialog::id::random(),
            most,
        )
        .fetch_optional(self.request())
        .await
    }

    /// Removes a label and returns the new revision of the labels; `None`, and nothing changes, where the dialog is gone
    /// or deleted, has no such label, or has another revision than `read`.
    ///
    /// The revision is the one with which the label was read, even where the client expects none: a label that came after
    /// that could be invisible to this statement in one of the two places.
    pub async fn remove_service_owner_label(
        &self,
        dialog: Uuid,
        label: &str,
        read: Uuid,
    ) -> sqlx::Result<Option<Uuid>> {
        sqlx::query_scalar!(
            r#"
            WITH changed AS (
                   UPDATE dialog
                      SET so_revision = $4, so_labels = array_remove(so_labels, $2::text)
                    WHERE id = $1 AND deleted_at IS NULL AND so_revision = $3 AND $2 = ANY (so_labels)
                   RETURNING id, so_revision),
                 unlisted AS (
                   DELETE FROM service_owner_label l USING changed WHERE l.dialog_id = changed.id AND l.value = $2)
            SELECT so_revision FROM changed
            "#,
            dialog,
            label,
            read,
            crate::dialog::id::random(),
        )
        .fetch_optional(self.request())
        .await
    }
}
