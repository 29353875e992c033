//! The texts of a dialog.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::localization::Localization;
use crate::named_enum;

named_enum! {
    /// How a text is to be read. Names compare exactly.
    pub enum MediaType {
        /// Plain text.
        Plain = 1 as "text/plain",
        /// Markdown (CommonMark).
        Markdown = 2 as "text/markdown",
        /// A small set of HTML elements.
        Html = 3 as "text/html",
        /// A link to markdown that a portal fetches and embeds.
        EmbedMarkdown = 4 as "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown",
        /// A link to HTML that a portal fetches and embeds.
        EmbedHtml = 5 as "application/vnd.dialogporten.frontchannelembed-url;type=text/html",
    }
}

/// One text in its languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContentValue {
    /// One entry per language, sorted by code.
    #[schema(nullable)]
    pub value: Vec<Localization>,
    /// How the text is to be read; `text/plain` in requests that do not say.
    #[schema(value_type = String, required = false)]
    pub media_type: MediaType,
    /// Whether the caller may open the reference; only on references, only in answers to end users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_authorized: Option<bool>,
}

/// The texts of a dialog. A dialog for machines only (`isApiOnly`) may have none at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// What the dialog is about.
    pub title: ContentValue,
    /// A title for callers whose authentication level is too low for [`Self::title`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_sensitive_title: Option<ContentValue>,
    /// A few sentences for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<ContentValue>,
    /// A summary for callers whose authentication level is too low for [`Self::summary`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_sensitive_summary: Option<ContentValue>,
    /// Who sends it, where that is not the service owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<ContentValue>,
    /// More text for the details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_info: Option<ContentValue>,
    /// The state in words, at most 25 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_status: Option<ContentValue>,
    /// A link to the content itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_content_reference: Option<ContentValue>,
}

impl Content {
    /// With the title and summary for a caller whose authentication level suffices, or with those meant for everybody
    /// else. Where one of them was not given, the other stands in.
    #[must_use]
    pub fn for_level(self, suffices: bool) -> Self {
        let (open_title, open_summary) = (self.non_sensitive_title, self.non_sensitive_summary);
        let (title, summary) = if suffices {
            (self.title, self.summary.or(open_summary))
        } else {
            (
                open_title.unwrap_or(self.title),
                open_summary.or(self.summary),
            )
        };
        Self {
            title,
            summary,
            non_sensitive_title: None,
            non_sensitive_summary: None,
            ..self
        }
    }
}

/// The texts of a transmission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogTransmissionContent)]
pub struct TransmissionContent {
    /// What the transmission is about.
    pub title: ContentValue,
    /// A few sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<ContentValue>,
    /// A link to the content itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_reference: Option<ContentValue>,
}
