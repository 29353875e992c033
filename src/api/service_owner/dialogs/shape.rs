//! A dialog as its service owner sees it: everything, in all languages, nothing hidden.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::wire::{
        DialogActivity, DialogEndUserContext, DialogSeenLog, DialogServiceOwnerContext,
        DialogServiceOwnerLabel, DialogTag, DialogTransmission, Viewer,
    },
    dialog::{
        self,
        action::{ApiAction, GuiAction},
        attachment::Attachment,
        content::Content,
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
    /// The key it was created with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_key: Option<String>,
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
    /// When it was deleted; the only sign of deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// From when end users see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_from: Option<Timestamp>,
    /// When something is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// From when end users no longer see it.
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
    /// Where it lies for its party.
    pub system_label: SystemLabel,
    /// Whether it is for machines only.
    pub is_api_only: bool,
    /// Whether something in it is yet to be opened.
    pub has_unopened_content: bool,
    /// Its texts; absent only in dialogs for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// How many transmissions the service owner sent.
    pub from_service_owner_transmissions_count: i32,
    /// How many the party sent.
    pub from_party_transmissions_count: i32,
    /// Words it is found by.
    #[schema(nullable)]
    pub search_tags: Vec<DialogTag>,
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
    /// The service owner's labels.
    pub service_owner_context: DialogServiceOwnerContext<'static>,
    /// The party's labels.
    pub end_user_context: DialogEndUserContext,
}

impl Dialog {
    /// The dialog through the eyes of `viewer`.
    pub fn of(dialog: dialog::Dialog, viewer: Viewer<'_>) -> Self {
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
            idempotent_key: dialog.idempotent_key,
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
            deleted_at: dialog.deleted_at,
            visible_from: dialog.visible_from,
            due_at: dialog.due_at,
            expires_at: dialog.expires_at,
            created_at: dialog.created_at,
            updated_at: dialog.updated_at,
            content_updated_at: dialog.content_updated_at,
            status: dialog.status,
            system_label: dialog.labels.place(),
            is_api_only: dialog.is_api_only,
            has_unopened_content: dialog.has_unopened_content,
            content: dialog.content,
            from_service_owner_transmissions_count: dialog.service_owner_transmissions,
            from_party_transmissions_count: dialog.party_transmissions,
            search_tags: dialog
                .search_tags
                .into_iter()
                .map(|value| DialogTag { value })
                .collect(),
            attachments: dialog.attachments,
            transmissions: dialog
                .transmissions
                .into_iter()
                .zip(opened)
                .map(|(t, opened)| DialogTransmission::of(t, opened))
                .collect(),
            gui_actions: dialog.gui_actions,
            api_actions: dialog.api_actions,
            activities: dialog.activities.into_iter().map(Into::into).collect(),
            service_owner_context: DialogServiceOwnerContext {
                revision: dialog.service_owner_revision,
                service_owner_labels: dialog
                    .service_owner_labels
                    .into_iter()
                    .map(|value| DialogServiceOwnerLabel {
                        value: value.into(),
                    })
                    .collect(),
            },
            end_user_context: DialogEndUserContext {
                revision: dialog.end_user_revision,
                system_labels: dialog.labels,
            },
        }
    }
}
