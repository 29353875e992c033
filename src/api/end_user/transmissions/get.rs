//! GET enduser/dialogs/{dialogId}/transmissions/{transmissionId}.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::View;
use crate::{
    api::{
        parts::{self, Reader},
        wire,
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

/// Shows a transmission.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/transmissions/{transmissionId}",
    operation_id = "GetDialogTransmission",
    params(AcceptLanguage),
    responses((status = 200, body = wire::DialogTransmission), (status = 404), (status = 410)),
)]
pub async fn get(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let id = ids.read("transmissionId", &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let reader = Reader::new(&app, &caller, now)?;
    let found = app.store().transmissions(dialog, Which::One(id)).await?;
    let (parts, permitted) = reader
        .decide(dialog, found, |t| t.body.authorization_attribute.as_deref())
        .await?;
    reader.check(&parts).await?;
    let transmission = parts::only(parts.items, Noun::Transmission, id)?;
    let view = View {
        permitted: &permitted,
        languages: &languages,
        mask: app.actor_mask(now),
        now,
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &view.show(transmission))
}
