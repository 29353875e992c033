//! One row of a search, and the list item that it makes.

use std::sync::Arc;

use serde::Deserialize;
use sqlx::{
    Column, Decode, Postgres, Row as _, Type,
    error::BoxDynError,
    postgres::{PgRow, PgTypeInfo, PgValueFormat, PgValueRef},
    types::Json,
};
use uuid::Uuid;

use super::numbers::Names;
use crate::{
    dialog::{
        label::LabelMask,
        named::Named,
        search::{Hit, StoredActivity, StoredTexts},
        seen::SeenEntry,
        status::DialogStatus,
        timestamp::Timestamp,
    },
    store::{Inconsistent, dialogs::document},
};

/// Columns of the first row: numbers of parties and resources by name.
pub(super) const PARTIES: &str = "learned_parties";
pub(super) const RESOURCES: &str = "learned_resources";

/// How many columns every statement has.
pub(super) const COLUMNS: usize = 25;

/// Where the columns stand that not every statement has. All others are read by place, which takes less time than to
/// look up each name in each row.
#[derive(Default)]
pub(super) struct Further {
    pub learned_parties: Option<usize>,
    pub learned_resources: Option<usize>,
    /// Only where the caller's parties and resources do not tell their names.
    party: Option<usize>,
    resource: Option<usize>,
    /// What only service owners are shown.
    revision: Option<usize>,
    so_revision: Option<usize>,
    visible_from: Option<usize>,
    deleted_at: Option<usize>,
    so_labels: Option<usize>,
}

impl Further {
    /// The columns of a page whose first row this is.
    pub(super) fn of(row: &PgRow) -> Self {
        let place = |name| {
            row.columns()
                .iter()
                .position(|column| column.name() == name)
        };
        Self {
            learned_parties: place(PARTIES),
            learned_resources: place(RESOURCES),
            party: place("party"),
            resource: place("resource"),
            revision: place("revision"),
            so_revision: place("so_revision"),
            visible_from: place("visible_from"),
            deleted_at: place("deleted_at"),
            so_labels: place("so_labels"),
        }
    }
}

/// A row.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub columns: &'r PgRow,
    pub further: &'r Further,
}

/// The text of a column of type `jsonb`.
struct JsonText<'r>(&'r str);

impl Type<Postgres> for JsonText<'_> {
    fn type_info() -> PgTypeInfo {
        <Json<()> as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for JsonText<'r> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = value.as_str()?;
        match value.format() {
            PgValueFormat::Text => Ok(Self(text)),
            // The format has a version, and there has been but one.
            PgValueFormat::Binary => match text.strip_prefix('\u{1}') {
                Some(text) => Ok(Self(text)),
                None => Err("the jsonb is not of version 1".into()),
            },
        }
    }
}

/// One entry of column `seen`.
#[derive(Deserialize)]
struct SeenRow(Uuid, Timestamp, String, Option<String>, bool);

impl<'r> Row<'r> {
    pub(super) fn party_id(self) -> sqlx::Result<i32> {
        self.columns.try_get(1)
    }

    pub(super) fn resource_id(self) -> sqlx::Result<i32> {
        self.columns.try_get(2)
    }

    pub(super) fn org_id(self) -> sqlx::Result<i16> {
        self.columns.try_get(3)
    }

    /// The name of its organization, only where that is not known by its number.
    pub(super) fn org(self) -> sqlx::Result<Option<&'r str>> {
        self.columns.try_get(4)
    }

    /// A column that not every statement has.
    pub(super) fn get<T>(self, place: Option<usize>) -> sqlx::Result<T>
    where
        T: Decode<'r, Postgres> + Type<Postgres> + Default,
    {
        place.map_or_else(|| Ok(T::default()), |place| self.columns.try_get(place))
    }

    /// The dialog. Its resource's type is likely one of `types`, and is one of them afterwards.
    pub(super) fn hit(self, names: &Names, types: &mut Vec<Arc<str>>) -> sqlx::Result<Hit> {
        let Self {
            columns: row,
            further,
        } = self;
        let id = row.try_get(0)?;
        let broken = |column| move || Inconsistent::new("dialog", column, id);
        let status: i16 = row.try_get(5)?;
        let flags: i32 = row.try_get(6)?;
        let has = |bit| flags & bit != 0;
        let texts: JsonText<'_> = row.try_get(22)?;
        let latest_activity: Option<JsonText<'_>> = row.try_get(23)?;
        Ok(Hit {
            id,
            revision: self.get(further.revision)?,
            org: names.org(self.org_id()?).ok_or_else(broken("org_id"))?,
            service_resource: match self.name(further.resource)? {
                Some(told) => told,
                None => names
                    .resource(self.resource_id()?)
                    .ok_or_else(broken("resource_id"))?,
            },
            service_resource_type: shared(types, row.try_get(17)?),
            party: match self.name(further.party)? {
                Some(told) => told,
                None => names
                    .party(self.party_id()?)
                    .ok_or_else(broken("party_id"))?,
            },
            progress: row.try_get(18)?,
            extended_status: row.try_get(14)?,
            external_reference: row.try_get(13)?,
            process: row.try_get(15)?,
            preceding_process: row.try_get(16)?,
            visible_from: self.get(further.visible_from)?,
            due_at: row.try_get(12)?,
            deleted_at: self.get(further.deleted_at)?,
            created_at: row.try_get(9)?,
            updated_at: row.try_get(10)?,
            content_updated_at: row.try_get(11)?,
            status: DialogStatus::from_number(status.into()).ok_or_else(broken("status"))?,
            is_api_only: has(document::API_ONLY),
            is_seen_since_content_update: has(document::SEEN),
            has_unopened_content: has(document::UNOPENED),
            service_owner_transmissions: row.try_get(19)?,
            party_transmissions: row.try_get(20)?,
            gui_attachments: row.try_get(21)?,
            texts: StoredTexts::new(texts.0),
            latest_activity: latest_activity.map(|json| StoredActivity::new(json.0)),
            seen: seen(row.try_get(24)?),
            end_user_revision: row.try_get(8)?,
            labels: LabelMask::from_bits(row.try_get(7)?),
            service_owner_revision: self.get(further.so_revision)?,
            service_owner_labels: self.get(further.so_labels)?,
        })
    }

    fn name(self, place: Option<usize>) -> sqlx::Result<Option<Arc<str>>> {
        let name: Option<&str> = self.get(place)?;
        Ok(name.map(Arc::from))
    }
}

/// The one of `known` that is `text`. There are few.
fn shared(known: &mut Vec<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = known.iter().find(|known| ***known == *text) {
        return Arc::clone(known);
    }
    let new: Arc<str> = text.into();
    known.push(Arc::clone(&new));
    new
}

fn seen(rows: Vec<Json<SeenRow>>) -> Vec<SeenEntry> {
    let mut seen: Vec<SeenEntry> = rows.into_iter().map(|entry| entry.0.into()).collect();
    seen.sort_unstable_by_key(|entry| (entry.seen_at, entry.id));
    seen
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
