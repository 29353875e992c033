//! A page of dialogs as an end user sees it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::wire::{DialogActivityListItem, DialogEndUserContext, DialogSeenLog, Viewer},
    dialog::{
        content::{Content, ContentValue},
        label::SystemLabel,
        preference::Preference,
        search::Hit,
        status::DialogStatus,
        timestamp::Timestamp,
        view::actors::ActorMask,
    },
};

/// Bytes of a dialog in a list with texts in two languages.
pub(super) const TYPICAL_SIZE: usize = 1_600;

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
    /// Its state.
    pub status: DialogStatus,
    /// Where it lies.
    pub system_label: SystemLabel,
    /// Whether it is for machines only.
    pub is_api_only: bool,
    /// Whether something in it is yet to be opened.
    pub has_unopened_content: bool,
    /// How many transmissions the service owner sent.
    pub from_service_owner_transmissions_count: i32,
    /// How many the party sent.
    pub from_party_transmissions_count: i32,
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
    /// Its labels.
    pub end_user_context: DialogEndUserContext,
    /// Its texts; absent only in dialogs for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<DialogContentSummary>,
}

/// The texts that lists show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogContentSummary {
    /// What it is about.
    #[schema(nullable)]
    pub title: ContentValue,
    /// A few sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ContentValue>,
    /// Who sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<ContentValue>,
    /// The state in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<ContentValue>,
}

impl DialogContentSummary {
    /// The texts for a caller whose level is sufficient, or those meant for everybody else.
    fn of(content: Content, level_suffices: bool, languages: &Preference) -> Self {
        let content = content.for_level(level_suffices);
        let pruned = |mut value: ContentValue| {
            languages.prune(&mut value.value);
            value
        };
        Self {
            title: pruned(content.title),
            summary: content.summary.map(pruned),
            sender_name: content.sender_name.map(pruned),
            extended_status: content.extended_status.map(pruned),
        }
    }
}

/// Through whose eyes a list is shown.
pub struct ListViewer<'a> {
    /// Who looks.
    pub viewer: Viewer<'a>,
    /// Hides identity numbers.
    pub mask: &'a ActorMask,
    /// The languages wanted.
    pub languages: &'a Preference,
}

impl DialogListItem {
    /// The dialog as the viewer sees it.
    pub fn of(hit: Hit, level_suffices: bool, by: &ListViewer<'_>) -> Self {
        Self {
            seen_since_last_update: by.viewer.entries_since(&hit.seen, hit.updated_at),
            seen_since_last_content_update: by
                .viewer
                .entries_since(&hit.seen, hit.content_updated_at),
            is_content_seen: hit.is_content_seen(),
            id: hit.id,
            org: hit.org,
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
            status: hit.status,
            system_label: hit.labels.place(),
            is_api_only: hit.is_api_only,
            has_unopened_content: hit.has_unopened_content,
            from_service_owner_transmissions_count: hit.service_owner_transmissions,
            from_party_transmissions_count: hit.party_transmissions,
            latest_activity: hit.latest_activity.map(|mut activity| {
                by.mask.actor(&mut activity.body.performed_by);
                by.languages.prune(&mut activity.body.description);
                activity.into()
            }),
            end_user_context: DialogEndUserContext {
                revision: hit.end_user_revision,
                system_labels: hit.labels.labels(),
            },
            content: hit
                .content
                .map(|content| DialogContentSummary::of(content, level_suffices, by.languages)),
        }
    }
}
