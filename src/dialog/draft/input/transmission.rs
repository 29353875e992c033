//! Transmissions in request bodies.

use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ActorInput, CreateDialogTransmissionAttachment, CreateDialogTransmissionContent,
    LocalizationInput,
};
use crate::{
    dialog::{
        actor::Actor, draft::text::uri::Uri, localization::Localization, reading::Choice,
        timestamp::Timestamp, transmission::DialogTransmissionType,
    },
    json_object,
};

/// One thing sent.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogTransmission {
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
    /// The texts; may be left out when the dialog is for systems only.
    pub content: Option<CreateDialogTransmissionContent>,
    /// Links to files.
    #[schema(nullable, required = false)]
    pub attachments: Vec<CreateDialogTransmissionAttachment>,
    /// Links.
    #[schema(nullable, required = false)]
    pub navigational_actions: Vec<CreateDialogTransmissionNavigationalAction>,
}

json_object!(CreateDialogTransmission {
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
});

/// A link that belongs to a transmission.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogTransmissionNavigationalAction {
    /// The text on it.
    #[schema(value_type = Vec<Localization>, nullable)]
    pub title: Vec<LocalizationInput>,
    /// Where it leads, an absolute `https` address.
    #[schema(value_type = String, format = "uri")]
    pub url: Option<Uri>,
    /// From when it is hidden from end users.
    pub expires_at: Option<Timestamp>,
}

json_object!(CreateDialogTransmissionNavigationalAction {
    title,
    url: never_null,
    expires_at,
});
