//! A dialog as an end user sees it. Links, languages and actors have been dealt with before.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::wire::{DialogActivity, DialogEndUserContext, DialogSeenLog, DialogTransmission, Viewer},
    dialog::{
        self,
        action::{ApiAction, GuiAction},
        attachment::Attachment,
        content::{self, ContentValue},
        label::SystemLabel,
        status::DialogStatus,
        timestamp::Timestamp,
    },
};

/// A dialog.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dialog {
    /// Identifier.
    pub id: Uuid,
    /// Changes with every change; the ETag.
    pub revision: Uuid,
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
    /// The owner's own status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<String>,
    /// The owner's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
    /// When something is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// From when it is no longer shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When its content last changed.
    pub content_updated_at: Timestamp,
    /// Its state.
    pub status: DialogStatus,
    /// Where it lies.
    pub system_label: SystemLabel,
    /// Whether it is for machines only.
    pub is_api_only: bool,
    /// Whether something in it is yet to be opened.
    pub has_unopened_content: bool,
    /// Its texts; absent only in dialogs for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Content)]
    pub content: Option<Content>,
    /// Proves to other systems what the caller may do, for ten minutes.
    #[schema(nullable)]
    pub dialog_token: String,
    /// How many transmissions the service owner sent.
    pub from_service_owner_transmissions_count: i32,
    /// How many the party sent.
    pub from_party_transmissions_count: i32,
    /// Attachments.
    #[schema(nullable)]
    pub attachments: Vec<Attachment>,
    /// What was sent.
    #[schema(nullable)]
    pub transmissions: Vec<DialogTransmission>,
    /// Buttons.
    #[schema(nullable)]
    pub gui_actions: Vec<GuiAction>,
    /// What systems can call.
    #[schema(nullable)]
    pub api_actions: Vec<ApiAction>,
    /// What happened.
    #[schema(nullable)]
    pub activities: Vec<DialogActivity>,
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
}

/// The texts that end users see; the variants for low authentication levels are for lists only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// What it is about.
    pub title: ContentValue,
    /// A few sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ContentValue>,
    /// Who sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<ContentValue>,
    /// More text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_info: Option<ContentValue>,
    /// The state in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<ContentValue>,
    /// A link to the content itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_content_reference: Option<ContentValue>,
}

impl From<content::Content> for Content {
    fn from(content: content::Content) -> Self {
        Self {
            title: content.title,
            summary: content.summary,
            sender_name: content.sender_name,
            additional_info: content.additional_info,
            extended_status: content.extended_status,
            main_content_reference: content.main_content_reference,
        }
    }
}

impl Dialog {
    /// The dialog through the eyes of `viewer`.
    pub fn of(dialog: dialog::Dialog, viewer: Viewer<'_>, dialog_token: String) -> Self {
        let opened: Vec<bool> = dialog
            .transmissions
            .iter()
            .map(|t| dialog.is_opened(t))
            .collect();
        Self {
            seen_since_last_update: viewer.entries_since(&dialog.seen, dialog.updated_at),
            seen_since_last_content_update: viewer
                .entries_since(&dialog.seen, dialog.content_updated_at),
            is_content_seen: dialog.is_content_seen(),
            id: dialog.id,
            revision: dialog.revision,
            org: dialog.org,
            service_resource: dialog.service_resource,
            service_resource_type: dialog.service_resource_type,
            party: dialog.party,
            progress: dialog.progress,
            process: dialog.process,
            preceding_process: dialog.preceding_process,
            extended_status: dialog.extended_status,
            external_reference: dialog.external_reference,
            due_at: dialog.due_at,
            expires_at: dialog.expires_at,
            created_at: dialog.created_at,
            updated_at: dialog.updated_at,
            content_updated_at: dialog.content_updated_at,
            status: dialog.status,
            system_label: dialog.labels.place(),
            is_api_only: dialog.is_api_only,
            has_unopened_content: dialog.has_unopened_content,
            content: dialog.content.map(Into::into),
            dialog_token,
            from_service_owner_transmissions_count: dialog.service_owner_transmissions,
            from_party_transmissions_count: dialog.party_transmissions,
            attachments: dialog.attachments,
            transmissions: dialog
                .transmissions
                .into_iter()
                .zip(opened)
                .map(|(mut t, opened)| {
                    t.idempotent_key = None;
                    DialogTransmission::of(t, opened)
                })
                .collect(),
            gui_actions: dialog.gui_actions,
            api_actions: dialog.api_actions,
            activities: dialog.activities.into_iter().map(Into::into).collect(),
            end_user_context: DialogEndUserContext {
                revision: dialog.end_user_revision,
                system_labels: dialog.labels,
            },
        }
    }
}
