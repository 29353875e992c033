//! PUT enduser/dialogs/{dialogId}/context/systemlabels: where a dialog lies, and whether it is to be read again.

use axum::{body::Body, extract::State, http::HeaderMap, response::Response};

use crate::{
    api::{access, labelling, revision},
    app::App,
    dialog::{Violations, draft::labels::SetSystemLabels},
    http::{
        body,
        extract::{EndUser, PathIds, if_match},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
    json,
    store::labels::Labelling,
};

/// Sets labels. Whoever finds a dialog may: neither level nor period count, and no policy is asked.
#[utoipa::path(
    put,
    path = "/api/v1/enduser/dialogs/{dialogId}/context/systemlabels",
    operation_id = "SetDialogSystemLabels",
    params(IfMatch),
    request_body = SetSystemLabels,
    responses(answers::Changed, (status = 404), (status = 409), (status = 410), (status = 412), (status = 422)),
)]
pub async fn set(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let body: Option<SetSystemLabels> = json::read(&bytes)?;
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    let expected = if_match(&headers, &mut violations);
    violations.into_result(())?;
    let now = app.now();
    let change = body.unwrap_or_default().validate(now)?;

    let head = app.store().header(id).await?;
    let head = head
        .filter(|head| !head.is_deleted())
        .ok_or_else(|| Problem::no_dialog(id))?;
    let subject = access::subject(&caller)?;
    access::check_found(&app, &subject, &head).await?;
    revision::check(expected, head.end_user_revision)?;

    let actor = labelling::representative(&app, subject.urn()).await?;
    let labelling = Labelling {
        change,
        actor: &actor,
        now,
    };
    labelling::set(&app, &head, expected, &labelling).await
}
