//! POST serviceowner/dialogs/{dialogId}/actions/freeze: from then on only admins may change the dialog.

use axum::{extract::State, http::HeaderMap, response::Response};

use super::{
    asked::{self, Asked},
    mark,
};
use crate::{
    api::{ownership, wire},
    app::App,
    auth::scope,
    dialog::{Dialog, change::Wanted},
    http::{
        extract::{PathIds, ServiceOwner},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
};

/// Freezes a dialog. One that is frozen stays as it is; nothing thaws it.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/actions/freeze",
    operation_id = "FreezeDialog",
    params(IfMatch),
    responses(answers::Changed, (status = 404), (status = 409), (status = 410), (status = 412)),
)]
pub async fn freeze(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read_loud(&ids, &headers)?;
    if !ownership::is_admin(&caller) {
        return Err(Problem::forbidden(format!(
            "Freezing a dialog needs the scope {}.",
            scope::ADMIN
        )));
    }
    let (before, _) = asked.load(&app, &caller, &Wanted::default()).await?;
    asked::check_not_deleted(&before)?;
    asked.check_revision(&before)?;
    if before.is_frozen {
        return wire::no_content(Some(before.revision));
    }

    let now = app.now();
    let hidden_until = before.visible_from.filter(|moment| *moment > now);
    let after = Dialog {
        revision: crate::dialog::id::random(),
        is_frozen: true,
        updated_at: hidden_until.unwrap_or(now.max(before.updated_at)),
        ..before.clone()
    };
    mark::mark(&app, &asked, &before, &after, now, |announcer| {
        announcer.updated()
    })
    .await
}
