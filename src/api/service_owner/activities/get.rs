//! GET serviceowner/dialogs/{dialogId}/activities/{activityId}.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    api::{
        parts,
        wire::{self, DialogActivity},
    },
    app::App,
    dialog::Violations,
    http::{
        extract::{PathIds, ServiceOwner},
        problem::{Noun, Problem},
    },
    store::parts::Which,
};

/// Shows an activity.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}",
    operation_id = "GetDialogActivity",
    responses((status = 200, body = wire::DialogActivity), (status = 404), (status = 410)),
)]
pub async fn get(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let id = ids.read("activityId", &mut violations);
    violations.into_result(())?;

    let found = app.store().activities(dialog, Which::One(id)).await?;
    let activities = parts::of_owner(&app, &caller, dialog, found).await?;
    let activity = parts::only(activities, Noun::Activity, id)?;
    wire::json(
        StatusCode::OK,
        HeaderMap::new(),
        &DialogActivity::from(activity),
    )
}
