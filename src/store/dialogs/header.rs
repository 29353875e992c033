//! The heads of dialogs: what deciding about them needs, read without their documents and parts.

use uuid::Uuid;

use super::document;
use crate::{
    dialog::{Header, label::LabelMask, named::Named, status::DialogStatus, timestamp::Timestamp},
    store::{Inconsistent, Store},
};

impl Store {
    /// The head of the dialog with this id, deleted or not.
    pub async fn header(&self, id: Uuid) -> sqlx::Result<Option<Header>> {
        Ok(self.headers(&[id]).await?.pop())
    }

    /// The heads of those of the dialogs that exist, deleted or not, each once and in no particular order.
    pub async fn headers(&self, ids: &[Uuid]) -> sqlx::Result<Vec<Header>> {
        // The names come by scalar sub-selects, not joins: whatever the planner expects of an array, they are single
        // look-ups by primary key.
        sqlx::query_as!(
            Row,
            r#"
            SELECT d.id, d.revision, d.status, d.flags, d.label_mask, d.eu_revision, d.so_revision,
                   d.created_at AS "created_at: Timestamp", d.updated_at AS "updated_at: Timestamp",
                   d.content_updated_at AS "content_updated_at: Timestamp",
                   d.visible_from AS "visible_from: Timestamp", d.expires_at AS "expires_at: Timestamp",
                   d.deleted_at AS "deleted_at: Timestamp", d.process, d.preceding_process, d.resource_type,
                   d.so_transmissions, d.party_transmissions, d.so_labels,
                   (SELECT short_name FROM org WHERE org.id = d.org_id) AS "org!",
                   (SELECT urn FROM resource WHERE resource.id = d.resource_id) AS "resource!",
                   (SELECT urn FROM party WHERE party.id = d.party_id) AS "party!"
              FROM dialog d
             WHERE d.id = ANY($1)
            "#,
            ids,
        )
        .fetch_all(self.request())
        .await?
        .into_iter()
        .map(|row| Ok(row.try_into()?))
        .collect()
    }
}

struct Row {
    id: Uuid,
    revision: Uuid,
    status: i16,
    flags: i32,
    label_mask: i16,
    eu_revision: Uuid,
    so_revision: Uuid,
    created_at: Timestamp,
    updated_at: Timestamp,
    content_updated_at: Timestamp,
    visible_from: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    process: Option<String>,
    preceding_process: Option<String>,
    resource_type: String,
    so_transmissions: i32,
    party_transmissions: i32,
    so_labels: Vec<String>,
    org: String,
    resource: String,
    party: String,
}

impl TryFrom<Row> for Header {
    type Error = Inconsistent;

    fn try_from(row: Row) -> Result<Self, Inconsistent> {
        let has = |bit| row.flags & bit != 0;
        Ok(Self {
            id: row.id,
            revision: row.revision,
            status: DialogStatus::from_number(row.status.into())
                .ok_or_else(|| Inconsistent::new("dialog", "status", row.id))?,
            is_api_only: has(document::API_ONLY),
            is_seen_since_content_update: has(document::SEEN),
            is_frozen: has(document::FROZEN),
            has_unopened_content: has(document::UNOPENED),
            org: row.org,
            service_resource: row.resource,
            service_resource_type: row.resource_type,
            party: row.party,
            process: row.process,
            preceding_process: row.preceding_process,
            visible_from: row.visible_from,
            expires_at: row.expires_at,
            deleted_at: row.deleted_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            content_updated_at: row.content_updated_at,
            service_owner_transmissions: row.so_transmissions,
            party_transmissions: row.party_transmissions,
            end_user_revision: row.eu_revision,
            labels: LabelMask::from_bits(row.label_mask),
            service_owner_revision: row.so_revision,
            service_owner_labels: row.so_labels,
        })
    }
}
