//! What each side keeps about a dialog beside it.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dialog::label::{LabelMask, SystemLabel};

/// Where the dialog lies for its party.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogEndUserContext {
    /// Changes when the labels are set.
    pub revision: Uuid,
    /// Labels in the order of their numbers.
    #[schema(value_type = Vec<SystemLabel>, nullable)]
    pub system_labels: LabelMask,
}

/// What the service owner keeps for itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogServiceOwnerContext<'a> {
    /// Changes when the labels change.
    pub revision: Uuid,
    /// Labels sorted by value.
    #[schema(nullable)]
    pub service_owner_labels: Vec<DialogServiceOwnerLabel<'a>>,
}

/// A label of the service owner.
#[derive(Debug, Serialize, ToSchema)]
pub struct DialogServiceOwnerLabel<'a> {
    /// Lower case.
    pub value: Cow<'a, str>,
}

/// A word that a dialog is found by.
#[derive(Debug, Serialize, ToSchema)]
pub struct DialogTag {
    /// Lower case.
    pub value: String,
}
