//! A dialog without its texts and parts: what deciding about it needs, and no more.

use uuid::Uuid;

use super::{instance::InstanceRef, label::LabelMask, status::DialogStatus, timestamp::Timestamp};

/// The head of a stored dialog. Members mean what those of [`Dialog`](super::Dialog) mean.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the dialog")]
pub struct Header {
    pub id: Uuid,
    pub revision: Uuid,
    pub org: String,
    pub service_resource: String,
    pub service_resource_type: String,
    pub party: String,
    pub process: Option<String>,
    pub preceding_process: Option<String>,
    pub visible_from: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub content_updated_at: Timestamp,
    pub status: DialogStatus,
    pub is_api_only: bool,
    pub is_seen_since_content_update: bool,
    pub is_frozen: bool,
    pub has_unopened_content: bool,
    pub service_owner_transmissions: i32,
    pub party_transmissions: i32,
    pub end_user_revision: Uuid,
    pub labels: LabelMask,
    pub service_owner_revision: Uuid,
    pub service_owner_labels: Vec<String>,
}

impl Header {
    /// How the rest of the platform refers to it.
    pub fn instance(&self) -> InstanceRef {
        InstanceRef::preferred(
            self.id,
            self.service_owner_labels.iter().map(String::as_str),
        )
    }

    /// Whether its owner has taken it away, for the time being or for good.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}
