//! What an end user asks for. [`Request::validate`] checks the rules that it must keep.

use chrono::{DateTime, Utc};

use super::{
    Cursor, Order, TextQuery,
    filter::{Filter, Span},
};
use crate::dialog::{label::SystemLabel, party::PartyUrn, reading::Choice, status::DialogStatus};

pub use super::rules::parties;

/// How many values some filters may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostValues {
    /// Of `party`.
    pub parties: usize,
    /// Of `serviceResource`.
    pub resources: usize,
    /// Of `org`.
    pub orgs: usize,
    /// Of `extendedStatus`.
    pub extended_statuses: usize,
}

/// The parameters of a search as they were read, before any rule.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `org`
    pub orgs: Vec<String>,
    /// `serviceResource`
    pub resources: Vec<String>,
    /// `party`
    pub parties: Vec<String>,
    /// `extendedStatus`
    pub extended_statuses: Vec<String>,
    /// `externalReference`
    pub external_reference: Option<String>,
    /// `status`
    pub statuses: Vec<Choice<DialogStatus>>,
    /// `createdAfter`, `createdBefore`; like all spans here finer than what is stored.
    pub created: Span<DateTime<Utc>>,
    /// `updatedAfter`, `updatedBefore`
    pub updated: Span<DateTime<Utc>>,
    /// `contentUpdatedAfter`, `contentUpdatedBefore`
    pub content_updated: Span<DateTime<Utc>>,
    /// `dueAfter`, `dueBefore`
    pub due: Span<DateTime<Utc>>,
    /// `isContentSeen`
    pub is_content_seen: Option<bool>,
    /// `process`
    pub process: Option<String>,
    /// `systemLabel`
    pub labels: Vec<Choice<SystemLabel>>,
    /// `excludeApiOnly`
    pub exclude_api_only: Option<bool>,
    /// `search`
    pub text: Option<String>,
    /// `searchLanguageCode`
    pub text_language: Option<String>,
    /// `orderBy`
    pub order: Option<Order>,
    /// `continuationToken`
    pub cursor: Option<Cursor>,
    /// `limit`
    pub limit: Option<i32>,
}

/// A search that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Whose dialogs; empty for all parties that the caller represents.
    pub parties: Vec<PartyUrn>,
    /// Which resources, lower case; empty for all.
    pub resources: Vec<String>,
    /// What must hold of each dialog.
    pub filter: Filter,
    /// Free text.
    pub text: Option<TextQuery>,
    /// In which order.
    pub order: Order,
    /// Behind which dialog the page begins.
    pub cursor: Option<Cursor>,
    /// Most dialogs on the page, 1 to 1000.
    pub limit: u16,
}
