//! PUT serviceowner/dialogs/{dialogId}: a dialog as it shall be from now on.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{asked::Asked, change};
use crate::{
    app::App,
    dialog::{change::Wanted, draft::UpdateDialog},
    http::{
        body,
        extract::{PathIds, ServiceOwner},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
    json,
};

/// Replaces what of a dialog can be replaced, and adds transmissions and activities.
#[utoipa::path(
    put,
    path = "/api/v1/serviceowner/dialogs/{dialogId}",
    operation_id = "UpdateDialog",
    request_body = UpdateDialog,
    params(IfMatch),
    responses(answers::Changed, (status = 404), (status = 409), (status = 410), (status = 412), (status = 422)),
)]
pub async fn update(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let draft: UpdateDialog = json::read(&bytes)?;
    drop(bytes);
    let asked = Asked::read(&ids, &uri, &headers)?;
    if asked.id.is_nil() {
        return Err(Problem::invalid("id", "'Id' must not be empty."));
    }
    let wanted = Wanted::of_body(&draft);
    let found = asked.load(&app, &caller, &wanted).await?;
    change::carry_out(&app, &caller, &asked, found, &wanted, draft).await
}
