//! The log of system labels.

use uuid::Uuid;

use crate::{
    dialog::{
        actor::{Actor, ActorType},
        label::{LoggedChange, SystemLabel},
        named::Named,
        timestamp::Timestamp,
    },
    store::{Inconsistent, Store},
};

/// One entry: a label that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub created_at: Timestamp,
    /// What.
    pub change: LoggedChange,
    /// By whom.
    pub actor: Actor,
}

impl Store {
    /// What happened to the system labels of a dialog, oldest first.
    pub async fn label_log(&self, dialog: Uuid) -> sqlx::Result<Vec<LogEntry>> {
        sqlx::query!(
            r#"
            SELECT created_at AS "created_at: Timestamp", label, added, actor_type, actor_id, actor_name
              FROM label_log
             WHERE dialog_id = $1
             ORDER BY created_at, id
            "#,
            dialog,
        )
        .fetch_all(self.request())
        .await?
        .into_iter()
        .map(|row| {
            let means_nothing = |column| Inconsistent::new("label_log", column, dialog);
            Ok(LogEntry {
                created_at: row.created_at,
                change: LoggedChange {
                    label: SystemLabel::from_number(row.label.into())
                        .ok_or_else(|| means_nothing("label"))?,
                    added: row.added,
                },
                actor: Actor {
                    actor_type: ActorType::from_number(row.actor_type.into())
                        .ok_or_else(|| means_nothing("actor_type"))?,
                    actor_name: row.actor_name,
                    actor_id: row.actor_id,
                },
            })
        })
        .collect()
    }
}
