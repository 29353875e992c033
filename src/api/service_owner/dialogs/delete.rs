//! DELETE serviceowner/dialogs/{dialogId}: takes a dialog away, until it is restored or purged.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{
    asked::{self, Asked},
    mark,
};
use crate::{
    app::App,
    dialog::{Dialog, change::Wanted},
    http::{
        extract::{PathIds, ServiceOwner},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
};

/// Deletes a dialog for the time being.
#[utoipa::path(
    delete,
    path = "/api/v1/serviceowner/dialogs/{dialogId}",
    operation_id = "DeleteDialog",
    params(IfMatch),
    responses(answers::Changed, (status = 404), (status = 409), (status = 410), (status = 412)),
)]
pub async fn delete(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read(&ids, &uri, &headers)?;
    let (before, _) = asked.load(&app, &caller, &Wanted::default()).await?;
    asked::check_not_deleted(&before)?;
    asked::check_not_frozen(&caller, &before)?;
    asked::check_resource_type(&caller, &before)?;
    asked.check_revision(&before)?;

    let now = app.now();
    let after = Dialog {
        revision: crate::dialog::id::random(),
        deleted_at: Some(now),
        ..before.clone()
    };
    mark::mark(&app, &asked, &before, &after, now, |announcer| {
        announcer.deleted()
    })
    .await
}
