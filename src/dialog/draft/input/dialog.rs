//! The body that creates a dialog.

use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    CreateDialogActivity, CreateDialogApiAction, CreateDialogAttachment, CreateDialogContent,
    CreateDialogGuiAction, CreateDialogTransmission,
};
use crate::{
    dialog::{
        label::SystemLabel, reading::Choice, status::DialogStatusInput, timestamp::Timestamp,
    },
    json_object,
};

/// A dialog to be created.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialog {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// Key under which the dialog is created at most once for its service owner, 3 to 36 characters.
    pub idempotent_key: Option<String>,
    /// The resource that decides about access, for example `urn:altinn:resource:some-service`.
    #[schema(value_type = String)]
    pub service_resource: Option<String>,
    /// Whose dialog it is: a person, an organization, or somebody with an e-mail address or user name.
    #[schema(value_type = String)]
    pub party: Option<String>,
    /// How far things have come, 0 to 100.
    pub progress: Option<i32>,
    /// The service owner's own status.
    pub extended_status: Option<String>,
    /// The service owner's own reference.
    pub external_reference: Option<String>,
    /// From when end users see the dialog. Cannot be changed later.
    pub visible_from: Option<Timestamp>,
    /// When something is due.
    pub due_at: Option<Timestamp>,
    /// From when end users no longer see the dialog.
    pub expires_at: Option<Timestamp>,
    /// The process that the dialog belongs to, a URI.
    pub process: Option<String>,
    /// The process before, a URI; needs `process`.
    pub preceding_process: Option<String>,
    /// Whether the dialog is for systems only and may do without texts.
    #[schema(required = false)]
    pub is_api_only: bool,
    /// When the dialog was created, for dialogs that come from elsewhere.
    pub created_at: Option<Timestamp>,
    /// When the dialog was last changed, for dialogs that come from elsewhere; needs `createdAt`.
    pub updated_at: Option<Timestamp>,
    /// The state; `NotApplicable` when left out.
    #[schema(value_type = Option<DialogStatusInput>)]
    pub status: Option<Choice<DialogStatusInput>>,
    /// Where the dialog lies at first: `Default`, `Bin` or `Archive`.
    #[schema(value_type = Option<SystemLabel>)]
    pub system_label: Option<Choice<SystemLabel>>,
    /// What only service owners see.
    pub service_owner_context: Option<CreateDialogServiceOwnerContext>,
    /// The texts; may be left out when `isApiOnly` is set.
    pub content: Option<CreateDialogContent>,
    /// Words by which the dialog is found and that nobody sees.
    #[schema(nullable, required = false)]
    pub search_tags: Vec<CreateDialogTag>,
    /// Links to files.
    #[schema(nullable, required = false)]
    pub attachments: Vec<CreateDialogAttachment>,
    /// What was sent within the dialog.
    #[schema(nullable, required = false)]
    pub transmissions: Vec<CreateDialogTransmission>,
    /// Buttons; at most one primary, one secondary and five tertiary ones.
    #[schema(nullable, required = false)]
    pub gui_actions: Vec<CreateDialogGuiAction>,
    /// What systems can call.
    #[schema(nullable, required = false)]
    pub api_actions: Vec<CreateDialogApiAction>,
    /// What happened with the dialog.
    #[schema(nullable, required = false)]
    pub activities: Vec<CreateDialogActivity>,
}

json_object!(CreateDialog {
    id,
    idempotent_key,
    service_resource: never_null,
    party: never_null,
    progress,
    extended_status,
    external_reference,
    visible_from,
    due_at,
    expires_at,
    process,
    preceding_process,
    is_api_only,
    created_at,
    updated_at,
    status,
    system_label,
    service_owner_context,
    content,
    search_tags,
    attachments,
    transmissions,
    gui_actions,
    api_actions,
    activities,
});

/// What only service owners see.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogServiceOwnerContext {
    /// At most 20 labels.
    #[schema(nullable, required = false)]
    pub service_owner_labels: Vec<CreateDialogServiceOwnerLabel>,
}

json_object!(CreateDialogServiceOwnerContext {
    service_owner_labels
});

/// A label of the service owner.
#[derive(Clone, Default, ToSchema)]
pub struct CreateDialogServiceOwnerLabel {
    /// 3 to 255 characters; blanks around and letter case do not count.
    #[schema(value_type = String)]
    pub value: Option<String>,
}

json_object!(CreateDialogServiceOwnerLabel { value: never_null });

/// A word by which a dialog is found.
#[derive(Clone, Default, ToSchema)]
pub struct CreateDialogTag {
    /// 3 to 63 characters; blanks around and letter case do not count.
    #[schema(value_type = String)]
    pub value: Option<String>,
}

json_object!(CreateDialogTag { value: never_null });
