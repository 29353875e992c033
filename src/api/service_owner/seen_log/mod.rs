//! Who has seen a dialog, told to its service owner.

pub mod get;
pub mod list;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dialog::{actor::Actor, seen::SeenEntry, timestamp::Timestamp};

/// One view of a dialog.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogSeenLog {
    /// Identifier.
    pub id: Uuid,
    /// When.
    pub seen_at: Timestamp,
    /// By whom.
    pub seen_by: Actor,
    /// Whether a service owner looked on the viewer's behalf.
    #[schema(value_type = Option<bool>)]
    pub is_via_service_owner: bool,
}

impl From<SeenEntry> for DialogSeenLog {
    fn from(entry: SeenEntry) -> Self {
        Self {
            id: entry.id,
            seen_at: entry.seen_at,
            seen_by: Actor::representative(entry.actor_id, entry.actor_name),
            is_via_service_owner: entry.via_service_owner,
        }
    }
}
