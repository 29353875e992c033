//! Transmissions: what was sent within a dialog, by either side. They are appended, never reordered.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    actor::Actor, attachment::Attachment, content::TransmissionContent, localization::Localization,
    timestamp::Timestamp,
};
use crate::named_enum;

named_enum! {
    /// What kind of thing was sent.
    pub enum DialogTransmissionType {
        /// For information.
        Information = 1,
        /// Something was accepted.
        Acceptance = 2,
        /// Something was rejected.
        Rejection = 3,
        /// A question.
        Request = 4,
        /// A warning.
        Alert = 5,
        /// A decision.
        Decision = 6,
        /// Sent in by the party.
        Submission = 7,
        /// Corrected by the party.
        Correction = 8,
    }
}

impl DialogTransmissionType {
    /// Whether the type says that the party sent it, whoever the sender is.
    pub fn is_from_party(self) -> bool {
        matches!(self, Self::Submission | Self::Correction)
    }
}

/// One thing sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmission {
    /// Identifier, unique among all transmissions.
    pub id: Uuid,
    /// Key of the service owner, unique within the dialog.
    pub idempotent_key: Option<String>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// What kind of thing.
    pub kind: DialogTransmissionType,
    /// The transmission that this one answers.
    pub related_id: Option<Uuid>,
    /// Whether the caller may follow its links; only in answers for an end user.
    pub is_authorized: Option<bool>,
    /// All else.
    pub body: TransmissionBody,
}

/// The part of a transmission that nothing is looked up by; stored as one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransmissionBody {
    /// What `read` is asked for, where that is not the resource as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_attribute: Option<String>,
    /// The owner's own type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_type: Option<String>,
    /// The owner's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
    /// Who sent it.
    pub sender: Actor,
    /// Its texts; may be missing in dialogs for machines only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<TransmissionContent>,
    /// Its attachments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Its links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub navigational_actions: Vec<NavigationalAction>,
}

/// A link that belongs to a transmission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogTransmissionNavigationalAction)]
pub struct NavigationalAction {
    /// The text on it.
    #[schema(nullable)]
    pub title: Vec<Localization>,
    /// Where it leads.
    #[schema(format = "uri")]
    pub url: String,
    /// From when it is hidden from end users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}
