//! An activity within a dialog.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dialog::{
    activity::{Activity, DialogActivityType},
    actor::Actor,
    localization::Localization,
    timestamp::Timestamp,
};

/// What happened, when and by whom.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogActivity {
    /// Identifier.
    pub id: Uuid,
    /// When it happened.
    #[schema(nullable)]
    pub created_at: Timestamp,
    /// The owner's own type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub extended_type: Option<String>,
    /// What happened.
    pub r#type: DialogActivityType,
    /// The transmission that was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transmission_id: Option<Uuid>,
    /// Who did it.
    pub performed_by: Actor,
    /// In words; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Vec<Localization>>,
}

impl From<Activity> for DialogActivity {
    fn from(activity: Activity) -> Self {
        Self {
            id: activity.id,
            created_at: activity.created_at,
            extended_type: activity.body.extended_type,
            r#type: activity.kind,
            transmission_id: activity.transmission_id,
            performed_by: activity.body.performed_by,
            description: Some(activity.body.description).filter(|texts| !texts.is_empty()),
        }
    }
}

/// The newest activity of a dialog in a list; its description is always there, if empty.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogActivityListItem {
    /// Identifier.
    pub id: Uuid,
    /// When it happened.
    #[schema(nullable)]
    pub created_at: Timestamp,
    /// The owner's own type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub extended_type: Option<String>,
    /// What happened.
    pub r#type: DialogActivityType,
    /// The transmission that was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transmission_id: Option<Uuid>,
    /// Who did it.
    pub performed_by: Actor,
    /// In words.
    #[schema(nullable)]
    pub description: Vec<Localization>,
}

impl From<Activity> for DialogActivityListItem {
    fn from(activity: Activity) -> Self {
        Self {
            id: activity.id,
            created_at: activity.created_at,
            extended_type: activity.body.extended_type,
            r#type: activity.kind,
            transmission_id: activity.transmission_id,
            performed_by: activity.body.performed_by,
            description: activity.body.description,
        }
    }
}
