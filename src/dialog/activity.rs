//! Activities: what happened with a dialog. They are appended, never changed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{actor::Actor, localization::Localization, timestamp::Timestamp};
use crate::named_enum;

named_enum! {
    /// What happened.
    pub enum DialogActivityType {
        /// The dialog was created.
        DialogCreated = 1,
        /// The dialog was closed.
        DialogClosed = 2,
        /// Something told in words.
        Information = 3,
        /// A transmission was opened.
        TransmissionOpened = 4,
        /// Something was paid.
        PaymentMade = 5,
        /// Something was signed.
        SignatureProvided = 6,
        /// The dialog was opened.
        DialogOpened = 7,
        /// The dialog was deleted.
        DialogDeleted = 8,
        /// The dialog was restored.
        DialogRestored = 9,
        /// Sent to signing.
        SentToSigning = 10,
        /// Sent to be filled in.
        SentToFormFill = 11,
        /// Sent to be sent in.
        SentToSendIn = 12,
        /// Sent to payment.
        SentToPayment = 13,
        /// A form was sent in.
        FormSubmitted = 14,
        /// A form was saved.
        FormSaved = 15,
        /// A correspondence was opened.
        CorrespondenceOpened = 16,
        /// A correspondence was confirmed.
        CorrespondenceConfirmed = 17,
    }
}

impl DialogActivityType {
    /// Whether only callers with the correspondence scope may add it.
    pub fn is_correspondence(self) -> bool {
        matches!(
            self,
            Self::CorrespondenceOpened | Self::CorrespondenceConfirmed
        )
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Identifier, unique among all activities.
    pub id: Uuid,
    /// When it happened.
    pub created_at: Timestamp,
    /// What happened.
    pub kind: DialogActivityType,
    /// The transmission that was opened; only with [`DialogActivityType::TransmissionOpened`].
    pub transmission_id: Option<Uuid>,
    /// All else.
    pub body: ActivityBody,
}

/// The part of an activity that nothing is looked up by; stored as one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityBody {
    /// The owner's own type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_type: Option<String>,
    /// Who did it.
    pub performed_by: Actor,
    /// What happened, in words; only with [`DialogActivityType::Information`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<Localization>,
}
