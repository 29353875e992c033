//! POST serviceowner/dialogs/endusercontext/systemlabels/actions/bulkset: the same labels for several dialogs, or for
//! none.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::{check_performer, finds, performer};
use crate::{
    api::{labelling, ownership},
    app::App,
    dialog::draft::labels::{BulkSetSystemLabelsAs, missing_bulk},
    http::{body, extract::ServiceOwnerForPerson, problem::Problem},
    json,
    store::labels::Labelling,
};

/// Sets labels of up to 200 dialogs. Those of other owners, and those that the person does not find, are told as if they
/// were not there.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/endusercontext/systemlabels/actions/bulkset",
    operation_id = "BulkSetDialogSystemLabels",
    params(("enduserId" = Option<String>, Query, description = "The person to act for.")),
    request_body = BulkSetSystemLabelsAs,
    responses((status = 204), (status = 404), (status = 409), (status = 412), (status = 422)),
)]
pub async fn bulk_set(
    State(app): State<App>,
    caller: ServiceOwnerForPerson,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = body::read(&headers, body).await?;
    let body: Option<BulkSetSystemLabelsAs> = json::read(&bytes)?;
    let now = app.now();
    let (bulk, named) = body
        .ok_or_else(missing_bulk)?
        .validate(caller.is_for_person(), now)?;
    check_performer(&caller, named.as_ref())?;

    let mut owned = app.store().headers(&bulk.ids()).await?;
    owned.retain(|head| !head.is_deleted());
    let mut open = Vec::with_capacity(owned.len());
    for head in owned {
        if ownership::is_org(&app, caller.identity(), &head.org).await?
            && finds(&app, &caller, &head).await?
        {
            open.push(head);
        }
    }
    labelling::check_bulk(&bulk, &open)?;

    let actor = performer(&app, &caller, named).await?;
    let labelling = Labelling {
        change: bulk.change,
        actor: &actor,
        now,
    };
    labelling::bulk_set(&app, &bulk, &labelling).await
}
