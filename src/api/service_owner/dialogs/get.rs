//! GET serviceowner/dialogs/{dialogId}: a dialog in full, for its owner, or as a person would be authorized for it.

use axum::{extract::State, http::StatusCode, response::Response};

use super::shape;
use crate::{
    api::{
        access, ownership, seen,
        wire::{self, Viewer},
    },
    app::App,
    dialog::Violations,
    http::{
        extract::{PathIds, ServiceOwnerForPerson},
        problem::Problem,
    },
};

/// Shows a dialog, deleted, hidden and expired ones too. With `endUserId` the answer says what that person may do, and
/// the person counts as having seen it; links are not hidden, for the owner wrote them.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}",
    operation_id = "GetDialog",
    params(("endUserId" = Option<String>, Query, description = "The person to act for.")),
    responses((status = 200, body = shape::Dialog), (status = 404)),
)]
pub async fn get(
    State(app): State<App>,
    caller: ServiceOwnerForPerson,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    violations.into_result(())?;
    let person = caller.person()?;

    let mut dialog = app
        .store()
        .dialog(id)
        .await?
        .ok_or_else(|| Problem::no_dialog(id))?;
    if !ownership::owns_resource(&app, caller.identity(), &dialog.service_resource).await? {
        return Err(Problem::no_dialog(id));
    }
    let mut made = None;
    if person.is_some() {
        let subject = access::subject(caller.identity())?;
        let permitted = access::decide(&app, &subject, &mut dialog).await?;
        if !permitted.has_main() {
            return Err(Problem::no_dialog(id));
        }
        let now = app.now();
        let user_type = caller.identity().user_type;
        made = seen::record(&app, &mut dialog, subject.urn(), user_type, now).await;
    }
    let revision = dialog.revision;
    let body = shape::Dialog::of(
        dialog,
        Viewer {
            urn: person.as_ref(),
            mask: None,
            made,
        },
    );
    wire::json(StatusCode::OK, wire::etag(revision)?, &body)
}
