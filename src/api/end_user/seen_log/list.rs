//! GET enduser/dialogs/{dialogId}/seenlog.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    api::{
        parts::Reader,
        wire::{self, Viewer},
    },
    app::App,
    dialog::Violations,
    http::{
        extract::{EndUser, PathIds},
        problem::Problem,
    },
    store::parts::Which,
};

/// Lists all views since the dialog was created, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/seenlog",
    operation_id = "SearchDialogSeenLogs",
    responses((status = 200, body = [wire::DialogSeenLog]), (status = 404)),
)]
pub async fn list(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let reader = Reader::new(&app, &caller, now)?;
    let found = app.store().seen_log(dialog, Which::All).await?;
    let (parts, _) = reader.decide(dialog, found, |_| None).await?;
    reader.check(&parts).await?;
    let mask = app.actor_mask(now);
    let viewer = Viewer {
        urn: Some(reader.subject().urn()),
        mask: Some(&mask),
        made: None,
    };
    let body: Vec<_> = parts
        .items
        .iter()
        .map(|entry| viewer.entry(entry))
        .collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
