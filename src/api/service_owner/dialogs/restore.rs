//! POST serviceowner/dialogs/{dialogId}/actions/restore: brings a deleted dialog back.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{asked::Asked, mark};
use crate::{
    api::wire,
    app::App,
    dialog::{Dialog, change::Wanted},
    http::{
        extract::{PathIds, ServiceOwner},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
};

/// Restores a dialog. One that is not deleted stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/actions/restore",
    operation_id = "RestoreDialog",
    params(IfMatch),
    responses(answers::Changed, (status = 404), (status = 409), (status = 412)),
)]
pub async fn restore(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read(&ids, &uri, &headers)?;
    let (before, _) = asked.load(&app, &caller, &Wanted::default()).await?;
    asked.check_revision(&before)?;
    if before.deleted_at.is_none() {
        return wire::no_content(Some(before.revision));
    }

    let after = Dialog {
        revision: crate::dialog::id::random(),
        deleted_at: None,
        ..before.clone()
    };
    mark::mark(&app, &asked, &before, &after, app.now(), |announcer| {
        announcer.restored()
    })
    .await
}
