//! A transmission within a dialog.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dialog::{
    actor::Actor,
    attachment::Attachment,
    content::TransmissionContent,
    timestamp::Timestamp,
    transmission::{DialogTransmissionType, NavigationalAction, Transmission},
};

/// One thing that was sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogTransmission {
    /// Identifier.
    pub id: Uuid,
    /// The service owner's key; only for service owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_key: Option<String>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// What `read` is asked for, where that is not the resource as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_attribute: Option<String>,
    /// Whether the end user may follow its links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_authorized: Option<bool>,
    /// The owner's own type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub extended_type: Option<String>,
    /// The owner's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
    /// The transmission that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_transmission_id: Option<Uuid>,
    /// What kind of thing.
    pub r#type: DialogTransmissionType,
    /// Who sent it.
    pub sender: Actor,
    /// Whether somebody opened it.
    pub is_opened: bool,
    /// Its texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<TransmissionContent>,
    /// Its attachments.
    #[schema(nullable)]
    pub attachments: Vec<Attachment>,
    /// Its links.
    #[schema(nullable)]
    pub navigational_actions: Vec<NavigationalAction>,
}

impl DialogTransmission {
    /// The transmission as it is shown within its dialog.
    pub fn of(transmission: Transmission, is_opened: bool) -> Self {
        Self {
            id: transmission.id,
            idempotent_key: transmission.idempotent_key,
            created_at: transmission.created_at,
            authorization_attribute: transmission.body.authorization_attribute,
            is_authorized: transmission.is_authorized,
            extended_type: transmission.body.extended_type,
            external_reference: transmission.body.external_reference,
            related_transmission_id: transmission.related_id,
            r#type: transmission.kind,
            sender: transmission.body.sender,
            is_opened,
            content: transmission.body.content,
            attachments: transmission.body.attachments,
            navigational_actions: transmission.body.navigational_actions,
        }
    }
}

/// One thing that was sent, shown without the rest of its dialog.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoneTransmission {
    /// Identifier.
    pub id: Uuid,
    /// The service owner's key; only for service owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_key: Option<String>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// What `read` is asked for, where that is not the resource as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_attribute: Option<String>,
    /// Whether the end user may follow its links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_authorized: Option<bool>,
    /// The owner's own type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub extended_type: Option<String>,
    /// The owner's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
    /// The transmission that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_transmission_id: Option<Uuid>,
    /// What kind of thing.
    pub r#type: DialogTransmissionType,
    /// Who sent it.
    pub sender: Actor,
    /// Its texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<TransmissionContent>,
    /// Its attachments.
    #[schema(nullable)]
    pub attachments: Vec<Attachment>,
    /// Its links.
    #[schema(nullable)]
    pub navigational_actions: Vec<NavigationalAction>,
}

impl From<Transmission> for LoneTransmission {
    fn from(transmission: Transmission) -> Self {
        Self {
            id: transmission.id,
            idempotent_key: transmission.idempotent_key,
            created_at: transmission.created_at,
            authorization_attribute: transmission.body.authorization_attribute,
            is_authorized: transmission.is_authorized,
            extended_type: transmission.body.extended_type,
            external_reference: transmission.body.external_reference,
            related_transmission_id: transmission.related_id,
            r#type: transmission.kind,
            sender: transmission.body.sender,
            content: transmission.body.content,
            attachments: transmission.body.attachments,
            navigational_actions: transmission.body.navigational_actions,
        }
    }
}
