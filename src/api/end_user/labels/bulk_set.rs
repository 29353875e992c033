//! POST enduser/dialogs/context/systemlabels/actions/bulkset: the same labels for several dialogs, or for none.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use crate::{
    api::{access, labelling},
    app::App,
    dialog::draft::labels::{BulkSetSystemLabels, missing_bulk},
    http::{body, extract::EndUser, problem::Problem},
    json,
    store::labels::Labelling,
};

/// Sets labels of up to 100 dialogs. Those that the caller may not label are told as if they were not there.
#[utoipa::path(
    post,
    path = "/api/v1/enduser/dialogs/context/systemlabels/actions/bulkset",
    operation_id = "BulkSetDialogSystemLabels",
    request_body = BulkSetSystemLabels,
    responses((status = 204), (status = 404), (status = 409), (status = 412), (status = 422)),
)]
pub async fn bulk_set(
    State(app): State<App>,
    EndUser(caller): EndUser,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = body::read(&headers, body).await?;
    let body: Option<BulkSetSystemLabels> = json::read(&bytes)?;
    let now = app.now();
    let bulk = body.ok_or_else(missing_bulk)?.validate(now)?;

    let subject = access::subject(&caller)?;
    let mut open = app.store().headers(&bulk.ids()).await?;
    open.retain(|head| !head.is_deleted());
    let mut found = Vec::with_capacity(open.len());
    for head in open {
        if app.authority().finds(&subject, (&head).into()).await? {
            found.push(head);
        }
    }
    labelling::check_bulk(&bulk, &found)?;

    let actor = labelling::representative(&app, subject.urn()).await?;
    let labelling = Labelling {
        change: bulk.change,
        actor: &actor,
        now,
    };
    labelling::bulk_set(&app, &bulk, &labelling).await
}
