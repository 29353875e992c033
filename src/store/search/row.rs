//! One row of a search, and the list item that it makes.

use serde::Deserialize;
use sqlx::{Decode, FromRow, Postgres, Row as _, Type, postgres::PgRow, types::Json};
use std::collections::HashMap;
use uuid::Uuid;

use super::numbers::Names;
use crate::{
    dialog::{
        activity::{Activity, ActivityBody, DialogActivityType},
        actor::Actor,
        label::LabelMask,
        localization::Localization,
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

/// Columns of the first row: numbers of parties and resources by name.
pub(super) const PARTIES: &str = "learned_parties";
pub(super) const RESOURCES: &str = "learned_resources";

/// How many columns every statement has; they are read by place, which takes less time than to look up each name in
/// each row. Others follow by name.
pub(super) const COLUMNS: usize = 25;

/// A row.
pub(super) struct Row {
    pub learned_parties: Option<Json<HashMap<String, i32>>>,
    pub learned_resources: Option<Json<HashMap<String, i32>>>,
    /// Only where the caller's parties and resources do not tell their names.
    party: Option<String>,
    resource: Option<String>,
    pub party_id: i32,
    pub resource_id: i32,
    id: Uuid,
    pub org_id: i16,
    /// Only where it is not known by its number.
    pub org: Option<String>,
    status: i16,
    flags: i32,
    label_mask: i16,
    eu_revision: Uuid,
    created_at: Timestamp,
    updated_at: Timestamp,
    content_updated_at: Timestamp,
    due_at: Option<Timestamp>,
    external_reference: Option<String>,
    extended_status: Option<String>,
    process: Option<String>,
    preceding_process: Option<String>,
    resource_type: String,
    progress: Option<i16>,
    so_transmissions: i32,
    party_transmissions: i32,
    gui_attachments: i32,
    list: Json<List<'static>>,
    latest_activity: Option<Json<LatestActivity>>,
    seen: Vec<Json<SeenRow>>,
    owned: OwnedColumns,
}

/// What only service owners are shown.
#[derive(Default)]
struct OwnedColumns {
    revision: Uuid,
    so_revision: Uuid,
    visible_from: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    so_labels: Vec<String>,
}

impl<'r> FromRow<'r, PgRow> for Row {
    fn from_row(row: &'r PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get(0)?,
            party_id: row.try_get(1)?,
            resource_id: row.try_get(2)?,
            org_id: row.try_get(3)?,
            org: row.try_get(4)?,
            status: row.try_get(5)?,
            flags: row.try_get(6)?,
            label_mask: row.try_get(7)?,
            eu_revision: row.try_get(8)?,
            created_at: row.try_get(9)?,
            updated_at: row.try_get(10)?,
            content_updated_at: row.try_get(11)?,
            due_at: row.try_get(12)?,
            external_reference: row.try_get(13)?,
            extended_status: row.try_get(14)?,
            process: row.try_get(15)?,
            preceding_process: row.try_get(16)?,
            resource_type: row.try_get(17)?,
            progress: row.try_get(18)?,
            so_transmissions: row.try_get(19)?,
            party_transmissions: row.try_get(20)?,
            gui_attachments: row.try_get(21)?,
            list: row.try_get(22)?,
            latest_activity: row.try_get(23)?,
            seen: row.try_get(24)?,
            learned_parties: further(row, PARTIES)?,
            learned_resources: further(row, RESOURCES)?,
            party: further(row, "party")?,
            resource: further(row, "resource")?,
            owned: OwnedColumns {
                revision: further(row, "revision")?,
                so_revision: further(row, "so_revision")?,
                visible_from: further(row, "visible_from")?,
                deleted_at: further(row, "deleted_at")?,
                so_labels: further(row, "so_labels")?,
            },
        })
    }
}

/// A column that not every statement has.
fn further<'r, T>(row: &'r PgRow, name: &str) -> sqlx::Result<T>
where
    T: Decode<'r, Postgres> + Type<Postgres> + Default,
{
    if row.len() == COLUMNS {
        return Ok(T::default());
    }
    match row.try_get(name) {
        Err(sqlx::Error::ColumnNotFound(_)) => Ok(T::default()),
        found => found,
    }
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
    #[serde(default)]
    extended_type: Option<String>,
    performed_by: Actor,
    #[serde(default)]
    description: Vec<Localization>,
}

#[derive(Deserialize)]
struct SeenRow(Uuid, Timestamp, String, Option<String>, bool);

impl Row {
    pub(super) fn into_hit(self, names: &Names<'_>) -> Result<Hit, Inconsistent> {
        let id = self.id;
        let broken = |column| move || Inconsistent::new("dialog", column, id);
        let has = |bit| self.flags & bit != 0;
        let mut seen: Vec<SeenEntry> = self.seen.into_iter().map(|entry| entry.0.into()).collect();
        seen.sort_unstable_by_key(|entry| (entry.seen_at, entry.id));
        Ok(Hit {
            id,
            revision: self.owned.revision,
            org: names
                .org(self.org_id)
                .ok_or_else(broken("org_id"))?
                .to_owned(),
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
            visible_from: self.owned.visible_from,
            due_at: self.due_at,
            deleted_at: self.owned.deleted_at,
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
            seen,
            end_user_revision: self.eu_revision,
            labels: LabelMask::from_bits(self.label_mask),
            service_owner_revision: self.owned.so_revision,
            service_owner_labels: self.owned.so_labels,
        })
    }
}

impl From<SeenRow> for SeenEntry {
    fn from(SeenRow(id, seen_at, actor_id, actor_name, via_service_owner): SeenRow) -> Self {
        Self {
            id,
            seen_at,
            actor_id,
            actor_name,
            via_service_owner,
        }
    }
}

impl From<LatestActivity> for Activity {
    fn from(latest: LatestActivity) -> Self {
        Self {
            id: latest.id,
            created_at: latest.created_at,
            kind: latest.kind,
            transmission_id: latest.transmission_id,
            body: ActivityBody {
                extended_type: latest.extended_type,
                performed_by: latest.performed_by,
                description: latest.description,
            },
        }
    }
}
