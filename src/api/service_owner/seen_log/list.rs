//! GET serviceowner/dialogs/{dialogId}/seenlog.

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
        problem::Problem,
    },
    store::parts::Which,
};

/// Lists all views since the dialog was created, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/seenlog",
    operation_id = "SearchDialogSeenLogs",
    responses((status = 200, body = [wire::DialogSeenLog]), (status = 404), (status = 410)),
)]
pub async fn list(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    violations.into_result(())?;

    let found = app.store().seen_log(dialog, Which::All).await?;
    let entries = parts::of_owner(&app, &caller, dialog, found).await?;
    let body: Vec<DialogSeenLog> = entries.into_iter().map(Into::into).collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
