//! Attachments: links to files, never the files.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{localization::Localization, timestamp::Timestamp};
use crate::named_enum;

named_enum! {
    /// For whom a link is meant.
    pub enum AttachmentUrlConsumerType {
        /// People in front of a browser.
        Gui = 1,
        /// Systems.
        Api = 2,
    }
}

/// A file under one or more links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogAttachment)]
pub struct Attachment {
    /// Identifier, unique among all attachments.
    pub id: Uuid,
    /// Name for people; absent when none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<Vec<Localization>>,
    /// Name for systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At least one link.
    #[schema(nullable)]
    pub urls: Vec<AttachmentUrl>,
    /// From when the links are hidden from end users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// One link of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogAttachmentUrl)]
pub struct AttachmentUrl {
    /// Identifier, unique among all attachment links.
    pub id: Uuid,
    /// Absolute `https` address.
    #[schema(format = "uri")]
    pub url: String,
    /// Free text, usually a media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// For whom it is meant.
    pub consumer_type: AttachmentUrlConsumerType,
}
