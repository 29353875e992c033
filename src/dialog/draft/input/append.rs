//! Bodies that add one part to a dialog, or put one right.

use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ActorInput, CreateDialogActivity, CreateDialogAttachment, CreateDialogTransmission,
    CreateDialogTransmissionAttachment, CreateDialogTransmissionContent,
    CreateDialogTransmissionNavigationalAction, LocalizationInput,
};
use crate::{
    dialog::{
        activity::DialogActivityType, actor::Actor, draft::text::uri::Uri,
        localization::Localization, reading::Choice, timestamp::Timestamp,
        transmission::DialogTransmissionType,
    },
    json_object,
};

/// An activity to be added.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogActivityRequest {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// When it happened; now when left out.
    pub created_at: Option<Timestamp>,
    /// The service owner's own type.
    #[schema(value_type = Option<String>, format = "uri")]
    pub extended_type: Option<Uri>,
    /// What happened.
    #[schema(value_type = DialogActivityType, rename = "type")]
    pub kind: Option<Choice<DialogActivityType>>,
    /// The transmission that was opened; only with `TransmissionOpened`.
    pub transmission_id: Option<Uuid>,
    /// Who did it.
    #[schema(value_type = Actor)]
    pub performed_by: Option<ActorInput>,
    /// What happened, in words; only with `Information`.
    #[schema(value_type = Vec<Localization>, nullable, required = false)]
    pub description: Vec<LocalizationInput>,
    /// Whether nobody is told; the query parameter of this name wins.
    #[schema(ignore)]
    pub is_silent_update: Option<bool>,
}

json_object!(CreateDialogActivityRequest {
    id,
    created_at,
    extended_type,
    kind as "type": never_null,
    transmission_id,
    performed_by: never_null,
    description,
    is_silent_update,
});

impl From<CreateDialogActivityRequest> for CreateDialogActivity {
    fn from(request: CreateDialogActivityRequest) -> Self {
        Self {
            id: request.id,
            created_at: request.created_at,
            extended_type: request.extended_type,
            kind: request.kind,
            transmission_id: request.transmission_id,
            performed_by: request.performed_by,
            description: request.description,
        }
    }
}

/// A transmission to be added.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateTransmissionRequest {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// Key under which it is created at most once within the dialog, 3 to 36 characters.
    pub idempotent_key: Option<String>,
    /// When it was sent; now when left out.
    #[schema(value_type = Timestamp, required = false)]
    pub created_at: Option<Timestamp>,
    /// What `read` is asked for, where that is not the resource as a whole.
    pub authorization_attribute: Option<String>,
    /// The service owner's own type.
    #[schema(value_type = Option<String>, format = "uri")]
    pub extended_type: Option<Uri>,
    /// The service owner's own reference.
    pub external_reference: Option<String>,
    /// The transmission that this one answers.
    pub related_transmission_id: Option<Uuid>,
    /// What kind of thing was sent.
    #[schema(value_type = DialogTransmissionType, rename = "type")]
    pub kind: Option<Choice<DialogTransmissionType>>,
    /// Who sent it.
    #[schema(value_type = Actor)]
    pub sender: Option<ActorInput>,
    /// The texts.
    pub content: Option<CreateDialogTransmissionContent>,
    /// Links to files.
    #[schema(nullable, required = false)]
    pub attachments: Vec<CreateDialogTransmissionAttachment>,
    /// Links.
    #[schema(nullable, required = false)]
    pub navigational_actions: Vec<CreateDialogTransmissionNavigationalAction>,
    /// Whether nobody is told; the query parameter of this name wins.
    #[schema(ignore)]
    pub is_silent_update: Option<bool>,
}

json_object!(CreateTransmissionRequest {
    id,
    idempotent_key,
    created_at: never_null,
    authorization_attribute,
    extended_type,
    external_reference,
    related_transmission_id,
    kind as "type": never_null,
    sender: never_null,
    content,
    attachments,
    navigational_actions,
    is_silent_update,
});

impl From<CreateTransmissionRequest> for CreateDialogTransmission {
    fn from(request: CreateTransmissionRequest) -> Self {
        Self {
            id: request.id,
            idempotent_key: request.idempotent_key,
            created_at: request.created_at,
            authorization_attribute: request.authorization_attribute,
            extended_type: request.extended_type,
            external_reference: request.external_reference,
            related_transmission_id: request.related_transmission_id,
            kind: request.kind,
            sender: request.sender,
            content: request.content,
            attachments: request.attachments,
            navigational_actions: request.navigational_actions,
        }
    }
}

/// What a transmission shall be instead.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UpdateTransmissionRequest {
    /// Key under which it is created at most once within the dialog, 3 to 36 characters.
    pub idempotent_key: Option<String>,
    /// When it was sent; as it is when left out.
    pub created_at: Option<Timestamp>,
    /// What `read` is asked for, where that is not the resource as a whole.
    pub authorization_attribute: Option<String>,
    /// The service owner's own type.
    #[schema(value_type = Option<String>, format = "uri")]
    pub extended_type: Option<Uri>,
    /// The service owner's own reference.
    pub external_reference: Option<String>,
    /// The transmission that this one answers.
    pub related_transmission_id: Option<Uuid>,
    /// What kind of thing was sent.
    #[schema(value_type = DialogTransmissionType, rename = "type")]
    pub kind: Option<Choice<DialogTransmissionType>>,
    /// Who sent it.
    #[schema(value_type = Actor)]
    pub sender: Option<ActorInput>,
    /// The texts.
    pub content: Option<CreateDialogTransmissionContent>,
    /// Links to files; those that stay are named by their identifiers.
    #[schema(nullable, required = false)]
    pub attachments: Vec<CreateDialogAttachment>,
    /// Links.
    #[schema(nullable, required = false)]
    pub navigational_actions: Vec<CreateDialogTransmissionNavigationalAction>,
    /// Must be true, here or as a query parameter, which wins: putting things right is told to nobody.
    #[schema(required = false)]
    pub is_silent_update: Option<bool>,
}

json_object!(UpdateTransmissionRequest {
    idempotent_key,
    created_at,
    authorization_attribute,
    extended_type,
    external_reference,
    related_transmission_id,
    kind as "type": never_null,
    sender: never_null,
    content,
    attachments,
    navigational_actions,
    is_silent_update,
});
