//! What a search finds.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    cursor::{Cursor, Value},
    latest::StoredActivity,
    order::{Key, Order},
    texts::StoredTexts,
};
use crate::dialog::{
    label::{LabelMask, SystemLabel},
    seen::SeenEntry,
    status::DialogStatus,
    timestamp::Timestamp,
};

/// A page of dialogs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The dialogs, in order.
    pub hits: Vec<Hit>,
    /// Whether more follow.
    pub has_next: bool,
}

impl Page {
    /// Where the next page begins; `None` of an empty page.
    pub fn next(&self, order: &Order) -> Option<Cursor> {
        let last = self.hits.last()?;
        Some(Cursor::behind(order, |key| last.value(key)))
    }
}

/// A dialog as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Identifier.
    pub id: Uuid,
    /// Changes with every change; only to service owners.
    pub revision: Uuid,
    /// Short name of the service owner.
    pub org: Arc<str>,
    /// The resource.
    pub service_resource: Arc<str>,
    /// The resource's type.
    pub service_resource_type: Arc<str>,
    /// Whose dialog it is.
    pub party: Arc<str>,
    /// 0 to 100.
    pub progress: Option<i16>,
    /// The owner's own status.
    pub extended_status: Option<String>,
    /// The owner's own reference.
    pub external_reference: Option<String>,
    /// The process that the dialog belongs to.
    pub process: Option<String>,
    /// The process before.
    pub preceding_process: Option<String>,
    /// From when end users see it; only to service owners.
    pub visible_from: Option<Timestamp>,
    /// When something is due.
    pub due_at: Option<Timestamp>,
    /// When it was deleted; only to service owners.
    pub deleted_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it or a part of it last changed.
    pub updated_at: Timestamp,
    /// When its content last changed.
    pub content_updated_at: Timestamp,
    /// Its state.
    pub status: DialogStatus,
    /// Whether it is for machines only.
    pub is_api_only: bool,
    /// Whether somebody has seen it since its content changed.
    pub is_seen_since_content_update: bool,
    /// Whether something in it is yet to be opened.
    pub has_unopened_content: bool,
    /// How many transmissions the service owner sent.
    pub service_owner_transmissions: i32,
    /// How many the party sent.
    pub party_transmissions: i32,
    /// How many attachments of the dialog itself have a link for people.
    pub gui_attachments: i32,
    /// The texts that lists show, in all languages.
    pub texts: StoredTexts,
    /// The newest activity.
    pub latest_activity: Option<StoredActivity>,
    /// Who saw it since it or its content last changed, by time.
    pub seen: Vec<SeenEntry>,
    /// Revision of the system labels.
    pub end_user_revision: Uuid,
    /// System labels.
    pub labels: LabelMask,
    /// Revision of the service owner's labels; only to service owners.
    pub service_owner_revision: Uuid,
    /// The service owner's labels, lower case, sorted; only to service owners.
    pub service_owner_labels: Vec<String>,
}

impl Hit {
    /// Whether somebody saw its current content and nobody asked to treat it as unread since.
    pub fn is_content_seen(&self) -> bool {
        self.is_seen_since_content_update && !self.labels.has(SystemLabel::MarkedAsUnopened)
    }

    /// What it is ordered by.
    pub fn value(&self, key: Key) -> Value {
        match key {
            Key::ContentUpdatedAt => Value::Time(Some(self.content_updated_at)),
            Key::UpdatedAt => Value::Time(Some(self.updated_at)),
            Key::CreatedAt => Value::Time(Some(self.created_at)),
            Key::DueAt => Value::Time(self.due_at),
            Key::Id => Value::Id(self.id),
        }
    }
}
