//! GET enduser/dialogs/{dialogId}/seenlog/{seenLogId}.

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
        problem::{Noun, Problem},
    },
    store::parts::Which,
};

/// Shows one view. Whether it is there is told even to those who signed in at too low a level.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/seenlog/{seenLogId}",
    operation_id = "GetDialogSeenLog",
    responses((status = 200, body = wire::DialogSeenLog), (status = 404)),
)]
pub async fn get(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let dialog = ids.read("dialogId", &mut violations);
    let id = ids.read("seenLogId", &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let reader = Reader::new(&app, &caller, now)?;
    let found = app.store().seen_log(dialog, Which::One(id)).await?;
    let (parts, _) = reader.decide(dialog, found, |_| None).await?;
    let Some(entry) = parts.items.first() else {
        return Err(Problem::NotFound(Noun::SeenLog, id.to_string()));
    };
    reader.check(&parts).await?;
    let mask = app.actor_mask(now);
    let viewer = Viewer {
        urn: Some(reader.subject().urn()),
        mask: Some(&mask),
        made: None,
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &viewer.entry(entry))
}
