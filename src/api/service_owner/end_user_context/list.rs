//! A page of labels.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dialog::{label::SystemLabel, search::context::ContextHit};

/// A page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaginatedListOfDialogEndUserContextItem)]
pub struct Page {
    /// One item for each dialog.
    #[schema(nullable)]
    pub items: Vec<DialogEndUserContextItem>,
    /// Whether more follow.
    pub has_next_page: bool,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// The order, which is always the same.
    pub order_by: String,
}

/// The labels of a dialog.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogEndUserContextItem {
    /// The dialog.
    pub dialog_id: Uuid,
    /// Changes when the labels are set.
    pub end_user_context_revision: Uuid,
    /// Labels in the order of their numbers.
    #[schema(nullable)]
    pub system_labels: Vec<SystemLabel>,
}

impl From<ContextHit> for DialogEndUserContextItem {
    fn from(hit: ContextHit) -> Self {
        Self {
            dialog_id: hit.id,
            end_user_context_revision: hit.revision,
            system_labels: hit.labels.labels(),
        }
    }
}
