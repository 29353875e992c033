//! Who has seen a dialog, in the eyes of a caller.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dialog::{
    actor::Actor, party::PartyUrn, seen::SeenEntry, timestamp::Timestamp, view::actors::ActorMask,
};

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
    /// Whether the viewer is the caller.
    pub is_current_end_user: bool,
}

/// Through whose eyes seen entries are shown.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    /// The end user, where one calls or is acted for.
    pub urn: Option<&'a PartyUrn>,
    /// Hides identity numbers; none for service owners, who know them.
    pub mask: Option<&'a ActorMask>,
    /// The entry that this view has made.
    pub made: Option<Uuid>,
}

impl Viewer<'_> {
    /// One entry as the viewer sees it.
    pub fn entry(&self, entry: &SeenEntry) -> DialogSeenLog {
        let masked = self.mask.and_then(|mask| mask.id(&entry.actor_id));
        DialogSeenLog {
            id: entry.id,
            seen_at: entry.seen_at,
            seen_by: Actor::representative(
                masked.unwrap_or_else(|| entry.actor_id.clone()),
                entry.actor_name.clone(),
            ),
            is_via_service_owner: entry.via_service_owner,
            is_current_end_user: self.urn.is_some_and(|urn| urn.as_str() == entry.actor_id),
        }
    }

    /// The newest entry of each viewer since a moment.
    pub fn entries_since(&self, entries: &[SeenEntry], since: Timestamp) -> Vec<DialogSeenLog> {
        crate::dialog::view::seen::newest_per_viewer(entries, since, self.made)
            .into_iter()
            .map(|entry| self.entry(entry))
            .collect()
    }
}
