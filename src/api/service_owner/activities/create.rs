//! POST serviceowner/dialogs/{dialogId}/activities: one activity is added.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use crate::{
    api::{
        actors,
        parts::write::{self, Envelope},
        refusals, revision, wire,
    },
    app::App,
    auth::Identity,
    dialog::{
        activity::Activity,
        append::Effects,
        draft::{CreateDialogActivityRequest, Rules},
        event::{Announcer, Event},
        id::Ids,
        timestamp::Timestamp,
    },
    http::{
        body,
        extract::{PathIds, ServiceOwner},
        openapi::{answers, headers::IfMatch},
        problem::Problem,
    },
    json,
    store::parts::{Addition, Host},
};

/// Adds an activity. Activities added at the same time do not hinder each other.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/activities",
    operation_id = "CreateDialogActivity",
    params(IfMatch),
    request_body = CreateDialogActivityRequest,
    responses(answers::Created, (status = 404), (status = 409), (status = 410), (status = 412), (status = 422)),
)]
pub async fn create(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let request: CreateDialogActivityRequest = json::read::<Option<_>>(&bytes)?.unwrap_or_default();
    drop(bytes);
    let envelope = Envelope::read(&ids, None, &headers, &uri, request.is_silent_update)?;

    let now = app.now();
    let mut ids = Ids::at(now);
    let rules = envelope.rules(&caller, now);
    let is_own_id = request.id.is_some();
    let (mut activity, _) = request.validate(&rules, &mut ids)?;
    let next = crate::dialog::id::random();

    for _ in 0..write::ATTEMPTS {
        let host = app
            .store()
            .host(envelope.dialog, activity.transmission_id, None)
            .await?;
        let host = write::owned(&app, &caller, envelope.dialog, host).await?;
        check(&app, &caller, &rules, &host, &activity).await?;
        actors::name(&app, std::iter::once(&mut activity.body.performed_by)).await?;
        if let Err(stale) = revision::check(envelope.if_match, host.revision) {
            // That the identifier is taken comes first.
            if is_own_id && app.store().has_activity(activity.id).await? {
                return Err(refusals::id_taken("DialogActivity", Some(activity.id)));
            }
            return Err(stale);
        }

        let effects = Effects::of_activity(host.visible_from, rules.silent, now);
        // Whether something is left to be opened depends on the other parts.
        let depends = activity.kind.opens().then_some(host.revision);
        let addition = Addition {
            expected: envelope.if_match.or(depends),
            transmissions: &[],
            activities: std::slice::from_ref(&activity),
            claimed: &[],
            effects,
            labelled: &write::log_entries(&effects, &mut ids),
            revision: next,
            end_user_revision: crate::dialog::id::random(),
            events: &events(&app, &host, &activity, rules.silent, now),
            hold_until: app.hold_until(&host, now),
            now,
            host: &host,
        };
        match app.store().add_parts(&addition).await {
            Ok(()) => {
                let list = format!("/api/v1/serviceowner/dialogs/{}/activities", host.id);
                return wire::created(&list, activity.id, next);
            }
            Err(refused) => {
                if let Some(problem) = write::refusal(refused, None) {
                    return Err(problem);
                }
            }
        }
    }
    Err(revision::lost_race(envelope.if_match))
}

/// All that can be said against the activity in this dialog, the first thing first.
async fn check(
    app: &App,
    caller: &Identity,
    rules: &Rules,
    host: &Host,
    activity: &Activity,
) -> Result<(), Problem> {
    if host.deleted_at.is_some() && !rules.admin {
        return Err(write::gone(host.id));
    }
    write::check_not_frozen(host.is_frozen, rules)?;
    write::check_correspondence(activity.kind, rules)?;
    if let Some(transmission) = activity.transmission_id.filter(|_| host.depth.is_none()) {
        return Err(Problem::unprocessable(
            "Activity.TransmissionId",
            format!(
                "Transmission '{transmission}' does not exist in dialog '{}'.",
                host.id
            ),
        ));
    }
    let resource = (
        host.service_resource.as_str(),
        host.service_resource_type.as_str(),
    );
    write::check_resources(app, caller, rules, resource, None).await
}

fn events(app: &App, host: &Host, activity: &Activity, silent: bool, now: Timestamp) -> Vec<Event> {
    if silent {
        return Vec::new();
    }
    let announcer = Announcer {
        dialog: host,
        base: app.public_base(),
        now,
    };
    vec![announcer.updated(), announcer.activity(activity)]
}
