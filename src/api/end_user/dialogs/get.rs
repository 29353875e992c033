//! GET enduser/dialogs/{dialogId}: a dialog in full, as the caller may see it; being seen is written down.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::shape;
use crate::{
    api::{
        access, seen,
        wire::{self, Viewer},
    },
    app::App,
    dialog::{Violations, view},
    http::{
        extract::{EndUser, PathIds, accept_language},
        openapi::headers::AcceptLanguage,
        problem::{Noun, Problem},
    },
};

/// Shows a dialog.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}",
    operation_id = "GetDialog",
    params(AcceptLanguage),
    responses((status = 200, body = shape::Dialog), (status = 404), (status = 410)),
)]
pub async fn get(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let mut dialog = app
        .store()
        .dialog(id)
        .await?
        .ok_or_else(|| Problem::no_dialog(id))?;
    let subject = access::subject(&caller)?;
    let permitted = access::decide(&app, &subject, &mut dialog).await?;
    if !permitted.has_main() && !app.authority().finds(&subject, (&dialog).into()).await? {
        return Err(Problem::forbidden("Forbidden"));
    }
    if dialog.deleted_at.is_some() {
        return Err(Problem::Gone(Noun::Dialog, id.to_string()));
    }
    access::check_level(&app, &caller, &dialog.service_resource).await?;
    access::check_period(id, dialog.visible_from, dialog.expires_at, now)?;

    let made = seen::record(&app, &mut dialog, subject.urn(), caller.user_type, now).await;
    let token = app.dialog_token(&caller, &dialog, &permitted, now);
    let revision = dialog.revision;
    let mask = app.actor_mask(now);
    view::links::hide(&mut dialog, now);
    view::languages::prune(&mut dialog, &languages);
    mask.dialog(&mut dialog);
    let viewer = Viewer {
        urn: Some(subject.urn()),
        mask: Some(&mask),
        made,
    };
    let body = shape::Dialog::of(dialog, viewer, token);
    wire::json(StatusCode::OK, wire::etag(revision)?, &body)
}
