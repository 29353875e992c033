//! The body that changes a dialog.

use utoipa::ToSchema;

use super::{
    CreateDialogActivity, CreateDialogApiAction, CreateDialogAttachment, CreateDialogContent,
    CreateDialogGuiAction, CreateDialogTag, CreateDialogTransmission,
};
use crate::{
    dialog::{reading::Choice, status::DialogStatusInput, timestamp::Timestamp},
    json_object,
};

/// What a dialog shall be from now on: all that is left out is taken away, but transmissions and activities, which are
/// only ever added.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UpdateDialog {
    /// How far things have come, 0 to 100.
    pub progress: Option<i32>,
    /// The service owner's own status.
    pub extended_status: Option<String>,
    /// The service owner's own reference.
    pub external_reference: Option<String>,
    /// When something is due.
    pub due_at: Option<Timestamp>,
    /// The process that the dialog belongs to, a URI.
    pub process: Option<String>,
    /// The process before, a URI; needs `process`.
    pub preceding_process: Option<String>,
    /// From when end users no longer see the dialog.
    pub expires_at: Option<Timestamp>,
    /// Whether the dialog is for systems only and may do without texts.
    #[schema(required = false)]
    pub is_api_only: bool,
    /// The state.
    #[schema(value_type = DialogStatusInput)]
    pub status: Option<Choice<DialogStatusInput>>,
    /// The texts; may be left out when `isApiOnly` is set.
    pub content: Option<CreateDialogContent>,
    /// Words by which the dialog is found and that nobody sees.
    #[schema(nullable, required = false)]
    pub search_tags: Vec<CreateDialogTag>,
    /// Links to files. Those with the identifier of a stored one change it.
    #[schema(nullable, required = false)]
    pub attachments: Vec<CreateDialogAttachment>,
    /// What was sent, in addition to what the dialog has.
    #[schema(nullable, required = false)]
    pub transmissions: Vec<CreateDialogTransmission>,
    /// Buttons; at most one primary, one secondary and five tertiary ones.
    #[schema(nullable, required = false)]
    pub gui_actions: Vec<CreateDialogGuiAction>,
    /// What systems can call.
    #[schema(nullable, required = false)]
    pub api_actions: Vec<CreateDialogApiAction>,
    /// What happened, in addition to what the dialog has.
    #[schema(nullable, required = false)]
    pub activities: Vec<CreateDialogActivity>,
}

json_object!(UpdateDialog {
    progress,
    extended_status,
    external_reference,
    due_at,
    process,
    preceding_process,
    expires_at,
    is_api_only,
    status: never_null,
    content,
    search_tags,
    attachments,
    transmissions,
    gui_actions,
    api_actions,
    activities,
});
