//! Putting system labels on dialogs, as both audiences do.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    api::{revision, wire},
    app::App,
    dialog::{Header, actor::Actor, draft::labels::LabelBulk, party::PartyUrn},
    http::problem::{Noun, Problem},
    store::labels::{Expected, Labelling},
};

/// Somebody on the party's side, with the name to be logged: one who cannot be named cannot label.
pub async fn representative(app: &App, urn: &PartyUrn) -> Result<Actor, Problem> {
    let name = app.authority().name(urn).await?.ok_or_else(|| {
        Problem::unprocessable(
            "ActorId",
            "The name of an actor could not be looked up by its id.",
        )
    })?;
    Ok(Actor::representative(urn.to_string(), Some(name)))
}

/// Labels one dialog and answers with the revision of its labels.
pub async fn set(
    app: &App,
    head: &Header,
    expected: Option<Uuid>,
    labelling: &Labelling<'_>,
) -> Result<Response, Problem> {
    let asked = Expected {
        dialog: head.id,
        revision: expected,
    };
    let labelled = app
        .store()
        .set_labels_of(asked, head.labels, labelling)
        .await?;
    let Some(revision) = labelled else {
        return Err(revision::lost_race(expected));
    };
    Ok((StatusCode::NO_CONTENT, wire::etag(revision)?).into_response())
}

/// Refuses a bulk unless all its dialogs are among `open`, those that the caller may label, with the revisions that it
/// expects. The first is told before the second.
pub fn check_bulk(bulk: &LabelBulk, open: &[Header]) -> Result<(), Problem> {
    let of = |id| open.iter().find(|head| head.id == id);
    let refused: Vec<String> = bulk
        .dialogs
        .iter()
        .filter(|dialog| of(dialog.dialog_id).is_none())
        .map(|dialog| dialog.dialog_id.to_string())
        .collect();
    if !refused.is_empty() {
        return Err(Problem::NotFound(Noun::Dialog, refused.join(", ")));
    }
    for dialog in &bulk.dialogs {
        if let Some(head) = of(dialog.dialog_id) {
            revision::check(dialog.end_user_context_revision, head.end_user_revision)?;
        }
    }
    Ok(())
}

/// Labels all dialogs of a bulk or none.
pub async fn bulk_set(
    app: &App,
    bulk: &LabelBulk,
    labelling: &Labelling<'_>,
) -> Result<StatusCode, Problem> {
    let asked: Vec<_> = bulk
        .dialogs
        .iter()
        .map(|dialog| Expected {
            dialog: dialog.dialog_id,
            revision: dialog.end_user_context_revision,
        })
        .collect();
    let labelled = app.store().set_system_labels(&asked, labelling).await?;
    if labelled.len() == asked.len() {
        return Ok(StatusCode::NO_CONTENT);
    }
    let expected = asked
        .iter()
        .filter(|one| labelled.iter().all(|(id, _)| *id != one.dialog))
        .find_map(|one| one.revision);
    Err(revision::lost_race(expected))
}
