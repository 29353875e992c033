//! PUT serviceowner/dialogs/{dialogId}/endusercontext/systemlabels: where a dialog lies for its party.

use axum::{body::Body, extract::State, http::HeaderMap, response::Response};

use super::{check_performer, finds, performer};
use crate::{
    api::{access, labelling, ownership, revision},
    app::App,
    dialog::{Violations, draft::labels::SetSystemLabelsAs},
    http::{
        body,
        extract::{PathIds, ServiceOwnerForPerson, if_match},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
    json,
    store::labels::Labelling,
    telemetry::usage,
};

/// Sets labels. Hidden, expired and frozen dialogs can be labelled, deleted ones cannot.
#[utoipa::path(
    put,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/endusercontext/systemlabels",
    operation_id = "SetDialogSystemLabels",
    params(("enduserId" = Option<String>, Query, description = "The person to act for."), IfMatch),
    request_body = SetSystemLabelsAs,
    responses(answers::Changed, (status = 404), (status = 409), (status = 410), (status = 412), (status = 422)),
)]
pub async fn set(
    State(app): State<App>,
    caller: ServiceOwnerForPerson,
    ids: PathIds,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let body: Option<SetSystemLabelsAs> = json::read(&bytes)?;
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    let expected = if_match(&headers, &mut violations);
    violations.into_result(())?;
    let now = app.now();
    let (change, named) = body
        .unwrap_or_default()
        .validate(caller.is_for_person(), now)?;

    let head = app.store().header(id).await?;
    let head = head
        .filter(|head| !head.is_deleted())
        .ok_or_else(|| Problem::no_dialog(id))?;
    usage::note_resource(&head.service_resource);
    if !ownership::is_org(&app, caller.identity(), &head.org).await? {
        return Err(Problem::no_dialog(id));
    }
    check_performer(&caller, named.as_ref())?;
    if !finds(&app, &caller, &head).await? {
        return Err(access::not_found_by_search(id));
    }
    revision::check(expected, head.end_user_revision)?;

    let actor = performer(&app, &caller, named).await?;
    let labelling = Labelling {
        change,
        actor: &actor,
        now,
    };
    labelling::set(&app, &head, expected, &labelling).await
}
