//! Reading parts of one kind, together with what decides who may see them: one statement each.

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    dialog::{
        activity::Activity, seen::SeenEntry, timestamp::Timestamp, transmission::Transmission,
    },
    store::{
        Inconsistent, Store,
        dialogs::load::{ActivityRow, SeenRow, TransmissionRow},
    },
};

/// Parts of one dialog, of one kind, and what access to them depends on.
#[derive(Debug)]
pub struct Parts<T> {
    /// The dialog.
    pub dialog: Uuid,
    /// Whose it is, lower case.
    pub party: String,
    /// Its resource, lower case.
    pub service_resource: String,
    /// The service owner's labels.
    pub service_owner_labels: Vec<String>,
    /// From when end users see it.
    pub visible_from: Option<Timestamp>,
    /// From when end users no longer see it.
    pub expires_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The parts, oldest first.
    pub items: Vec<T>,
}

/// Which parts are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of the dialog.
    All,
    /// The one with this id, if the dialog has it.
    One(Uuid),
}

impl Which {
    /// The same as a range of identifiers, so that one plan, which walks the primary key, serves both.
    fn range(self) -> (Uuid, Uuid) {
        match self {
            Self::All => (Uuid::nil(), Uuid::max()),
            Self::One(id) => (id, id),
        }
    }
}

struct Row<T> {
    id: Uuid,
    party: String,
    resource: String,
    so_labels: Vec<String>,
    visible_from: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    items: Option<Json<Vec<T>>>,
}

impl<T> Row<T> {
    fn parts<P, E>(self, part: impl Fn(T) -> Result<P, E>) -> Result<Parts<P>, E> {
        let items = self.items.map_or_else(Vec::new, |items| items.0);
        Ok(Parts {
            dialog: self.id,
            party: self.party,
            service_resource: self.resource,
            service_owner_labels: self.so_labels,
            visible_from: self.visible_from,
            expires_at: self.expires_at,
            deleted_at: self.deleted_at,
            items: items.into_iter().map(part).collect::<Result<_, E>>()?,
        })
    }
}

impl Store {
    /// Transmissions of a dialog, deleted or not; `None` without the dialog.
    pub async fn transmissions(
        &self,
        dialog: Uuid,
        which: Which,
    ) -> sqlx::Result<Option<Parts<Transmission>>> {
        let (first, last) = which.range();
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT d.id, p.urn AS party, r.urn AS resource, d.so_labels, d.visible_from AS "visible_from: Timestamp",
                   d.expires_at AS "expires_at: Timestamp", d.deleted_at AS "deleted_at: Timestamp",
                   (SELECT json_agg(json_build_array(t.id, t.created_at, t.type, t.related_id, t.idempotent_key, t.doc)
                                    ORDER BY t.created_at, t.id)
                      FROM transmission t WHERE t.dialog_id = d.id AND t.id BETWEEN $2 AND $3)
                   AS "items: Json<Vec<TransmissionRow>>"
              FROM dialog d
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.id = $1
            "#,
            dialog,
            first,
            last,
        )
        .fetch_optional(self.request())
        .await?;
        let parts = row.map(|row: Row<TransmissionRow>| row.parts(Transmission::try_from));
        Ok(parts.transpose()?)
    }

    /// Activities of a dialog, deleted or not; `None` without the dialog.
    pub async fn activities(
        &self,
        dialog: Uuid,
        which: Which,
    ) -> sqlx::Result<Option<Parts<Activity>>> {
        let (first, last) = which.range();
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT d.id, p.urn AS party, r.urn AS resource, d.so_labels, d.visible_from AS "visible_from: Timestamp",
                   d.expires_at AS "expires_at: Timestamp", d.deleted_at AS "deleted_at: Timestamp",
                   (SELECT json_agg(json_build_array(a.id, a.created_at, a.type, a.transmission_id, a.doc)
                                    ORDER BY a.created_at, a.id)
                      FROM activity a WHERE a.dialog_id = d.id AND a.id BETWEEN $2 AND $3)
                   AS "items: Json<Vec<ActivityRow>>"
              FROM dialog d
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.id = $1
            "#,
            dialog,
            first,
            last,
        )
        .fetch_optional(self.request())
        .await?;
        let parts = row.map(|row: Row<ActivityRow>| row.parts(Activity::try_from));
        Ok(parts.transpose()?)
    }

    /// Everybody who has seen a dialog since it was created, deleted or not; `None` without the dialog.
    pub async fn seen_log(
        &self,
        dialog: Uuid,
        which: Which,
    ) -> sqlx::Result<Option<Parts<SeenEntry>>> {
        let (first, last) = which.range();
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT d.id, p.urn AS party, r.urn AS resource, d.so_labels, d.visible_from AS "visible_from: Timestamp",
                   d.expires_at AS "expires_at: Timestamp", d.deleted_at AS "deleted_at: Timestamp",
                   (SELECT json_agg(json_build_array(s.id, s.created_at, s.actor_id, s.actor_name, s.via_service_owner)
                                    ORDER BY s.created_at, s.id)
                      FROM seen_log s WHERE s.dialog_id = d.id AND s.id BETWEEN $2 AND $3)
                   AS "items: Json<Vec<SeenRow>>"
              FROM dialog d
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.id = $1
            "#,
            dialog,
            first,
            last,
        )
        .fetch_optional(self.request())
        .await?;
        let parts =
            row.map(|row: Row<SeenRow>| row.parts(|seen| Ok::<_, Inconsistent>(seen.into())));
        Ok(parts.transpose()?)
    }
}
