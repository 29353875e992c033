//! A dialog and all that belongs to it, read by one statement and so from one moment.

use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    change::Found,
    document::{self, Detail, List},
};
use crate::{
    dialog::{
        Dialog,
        activity::{Activity, ActivityBody, DialogActivityType},
        label::LabelMask,
        named::Named,
        seen::SeenEntry,
        status::DialogStatus,
        timestamp::Timestamp,
        transmission::{DialogTransmissionType, Transmission, TransmissionBody},
    },
    store::{Inconsistent, Store, pool::Pool},
};

/// Transmissions and activities of which the newest are searched by their words; so many of each kind.
pub(in crate::store) const SEARCHED: i64 = 1_000;

/// A transmission as statements put it into a JSON array.
#[derive(Debug, Deserialize)]
pub(in crate::store) struct TransmissionRow(
    Uuid,
    Timestamp,
    i16,
    Option<Uuid>,
    Option<String>,
    TransmissionBody,
);

/// An activity as statements put it into a JSON array.
#[derive(Debug, Deserialize)]
pub(in crate::store) struct ActivityRow(Uuid, Timestamp, i16, Option<Uuid>, ActivityBody);

/// A seen entry as statements put it into a JSON array.
#[derive(Debug, Deserialize)]
pub(in crate::store) struct SeenRow(Uuid, Timestamp, String, Option<String>, bool);

impl Store {
    /// The dialog with this id, deleted or not, with the seen entries since it or its content last changed.
    pub async fn dialog(&self, id: Uuid) -> sqlx::Result<Option<Dialog>> {
        whole(self.request(), id).await
    }
}

/// A dialog as statements select it: all columns by name, lists as JSON.
pub(super) struct Row {
    pub id: Uuid,
    pub revision: Uuid,
    pub status: i16,
    pub flags: i32,
    pub label_mask: i16,
    pub eu_revision: Uuid,
    pub so_revision: Uuid,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub content_updated_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub visible_from: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub idempotent_key: Option<String>,
    pub external_reference: Option<String>,
    pub extended_status: Option<String>,
    pub process: Option<String>,
    pub preceding_process: Option<String>,
    pub resource_type: String,
    pub progress: Option<i16>,
    pub so_transmissions: i32,
    pub party_transmissions: i32,
    pub so_labels: Vec<String>,
    pub list: Json<List<'static>>,
    pub detail: Json<Detail<'static>>,
    pub org: String,
    pub resource: String,
    pub party: String,
    pub transmissions: Option<Json<Vec<TransmissionRow>>>,
    pub activities: Option<Json<Vec<ActivityRow>>>,
    pub seen: Option<Json<Vec<SeenRow>>>,
    pub found: Option<Json<Found>>,
}

pub(in crate::store) async fn whole(pool: &Pool, id: Uuid) -> sqlx::Result<Option<Dialog>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        SELECT d.id, d.revision, d.status, d.flags, d.label_mask, d.eu_revision, d.so_revision,
               d.created_at AS "created_at: Timestamp", d.updated_at AS "updated_at: Timestamp",
               d.content_updated_at AS "content_updated_at: Timestamp", d.due_at AS "due_at: Timestamp",
               d.visible_from AS "visible_from: Timestamp", d.expires_at AS "expires_at: Timestamp",
               d.deleted_at AS "deleted_at: Timestamp", d.idempotent_key, d.external_reference,
               d.extended_status, d.process, d.preceding_process, d.resource_type, d.progress,
               d.so_transmissions, d.party_transmissions, d.so_labels,
               d.list AS "list: Json<List<'static>>", d.detail AS "detail: Json<Detail<'static>>",
               o.short_name AS org, r.urn AS resource, p.urn AS party,
               (SELECT json_agg(json_build_array(t.id, t.created_at, t.type, t.related_id, t.idempotent_key, t.doc)
                                ORDER BY t.created_at, t.id)
                  FROM transmission t WHERE t.dialog_id = d.id) AS "transmissions: Json<Vec<TransmissionRow>>",
               (SELECT json_agg(json_build_array(a.id, a.created_at, a.type, a.transmission_id, a.doc)
                                ORDER BY a.created_at, a.id)
                  FROM activity a WHERE a.dialog_id = d.id) AS "activities: Json<Vec<ActivityRow>>",
               (SELECT json_agg(json_build_array(s.id, s.created_at, s.actor_id, s.actor_name, s.via_service_owner)
                                ORDER BY s.created_at, s.id)
                  FROM seen_log s
                 WHERE s.dialog_id = d.id AND s.created_at >= least(d.updated_at, d.content_updated_at))
                 AS "seen: Json<Vec<SeenRow>>",
               NULL::json AS "found: Json<Found>"
          FROM dialog d
          JOIN org o ON o.id = d.org_id
          JOIN resource r ON r.id = d.resource_id
          JOIN party p ON p.id = d.party_id
         WHERE d.id = $1
        "#,
        id,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

