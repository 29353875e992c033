//! A page of dialogs as an end user sees it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::wire::{DialogActivityListItem, DialogEndUserContext, DialogSeenLog, Viewer},
    dialog::{
        content::ContentValue,
        label::SystemLabel,
        preference::Preference,
        search::{Hit, LatestActivity, Texts, kept::Text},
        status::DialogStatus,
        timestamp::Timestamp,
        view::actors::ActorMask,
    },
};

/// Bytes of a dialog in a list with texts in two languages.
pub(super) const TYPICAL_SIZE: usize = 1_800;

/// A page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaginatedListOfDialogListItem)]
pub struct Page<'a> {
    /// The dialogs.
    #[schema(nullable)]
    pub items: Vec<DialogListItem<'a>>,
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
pub struct DialogListItem<'a> {
    /// Identifier.
    pub id: Uuid,
    /// Short name of the service owner.
    pub org: &'a str,
    /// The resource.
    pub service_resource: &'a str,
    /// The resource's type.
    pub service_resource_type: &'a str,
    /// Whose dialog it is.
    pub party: &'a str,
    /// 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>)]
    pub progress: Option<i16>,
    /// The process it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<&'a str>,
    /// The process before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preceding_process: Option<&'a str>,
    /// Attachments with a link for people.
    #[schema(value_type = Option<i32>)]
    pub gui_attachment_count: i32,
    /// The owner's own status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<&'a str>,
    /// The owner's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<&'a str>,
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
    #[schema(value_type = Option<DialogActivityListItem>)]
    pub latest_activity: Option<LatestActivity<'a>>,
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
    pub content: Option<DialogContentSummary<'a>>,
}

/// The texts that lists show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogContentSummary<'a> {
    /// What it is about.
    #[schema(value_type = ContentValue, nullable)]
    pub title: Text<'a>,
    /// A few sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ContentValue>)]
    pub summary: Option<Text<'a>>,
    /// Who sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ContentValue>)]
    pub sender_name: Option<Text<'a>>,
    /// The state in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ContentValue>)]
    pub extended_status: Option<Text<'a>>,
}

impl<'a> DialogContentSummary<'a> {
    /// The texts, if there are any.
    fn of(texts: Texts<'a>) -> Option<Self> {
        Some(Self {
            title: texts.title?,
            summary: texts.summary,
            sender_name: texts.sender_name,
            extended_status: texts.extended_status,
        })
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

impl<'a> DialogListItem<'a> {
    /// The dialog as the viewer sees it: with the texts for a caller whose level is sufficient, or those meant for
    /// everybody else. Fails where what is stored cannot be read.
    pub fn of(hit: &'a Hit, level_suffices: bool, by: &ListViewer<'_>) -> serde_json::Result<Self> {
        let mut texts = hit.texts.read()?.for_level(level_suffices);
        texts.prune(by.languages)?;
        let mut latest_activity = None;
        if let Some(stored) = &hit.latest_activity {
            let mut activity = stored.read()?;
            activity.mask(by.mask)?;
            activity.prune(by.languages)?;
            latest_activity = Some(activity);
        }
        Ok(Self {
            id: hit.id,
            org: &hit.org,
            service_resource: &hit.service_resource,
            service_resource_type: &hit.service_resource_type,
            party: &hit.party,
            progress: hit.progress,
            process: hit.process.as_deref(),
            preceding_process: hit.preceding_process.as_deref(),
            gui_attachment_count: hit.gui_attachments,
            extended_status: hit.extended_status.as_deref(),
            external_reference: hit.external_reference.as_deref(),
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
            latest_activity,
            seen_since_last_update: by.viewer.entries_since(&hit.seen, hit.updated_at),
            seen_since_last_content_update: by
                .viewer
                .entries_since(&hit.seen, hit.content_updated_at),
            is_content_seen: hit.is_content_seen(),
            end_user_context: DialogEndUserContext {
                revision: hit.end_user_revision,
                system_labels: hit.labels,
            },
            content: DialogContentSummary::of(texts),
        })
    }
}
