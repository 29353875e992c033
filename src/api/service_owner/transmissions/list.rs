//! GET serviceowner/dialogs/{dialogId}/transmissions.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    api::{
        parts,
        wire::{self, LoneTransmission},
    },
    app::App,
    dialog::Violations,
    http::{
        extract::{PathIds, ServiceOwner},
        problem::Problem,
    },
    store::parts::Which,
};

/// Lists what was sent, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/transmissions",
    operation_id = "SearchDialogTransmissions",
    responses((status = 200, body = [wire::DialogTransmission]), (status = 404), (status = 410)),
)]
pub async fn list(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    violations.into_result(())?;

    let found = app.store().transmissions(dialog, Which::All).await?;
    let transmissions = parts::of_owner(&app, &caller, dialog, found).await?;
    let body: Vec<LoneTransmission> = transmissions.into_iter().rev().map(Into::into).collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
