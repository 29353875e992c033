//! GET serviceowner/dialogs/{dialogId}/context/labels: the service owner's labels of a dialog.

use axum::{extract::State, http::StatusCode, response::Response};

use super::owned;
use crate::{
    api::wire::{self, DialogServiceOwnerLabel},
    app::App,
    dialog::Violations,
    http::{
        extract::{PathIds, ServiceOwner},
        problem::Problem,
    },
};

/// Lists the labels, sorted by value.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/context/labels",
    operation_id = "GetServiceOwnerLabels",
    responses(
        (status = 200, body = [DialogServiceOwnerLabel], headers(("Etag" = String, description = "The revision of the labels."))),
        (status = 404),
    ),
)]
pub async fn list(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    violations.into_result(())?;

    let head = owned(&app, &caller, id).await?;
    let labels: Vec<_> = head
        .service_owner_labels
        .into_iter()
        .map(|value| DialogServiceOwnerLabel {
            value: value.into(),
        })
        .collect();
    wire::json(
        StatusCode::OK,
        wire::etag(head.service_owner_revision)?,
        &labels,
    )
}
