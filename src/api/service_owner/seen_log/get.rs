//! GET serviceowner/dialogs/{dialogId}/seenlog/{seenLogId}.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::DialogSeenLog;
use crate::{
    api::{parts, wire},
    app::App,
    dialog::Violations,
    http::{
        extract::{PathIds, ServiceOwner},
        problem::{Noun, Problem},
    },
    store::parts::Which,
};

/// Shows one view.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/seenlog/{seenLogId}",
    operation_id = "GetDialogSeenLog",
    responses((status = 200, body = wire::DialogSeenLog), (status = 404), (status = 410)),
)]
pub async fn get(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let id = ids.read("seenLogId", &mut violations);
    violations.into_result(())?;

    let found = app.store().seen_log(dialog, Which::One(id)).await?;
    let entries = parts::of_owner(&app, &caller, dialog, found).await?;
    let entry = parts::only(entries, Noun::SeenLog, id)?;
    wire::json(
        StatusCode::OK,
        HeaderMap::new(),
        &DialogSeenLog::from(entry),
    )
}
