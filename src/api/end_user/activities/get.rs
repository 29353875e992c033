//! GET enduser/dialogs/{dialogId}/activities/{activityId}.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    api::{
        parts::{self, Reader},
        wire::{self, DialogActivityListItem},
    },
    app::App,
    dialog::Violations,
    http::{
        extract::{EndUser, PathIds, accept_language},
        openapi::headers::AcceptLanguage,
        problem::{Noun, Problem},
    },
    store::parts::Which,
};

/// Shows an activity.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/activities/{activityId}",
    operation_id = "GetDialogActivity",
    params(AcceptLanguage),
    responses((status = 200, body = wire::DialogActivity), (status = 404)),
)]
pub async fn get(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let id = ids.read("activityId", &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let reader = Reader::new(&app, &caller, now)?;
    let found = app.store().activities(dialog, Which::One(id)).await?;
    let (parts, _) = reader.decide(dialog, found, |_| None).await?;
    reader.check(&parts).await?;
    let mut activity = parts::only(parts.items, Noun::Activity, id)?;
    languages.prune(&mut activity.body.description);
    app.actor_mask(now).actor(&mut activity.body.performed_by);
    wire::json(
        StatusCode::OK,
        HeaderMap::new(),
        &DialogActivityListItem::from(activity),
    )
}
