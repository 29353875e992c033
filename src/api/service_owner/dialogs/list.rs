//! A page of dialogs as their service owner sees it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::wire::{
        DialogActivityListItem, DialogEndUserContext, DialogSeenLog, DialogServiceOwnerContext,
        DialogServiceOwnerLabel, Viewer,
    },
    dialog::{
        content::{Content, ContentValue},
        label::SystemLabel,
        search::Hit,
        status::DialogStatus,
        timestamp::Timestamp,
    },
};

/// Bytes of a dialog in a list with texts in two languages.
pub(super) const TYPICAL_SIZE: usize = 1_800;

/// A page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaginatedListOfDialogListItem)]
pub struct Page {
    /// The dialogs.
    #[schema(nullable)]
    pub items: Vec<DialogListItem>,
    /// Whether more follow.
    pub has_next_page: bool,
    /// Where the next page begins; send it with the same order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The order in force.
    pub order_by: String,
}

/// A dialog in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogListItem {
    /// Identifier.
    pub id: Uuid,
    /// Short name of the service owner.
    pub org: String,
    /// Changes with every change.
    pub revision: Uuid,
    /// The resource.
    pub service_resource: String,
    /// The resource's type.
    pub service_resource_type: String,
    /// Whose dialog it is.
    pub party: String,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>)]
    pub progress: Option<i16>,
    /// The process it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The process before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preceding_process: Option<String>,
    /// Attachments with a link for people.
    #[schema(value_type = Option<i32>)]
    pub gui_attachment_count: i32,
    /// The owner's own status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<String>,
    /// The owner's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When its content last changed.
    pub content_updated_at: Timestamp,
    /// When something is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it was deleted; the only sign of deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// From when end users see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_from: Option<Timestamp>,
    /// Its state.
    pub status: DialogStatus,
    /// Where it lies for its party.
    pub system_label: SystemLabel,
    /// Whether it is for machines only.
    pub is_api_only: bool,
    /// How many transmissions the service owner sent.
    pub from_service_owner_transmissions_count: i32,
    /// How many the party sent.
    pub from_party_transmissions_count: i32,
    /// Whether something in it is yet to be opened.
    pub has_unopened_content: bool,
    /// The newest activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_activity: Option<DialogActivityListItem>,
    /// Who saw it since it last changed.
    #[schema(nullable)]
    pub seen_since_last_update: Vec<DialogSeenLog>,
    /// Who saw it since its content last changed.
    #[schema(nullable)]
    pub seen_since_last_content_update: Vec<DialogSeenLog>,
    /// Whether somebody saw its current content.
    pub is_content_seen: bool,
    /// The service owner's labels.
    pub service_owner_context: DialogServiceOwnerContext,
    /// The party's labels.
    pub end_user_context: DialogEndUserContext,
    /// Its texts; absent only in dialogs for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<DialogContentSummary>,
}

/// The texts that lists show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogContentSummary {
    /// What it is about. For a person: only as far as everybody may know.
    #[schema(nullable)]
    pub title: ContentValue,
    /// A few sentences. For a person: only as far as everybody may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ContentValue>,
    /// What everybody may know of the title; absent in lists for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_sensitive_title: Option<ContentValue>,
    /// What everybody may know of the summary; absent in lists for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_sensitive_summary: Option<ContentValue>,
    /// Who sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<ContentValue>,
    /// The state in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<ContentValue>,
}

impl From<Content> for DialogContentSummary {
    fn from(content: Content) -> Self {
        Self {
            title: content.title,
            summary: content.summary,
            non_sensitive_title: content.non_sensitive_title,
            non_sensitive_summary: content.non_sensitive_summary,
            sender_name: content.sender_name,
            extended_status: content.extended_status,
        }
    }
}

impl DialogListItem {
    /// The dialog through the eyes of `viewer`.
    pub fn of(hit: Hit, viewer: Viewer<'_>) -> Self {
        Self {
            seen_since_last_update: viewer.entries_since(&hit.seen, hit.updated_at),
            seen_since_last_content_update: viewer.entries_since(&hit.seen, hit.content_updated_at),
            is_content_seen: hit.is_content_seen(),
            id: hit.id,
            org: hit.org,
            revision: hit.revision,
            service_resource: hit.service_resource,
            service_resource_type: hit.service_resource_type,
            party: hit.party,
            progress: hit.progress,
            process: hit.process,
            preceding_process: hit.preceding_process,
            gui_attachment_count: hit.gui_attachments,
            extended_status: hit.extended_status,
            external_reference: hit.external_reference,
            created_at: hit.created_at,
            updated_at: hit.updated_at,
            content_updated_at: hit.content_updated_at,
            due_at: hit.due_at,
            deleted_at: hit.deleted_at,
            visible_from: hit.visible_from,
            status: hit.status,
            system_label: hit.labels.place(),
            is_api_only: hit.is_api_only,
            from_service_owner_transmissions_count: hit.service_owner_transmissions,
            from_party_transmissions_count: hit.party_transmissions,
            has_unopened_content: hit.has_unopened_content,
            latest_activity: hit.latest_activity.map(Into::into),
            service_owner_context: DialogServiceOwnerContext {
                revision: hit.service_owner_revision,
                service_owner_labels: hit
                    .service_owner_labels
                    .into_iter()
                    .map(|value| DialogServiceOwnerLabel { value })
                    .collect(),
            },
            end_user_context: DialogEndUserContext {
                revision: hit.end_user_revision,
                system_labels: hit.labels.labels(),
            },
            content: hit.content.map(Into::into),
        }
    }
}
