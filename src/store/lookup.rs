//! Dialogs by the names that the rest of the platform has for them.

use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Store,
    dialogs::document::{self, Detail, List},
};
use crate::dialog::{content::Content, instance::InstanceRef};

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// The name.
    pub reference: &'a InstanceRef,
    /// The short name of a service owner whose dialogs come before those of others.
    pub preferred_org: Option<&'a str>,
    /// Whether deleted dialogs may be found, after all others.
    pub with_deleted: bool,
}

/// A dialog that was found.
#[derive(Debug)]
pub struct Found {
    /// Identifier.
    pub id: Uuid,
    /// Short name of the service owner.
    pub org: String,
    /// The resource, lower case.
    pub service_resource: String,
    /// Whose dialog it is.
    pub party: String,
    /// Labels of the service owner.
    pub labels: Vec<String>,
    /// The texts; absent in a dialog that has none.
    pub content: Option<Content>,
    /// Another dialog that goes by the same name and was passed over only for its age.
    pub rival: Option<Uuid>,
}

impl Store {
    /// The dialog that goes by a name; of several the newest.
    pub async fn look_up(&self, sought: Sought<'_>) -> sqlx::Result<Option<Found>> {
        let id = match sought.reference {
            InstanceRef::Dialog(id) => Some(*id),
            _ => None,
        };
        let label = sought.reference.label();
        let mut rows = sqlx::query!(
            r#"
            WITH named AS (
              SELECT $1::uuid AS id WHERE $1 IS NOT NULL
              UNION ALL
              SELECT dialog_id FROM service_owner_label WHERE value = $2)
            SELECT d.id, o.short_name AS org, r.urn AS resource, p.urn AS party, d.so_labels,
                   d.deleted_at IS NOT NULL AS "is_deleted!", d.list AS "list: Json<List<'static>>"
              FROM named
              JOIN dialog d ON d.id = named.id
              JOIN org o ON o.id = d.org_id
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.deleted_at IS NULL OR $4
             ORDER BY (o.short_name = $3) IS TRUE DESC, d.deleted_at IS NOT NULL, d.created_at DESC, d.id DESC
             LIMIT 2
            "#,
            id,
            label,
            sought.preferred_org,
            sought.with_deleted,
        )
        .fetch_all(self.request())
        .await?
        .into_iter();
        let Some(found) = rows.next() else {
            return Ok(None);
        };
        let is_preferred = |org: &str| sought.preferred_org == Some(org);
        let rival = rows.next().filter(|rival| {
            rival.is_deleted == found.is_deleted
                && is_preferred(&rival.org) == is_preferred(&found.org)
        });
        Ok(Some(Found {
            id: found.id,
            org: found.org,
            service_resource: found.resource,
            party: found.party,
            labels: found.so_labels,
            content: document::content(found.list.0, &mut Detail::default()),
            rival: rival.map(|rival| rival.id),
        }))
    }
}
