//! POST serviceowner/dialogs/{dialogId}/context/labels: one more label.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::owned;
use crate::{
    api::{revision, wire},
    app::App,
    dialog::{Violations, draft::labels::CreateServiceOwnerLabel},
    http::{
        body,
        extract::{PathIds, ServiceOwner, if_match},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
    json,
};

/// Adds a label. A stale revision is told before a bad label.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/context/labels",
    operation_id = "CreateServiceOwnerLabel",
    params(IfMatch),
    request_body = CreateServiceOwnerLabel,
    responses(answers::Changed, (status = 404), (status = 409), (status = 412)),
)]
pub async fn create(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, HeaderMap), Problem> {
    let bytes = body::read(&headers, body).await?;
    let body: Option<CreateServiceOwnerLabel> = json::read(&bytes)?;
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    let expected = if_match(&headers, &mut violations);
    violations.into_result(())?;

    let head = owned(&app, &caller, id).await?;
    revision::check(expected, head.service_owner_revision)?;
    let label = body
        .unwrap_or_default()
        .validate(&head.service_owner_labels, app.now())?;

    let revision = app
        .store()
        .add_service_owner_label(id, &label, expected)
        .await?
        .ok_or_else(|| revision::lost_race(expected))?;
    Ok((StatusCode::NO_CONTENT, wire::etag(revision)?))
}
