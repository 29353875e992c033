//! Whether something has happened in a dialog.

use uuid::Uuid;

use crate::{
    dialog::{activity::DialogActivityType, named::Named},
    store::Store,
};

impl Store {
    /// Whether the dialog, deleted or not, has an activity of this type, about this transmission if one is given;
    /// `None` where there is no such dialog.
    pub async fn has_happened(
        &self,
        dialog: Uuid,
        activity: DialogActivityType,
        transmission: Option<Uuid>,
    ) -> sqlx::Result<Option<bool>> {
        sqlx::query_scalar!(
            r#"
            SELECT EXISTS (SELECT FROM activity a
                            WHERE a.dialog_id = d.id AND a.type = $2
                              AND ($3::uuid IS NULL OR a.transmission_id = $3)) AS "exists!"
              FROM dialog d
             WHERE d.id = $1
            "#,
            dialog,
            activity.number(),
            transmission,
        )
        .fetch_optional(self.request())
        .await
    }
}
