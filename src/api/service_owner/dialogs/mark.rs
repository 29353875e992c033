//! Writing down that a dialog is deleted, restored or frozen: what those have in common.

use axum::response::Response;

use super::asked::Asked;
use crate::{
    api::wire,
    app::App,
    dialog::{
        Dialog,
        event::{Announcer, Event},
        timestamp::Timestamp,
    },
    http::problem::Problem,
};

/// Writes `after` in place of `before`, and tells the world by `event`, unless that was asked not to be told.
pub async fn mark(
    app: &App,
    asked: &Asked,
    before: &Dialog,
    after: &Dialog,
    now: Timestamp,
    event: impl Fn(&Announcer<'_>) -> Event,
) -> Result<Response, Problem> {
    let announcer = Announcer {
        dialog: after,
        base: app.public_base(),
        now,
    };
    let event = (!asked.silent).then(|| event(&announcer));
    let written = app
        .store()
        .mark_dialog(
            before.revision,
            after,
            event.as_ref(),
            app.hold_until(after, now),
            now,
        )
        .await?;
    if !written {
        return Err(asked.lost_race());
    }
    wire::no_content(Some(after.revision))
}
