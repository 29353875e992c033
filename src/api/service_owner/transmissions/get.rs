//! GET serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}.

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
        problem::{Noun, Problem},
    },
    store::parts::Which,
};

/// Shows a transmission.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}",
    operation_id = "GetDialogTransmission",
    responses((status = 200, body = wire::DialogTransmission), (status = 404), (status = 410)),
)]
pub async fn get(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let id = ids.read("transmissionId", &mut violations);
    violations.into_result(())?;

    let found = app.store().transmissions(dialog, Which::One(id)).await?;
    let transmissions = parts::of_owner(&app, &caller, dialog, found).await?;
    let transmission = parts::only(transmissions, Noun::Transmission, id)?;
    wire::json(
        StatusCode::OK,
        HeaderMap::new(),
        &LoneTransmission::from(transmission),
    )
}
