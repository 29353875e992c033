//! One row of a search, and the list item that it makes.

use serde::Deserialize;
use sqlx::{FromRow, types::Json};
use std::collections::HashMap;
use uuid::Uuid;

use super::numbers::Names;
use crate::{
    dialog::{
        activity::{Activity, ActivityBody, DialogActivityType},
        label::LabelMask,
        named::Named,
        search::Hit,
        seen::SeenEntry,
        status::DialogStatus,
        timestamp::Timestamp,
    },
    store::{
        Inconsistent,
        dialogs::document::{self, Detail, List},
    },
};

/// A row.
#[derive(FromRow)]
pub(super) struct Row {
    #[sqlx(default)]
    pub learned_parties: Option<Json<HashMap<String, i32>>>,
    #[sqlx(default)]
    pub learned_resources: Option<Json<HashMap<String, i32>>>,
    /// Only where the caller's parties and resources do not tell their names.
    #[sqlx(default)]
    party: Option<String>,
    #[sqlx(default)]
    resource: Option<String>,
    pub party_id: i32,
    pub resource_id: i32,
    id: Uuid,
    org: String,
    revision: Uuid,
    status: i16,
    flags: i32,
    label_mask: i16,
    eu_revision: Uuid,
    so_revision: Uuid,
    created_at: Timestamp,
    updated_at: Timestamp,
    content_updated_at: Timestamp,
    due_at: Option<Timestamp>,
    visible_from: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    external_reference: Option<String>,
    extended_status: Option<String>,
    process: Option<String>,
    preceding_process: Option<String>,
    resource_type: String,
    progress: Option<i16>,
    so_transmissions: i32,
    party_transmissions: i32,
    gui_attachments: i32,
    so_labels: Vec<String>,
    list: Json<List<'static>>,
    latest_activity: Option<Json<LatestActivity>>,
    seen: Option<Json<Vec<SeenRow>>>,
}

/// Column `latest_activity`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LatestActivity {
    id: Uuid,
    created_at: Timestamp,
    #[serde(rename = "type")]
    kind: DialogActivityType,
    #[serde(default)]
    transmission_id: Option<Uuid>,
    #[serde(flatten)]
    body: ActivityBody,
}

#[derive(Deserialize)]
struct SeenRow(Uuid, Timestamp, String, Option<String>, bool);

impl Row {
    pub(super) fn into_hit(self, names: &Names<'_>) -> Result<Hit, Inconsistent> {
        let id = self.id;
        let broken = |column| move || Inconsistent::new("dialog", column, id);
        let has = |bit| self.flags & bit != 0;
        Ok(Hit {
            id,
            revision: self.revision,
            org: self.org,
            service_resource: self
                .resource
                .or_else(|| names.resource(self.resource_id).map(ToOwned::to_owned))
                .ok_or_else(broken("resource_id"))?,
            service_resource_type: self.resource_type,
            party: self
                .party
                .or_else(|| names.party(self.party_id).map(ToOwned::to_owned))
                .ok_or_else(broken("party_id"))?,
            progress: self.progress,
            extended_status: self.extended_status,
            external_reference: self.external_reference,
            process: self.process,
            preceding_process: self.preceding_process,
            visible_from: self.visible_from,
            due_at: self.due_at,
            deleted_at: self.deleted_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            content_updated_at: self.content_updated_at,
            status: DialogStatus::from_number(self.status.into()).ok_or_else(broken("status"))?,
            is_api_only: has(document::API_ONLY),
            is_seen_since_content_update: has(document::SEEN),
            has_unopened_content: has(document::UNOPENED),
            service_owner_transmissions: self.so_transmissions,
            party_transmissions: self.party_transmissions,
            gui_attachments: self.gui_attachments,
            content: document::content(self.list.0, &mut Detail::default()),
            latest_activity: self.latest_activity.map(|activity| activity.0.into()),
            seen: self
                .seen
                .map_or_else(Vec::new, |rows| rows.0)
                .into_iter()
                .map(
                    |SeenRow(id, seen_at, actor_id, actor_name, via_service_owner)| SeenEntry {
                        id,
                        seen_at,
                        actor_id,
                        actor_name,
                        via_service_owner,
                    },
                )
                .collect(),
            end_user_revision: self.eu_revision,
            labels: LabelMask::from_bits(self.label_mask),
            service_owner_revision: self.so_revision,
            service_owner_labels: self.so_labels,
        })
    }
}

impl From<LatestActivity> for Activity {
    fn from(latest: LatestActivity) -> Self {
        Self {
            id: latest.id,
            created_at: latest.created_at,
            kind: latest.kind,
            transmission_id: latest.transmission_id,
            body: latest.body,
        }
    }
}
