//! A dialog with everything that belongs to it.

use uuid::Uuid;

use super::{
    action::{ApiAction, GuiAction},
    activity::Activity,
    attachment::Attachment,
    content::Content,
    instance::InstanceRef,
    label::{LabelMask, SystemLabel},
    resource,
    seen::SeenEntry,
    status::DialogStatus,
    timestamp::Timestamp,
    transmission::Transmission,
};

/// A stored dialog. Lists are in the order in which answers show them.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialog {
    /// Identifier.
    pub id: Uuid,
    /// Changes with every change of the dialog or its parts; the ETag.
    pub revision: Uuid,
    /// The service owner's key for creating it once.
    pub idempotent_key: Option<String>,
    /// Short name of the service owner, lower case.
    pub org: String,
    /// The resource, lower case.
    pub service_resource: String,
    /// The resource's type, lower case.
    pub service_resource_type: String,
    /// Whose dialog it is, lower case.
    pub party: String,
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
    /// From when end users see it.
    pub visible_from: Option<Timestamp>,
    /// When something is due.
    pub due_at: Option<Timestamp>,
    /// From when end users no longer see it.
    pub expires_at: Option<Timestamp>,
    /// When it was deleted.
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
    /// Whether only admins may change it.
    pub is_frozen: bool,
    /// Whether something in it is yet to be opened.
    pub has_unopened_content: bool,
    /// How many transmissions the service owner sent.
    pub service_owner_transmissions: i32,
    /// How many the party sent.
    pub party_transmissions: i32,
    /// Texts; none only in dialogs for machines.
    pub content: Option<Content>,
    /// Words it is found by, lower case.
    pub search_tags: Vec<String>,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// Buttons.
    pub gui_actions: Vec<GuiAction>,
    /// API actions.
    pub api_actions: Vec<ApiAction>,
    /// What was sent.
    pub transmissions: Vec<Transmission>,
    /// What happened.
    pub activities: Vec<Activity>,
    /// Who saw it; loading cuts this at what an answer needs.
    pub seen: Vec<SeenEntry>,
    /// Revision of the system labels.
    pub end_user_revision: Uuid,
    /// System labels.
    pub labels: LabelMask,
    /// Revision of the service owner's labels.
    pub service_owner_revision: Uuid,
    /// The service owner's labels, lower case, sorted.
    pub service_owner_labels: Vec<String>,
}

impl Dialog {
    /// How the rest of the platform refers to it.
    pub fn instance(&self) -> InstanceRef {
        InstanceRef::preferred(
            self.id,
            self.service_owner_labels.iter().map(String::as_str),
        )
    }

    /// Whether somebody saw its current content and nobody asked to treat it as unread since.
    pub fn is_content_seen(&self) -> bool {
        self.is_seen_since_content_update && !self.labels.has(SystemLabel::MarkedAsUnopened)
    }

    /// Whether it needs the correspondence scope.
    pub fn is_correspondence(&self) -> bool {
        self.service_resource_type == resource::CORRESPONDENCE_TYPE
    }

    /// Whether a transmission was opened, as the service owner told by an activity.
    pub fn is_opened(&self, transmission: &Transmission) -> bool {
        !transmission.kind.is_from_party()
            && self
                .activities
                .iter()
                .any(|activity| activity.transmission_id == Some(transmission.id))
    }
}
