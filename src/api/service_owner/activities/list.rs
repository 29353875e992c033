//! GET serviceowner/dialogs/{dialogId}/activities.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{parts, wire},
    app::App,
    dialog::{
        Violations,
        activity::{Activity, DialogActivityType},
        timestamp::Timestamp,
    },
    http::{
        extract::{PathIds, ServiceOwner},
        problem::Problem,
    },
    store::parts::Which,
};

/// An activity in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogActivity {
    /// Identifier.
    pub id: Uuid,
    /// When it happened.
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
}

impl From<Activity> for DialogActivity {
    fn from(activity: Activity) -> Self {
        Self {
            id: activity.id,
            created_at: activity.created_at,
            extended_type: activity.body.extended_type,
            r#type: activity.kind,
            transmission_id: activity.transmission_id,
        }
    }
}

/// Lists what happened, oldest first, without those who did it.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/activities",
    operation_id = "SearchDialogActivities",
    responses((status = 200, body = [wire::DialogActivity]), (status = 404)),
)]
pub async fn list(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    violations.into_result(())?;

    let found = app.store().activities(dialog, Which::All).await?;
    let activities = parts::of_owner(&app, &caller, dialog, found).await?;
    let body: Vec<DialogActivity> = activities.into_iter().map(Into::into).collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
