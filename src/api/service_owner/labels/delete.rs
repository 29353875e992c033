//! DELETE serviceowner/dialogs/{dialogId}/context/labels/{label}: one label less.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::owned;
use crate::{
    api::{revision, wire},
    app::App,
    dialog::Violations,
    http::{
        extract::{PathIds, ServiceOwner, if_match},
        openapi::{answers, headers::IfMatch},
        problem::{Noun, Problem},
    },
};

/// Removes a label, in whatever letter case. A label that is not there is told before a stale revision.
#[utoipa::path(
    delete,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/context/labels/{label}",
    operation_id = "DeleteServiceOwnerLabel",
    params(("label" = String, Path, description = "The label, in any letter case."), IfMatch),
    responses(answers::Changed, (status = 404), (status = 409), (status = 412)),
)]
pub async fn delete(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<(StatusCode, HeaderMap), Problem> {
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    let expected = if_match(&headers, &mut violations);
    violations.into_result(())?;
    let label = ids.text("label").to_lowercase();

    let head = owned(&app, &caller, id).await?;
    if !head.service_owner_labels.contains(&label) {
        return Err(Problem::NotFound(Noun::Label, label));
    }
    revision::check(expected, head.service_owner_revision)?;

    let revision = app
        .store()
        .remove_service_owner_label(id, &label, head.service_owner_revision)
        .await?
        .ok_or_else(|| revision::lost_race(expected))?;
    Ok((StatusCode::NO_CONTENT, wire::etag(revision)?))
}
