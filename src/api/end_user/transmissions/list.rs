//! GET enduser/dialogs/{dialogId}/transmissions.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::View;
use crate::{
    api::{parts::Reader, wire},
    app::App,
    dialog::Violations,
    http::{
        extract::{EndUser, PathIds, accept_language},
        openapi::headers::AcceptLanguage,
        problem::Problem,
    },
    store::parts::Which,
};

/// Lists what was sent, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/transmissions",
    operation_id = "SearchDialogTransmissions",
    params(AcceptLanguage),
    responses((status = 200, body = [wire::DialogTransmission]), (status = 404), (status = 410)),
)]
pub async fn list(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let reader = Reader::new(&app, &caller, now)?;
    let found = app.store().transmissions(dialog, Which::All).await?;
    let (parts, permitted) = reader
        .decide(dialog, found, |t| t.body.authorization_attribute.as_deref())
        .await?;
    reader.check(&parts).await?;
    let view = View {
        permitted: &permitted,
        languages: &languages,
        mask: app.actor_mask(now),
        now,
    };
    let body: Vec<_> = parts.items.into_iter().map(|t| view.show(t)).collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
