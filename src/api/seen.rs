//! Seeing a dialog: reading it in full leaves an entry in its seen log, once per viewer and change.

use uuid::Uuid;

use crate::{
    app::App,
    dialog::{
        Dialog, event::Announcer, id::Ids, party::PartyUrn, seen::UserType, timestamp::Timestamp,
        view::seen::new_view,
    },
};

/// Writes down that `viewer` sees `dialog`, if that is news, and makes `dialog` look as it does afterwards.
///
/// A failure here never fails the read that caused it: the next view writes the entry. It is logged. Returns the entry
/// that this view has made.
pub async fn record(
    app: &App,
    dialog: &mut Dialog,
    viewer: &PartyUrn,
    user_type: UserType,
    now: Timestamp,
) -> Option<Uuid> {
    let mut view = new_view(dialog, viewer, user_type, now)?;
    view.entry.actor_name = match app.authority().name(viewer).await {
        Ok(name) => name,
        Err(error) => {
            tracing::warn!(%error, dialog = %dialog.id, "the name of a viewer could not be looked up");
            None
        }
    };
    let announcer = Announcer {
        dialog,
        base: app.public_base(),
        now,
    };
    let (updated, seen) = (announcer.updated(), announcer.seen(view.entry.id));
    let written = app
        .store()
        .write_seen(
            dialog.id,
            &view,
            Ids::at(now).next(),
            [&updated, &seen],
            app.hold_until(dialog, now),
        )
        .await;
    view.apply(dialog);
    let is_new = written.unwrap_or_else(|error| {
        tracing::error!(%error, dialog = %dialog.id, "a view could not be written down");
        true
    });
    is_new.then_some(view.entry.id)
}
