//! Attachments in request bodies.

use utoipa::ToSchema;
use uuid::Uuid;

use super::LocalizationInput;
use crate::{
    dialog::{
        attachment::AttachmentUrlConsumerType, draft::text::uri::Uri, localization::Localization,
        reading::Choice, timestamp::Timestamp,
    },
    json_object,
};

/// A file under one or more links.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogAttachment {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// Name for people.
    #[schema(value_type = Vec<Localization>, nullable, required = false)]
    pub display_name: Vec<LocalizationInput>,
    /// Name for systems.
    pub name: Option<String>,
    /// At least one link.
    #[schema(nullable)]
    pub urls: Vec<CreateDialogAttachmentUrl>,
    /// From when the links are hidden from end users.
    pub expires_at: Option<Timestamp>,
}

json_object!(CreateDialogAttachment {
    id,
    display_name,
    name,
    urls,
    expires_at,
});

/// One link of an attachment.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogAttachmentUrl {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// Absolute `https` address.
    #[schema(value_type = String, format = "uri")]
    pub url: Option<Uri>,
    /// Free text, usually a media type.
    pub media_type: Option<String>,
    /// For whom the link is meant.
    #[schema(value_type = AttachmentUrlConsumerType)]
    pub consumer_type: Option<Choice<AttachmentUrlConsumerType>>,
}

json_object!(CreateDialogAttachmentUrl {
    id,
    url: never_null,
    media_type,
    consumer_type: never_null,
});

/// A file that belongs to a transmission.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogTransmissionAttachment {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// Name for people.
    #[schema(value_type = Vec<Localization>, nullable, required = false)]
    pub display_name: Vec<LocalizationInput>,
    /// Name for systems.
    pub name: Option<String>,
    /// At least one link.
    #[schema(nullable)]
    pub urls: Vec<CreateDialogTransmissionAttachmentUrl>,
    /// From when the links are hidden from end users.
    pub expires_at: Option<Timestamp>,
}

json_object!(CreateDialogTransmissionAttachment {
    id,
    display_name,
    name,
    urls,
    expires_at,
});

/// One link of an attachment of a transmission; its identifier is always made.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogTransmissionAttachmentUrl {
    /// Absolute `https` address.
    #[schema(value_type = String, format = "uri")]
    pub url: Option<Uri>,
    /// Free text, usually a media type.
    pub media_type: Option<String>,
    /// For whom the link is meant.
    #[schema(value_type = AttachmentUrlConsumerType)]
    pub consumer_type: Option<Choice<AttachmentUrlConsumerType>>,
}

json_object!(CreateDialogTransmissionAttachmentUrl {
    url: never_null,
    media_type,
    consumer_type: never_null,
});

/// The same attachment with links that have no identifier of their own yet.
impl From<CreateDialogTransmissionAttachment> for CreateDialogAttachment {
    fn from(input: CreateDialogTransmissionAttachment) -> Self {
        Self {
            id: input.id,
            display_name: input.display_name,
            name: input.name,
            urls: input.urls.into_iter().map(Into::into).collect(),
            expires_at: input.expires_at,
        }
    }
}

impl From<CreateDialogTransmissionAttachmentUrl> for CreateDialogAttachmentUrl {
    fn from(input: CreateDialogTransmissionAttachmentUrl) -> Self {
        Self {
            id: None,
            url: input.url,
            media_type: input.media_type,
            consumer_type: input.consumer_type,
        }
    }
}
