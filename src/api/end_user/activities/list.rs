//! GET enduser/dialogs/{dialogId}/activities.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{parts::Reader, wire},
    app::App,
    dialog::{
        Violations,
        activity::{Activity, DialogActivityType},
        localization::Localization,
        timestamp::Timestamp,
    },
    http::{
        extract::{EndUser, PathIds, accept_language},
        openapi::headers::AcceptLanguage,
        problem::Problem,
    },
    store::parts::Which,
};

/// An activity without the one who did it.
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
    /// In words.
    #[schema(nullable)]
    pub description: Vec<Localization>,
}

impl From<Activity> for DialogActivity {
    fn from(activity: Activity) -> Self {
        Self {
            id: activity.id,
            created_at: activity.created_at,
            extended_type: activity.body.extended_type,
            r#type: activity.kind,
            transmission_id: activity.transmission_id,
            description: activity.body.description,
        }
    }
}

/// Lists what happened, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/activities",
    operation_id = "SearchDialogActivities",
    params(AcceptLanguage),
    responses((status = 200, body = [wire::DialogActivity]), (status = 404)),
)]
pub async fn list(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;

    let reader = Reader::new(&app, &caller, app.now())?;
    let found = app.store().activities(dialog, Which::All).await?;
    let (mut parts, _) = reader.decide(dialog, found, |_| None).await?;
    reader.check(&parts).await?;
    for activity in &mut parts.items {
        languages.prune(&mut activity.body.description);
    }
    let body: Vec<DialogActivity> = parts.items.into_iter().map(Into::into).collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
