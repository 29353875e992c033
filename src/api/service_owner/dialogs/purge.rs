//! POST serviceowner/dialogs/{dialogId}/actions/purge: removes a dialog for good.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use super::asked::{self, Asked};
use crate::{
    api::wire,
    app::App,
    dialog::{change::Wanted, event::Announcer},
    http::{
        extract::{PathIds, ServiceOwner},
        openapi::headers::IfMatch,
        problem::Problem,
    },
};

/// Purges a dialog: live, deleted or frozen. That it is gone is told only if that was not told when it was deleted.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/actions/purge",
    operation_id = "PurgeDialog",
    params(IfMatch),
    responses((status = 204, description = "Done."), (status = 404), (status = 409), (status = 412)),
)]
pub async fn purge(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read(&ids, &uri, &headers)?;
    if asked.id.is_nil() {
        return Err(Problem::invalid(
            "dialogId",
            "'dialogId' must not be all zeros.",
        ));
    }
    let (dialog, _) = asked.load(&app, &caller, &Wanted::default()).await?;
    asked::check_resource_type(&caller, &dialog)?;
    asked.check_revision(&dialog)?;

    let now = app.now();
    let announcer = Announcer {
        dialog: &dialog,
        base: app.public_base(),
        now,
    };
    let event = (dialog.deleted_at.is_none() && !asked.silent).then(|| announcer.deleted());
    // What the world was going to hear of the dialog once it is visible, it will hear, and that it is gone; unless nobody
    // is to be told that: then nobody shall hear of it at all.
    let unheard = asked.silent;
    let purged = app
        .store()
        .purge_dialog(
            dialog.id,
            dialog.revision,
            event.as_ref(),
            app.hold_until(&dialog, now),
            unheard,
            now,
        )
        .await?;
    if !purged {
        return Err(asked.lost_race());
    }
    wire::no_content(None)
}