impl TryFrom<Row> for Dialog {
    type Error = Inconsistent;

    fn try_from(row: Row) -> Result<Self, Inconsistent> {
        let mut detail = row.detail.0;
        let content = document::content(row.list.0, &mut detail);
        let has = |bit| row.flags & bit != 0;
        Ok(Self {
            id: row.id,
            revision: row.revision,
            idempotent_key: row.idempotent_key,
            org: row.org,
            service_resource: row.resource,
            service_resource_type: row.resource_type,
            party: row.party,
            progress: row.progress,
            extended_status: row.extended_status,
            external_reference: row.external_reference,
            process: row.process,
            preceding_process: row.preceding_process,
            visible_from: row.visible_from,
            due_at: row.due_at,
            expires_at: row.expires_at,
            deleted_at: row.deleted_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            content_updated_at: row.content_updated_at,
            status: DialogStatus::from_number(row.status.into())
                .ok_or_else(|| Inconsistent::new("dialog", "status", row.id))?,
            is_api_only: has(document::API_ONLY),
            is_seen_since_content_update: has(document::SEEN),
            is_frozen: has(document::FROZEN),
            has_unopened_content: has(document::UNOPENED),
            service_owner_transmissions: row.so_transmissions,
            party_transmissions: row.party_transmissions,
            content,
            search_tags: detail.search_tags.into_owned(),
            attachments: detail.attachments.into_owned(),
            gui_actions: detail.gui_actions.into_owned(),
            api_actions: detail.api_actions.into_owned(),
            transmissions: row
                .transmissions
                .map_or_else(Vec::new, |rows| rows.0)
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, Inconsistent>>()?,
            activities: row
                .activities
                .map_or_else(Vec::new, |rows| rows.0)
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, Inconsistent>>()?,
            seen: row
                .seen
                .map_or_else(Vec::new, |rows| rows.0)
                .into_iter()
                .map(Into::into)
                .collect(),
            end_user_revision: row.eu_revision,
            labels: LabelMask::from_bits(row.label_mask),
            service_owner_revision: row.so_revision,
            service_owner_labels: row.so_labels,
        })
    }
}

impl TryFrom<TransmissionRow> for Transmission {
    type Error = Inconsistent;

    fn try_from(row: TransmissionRow) -> Result<Self, Inconsistent> {
        let TransmissionRow(id, created_at, kind, related_id, idempotent_key, body) = row;
        let kind = DialogTransmissionType::from_number(kind.into())
            .ok_or_else(|| Inconsistent::new("transmission", "type", id))?;
        Ok(Self {
            id,
            idempotent_key,
            created_at,
            kind,
            related_id,
            is_authorized: None,
            body,
        })
    }
}

impl TryFrom<ActivityRow> for Activity {
    type Error = Inconsistent;

    fn try_from(row: ActivityRow) -> Result<Self, Inconsistent> {
        let ActivityRow(id, created_at, kind, transmission_id, body) = row;
        let kind = DialogActivityType::from_number(kind.into())
            .ok_or_else(|| Inconsistent::new("activity", "type", id))?;
        Ok(Self {
            id,
            created_at,
            kind,
            transmission_id,
            body,
        })
    }
}

impl From<SeenRow> for SeenEntry {
    fn from(row: SeenRow) -> Self {
        let SeenRow(id, seen_at, actor_id, actor_name, via_service_owner) = row;
        Self {
            id,
            seen_at,
            actor_id,
            actor_name,
            via_service_owner,
        }
    }
}
