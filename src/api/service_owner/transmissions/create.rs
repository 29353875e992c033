//! POST serviceowner/dialogs/{dialogId}/transmissions: one transmission is added.

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
        revision, wire,
    },
    app::App,
    auth::Identity,
    dialog::{
        append::Effects,
        draft::{CreateTransmissionRequest, Place, Rules, placement_violations},
        event::{Announcer, Event},
        id::Ids,
        timestamp::Timestamp,
        transmission::Transmission,
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

/// Adds a transmission. Transmissions added at the same time do not hinder each other.
#[utoipa::path(
    post,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/transmissions",
    operation_id = "CreateDialogTransmission",
    params(IfMatch),
    request_body = CreateTransmissionRequest,
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
    let request: CreateTransmissionRequest = json::read::<Option<_>>(&bytes)?.unwrap_or_default();
    drop(bytes);
    let envelope = Envelope::read(&ids, None, &headers, &uri, request.is_silent_update)?;

    let now = app.now();
    let mut ids = Ids::at(now);
    let rules = envelope.rules(&caller, now);
    let (mut transmission, claims) = request.validate(&rules, &mut ids)?;
    let next = crate::dialog::id::random();

    for _ in 0..write::ATTEMPTS {
        let key = transmission.idempotent_key.as_deref();
        let host = app
            .store()
            .host(envelope.dialog, transmission.related_id, key)
            .await?;
        let host = write::owned(&app, &caller, envelope.dialog, host).await?;
        check(&app, &caller, (&envelope, &rules), &host, &transmission).await?;
        actors::name(&app, std::iter::once(&mut transmission.body.sender)).await?;
        write::check_taken_twice(&claims)?;
        // Until a dialog is visible it does not exist for end users, so its story starts then.
        if let Some(start) = host.visible_from.filter(|from| *from > now) {
            transmission.created_at = start;
        }

        let from_party = transmission.kind.is_from_party();
        let effects = Effects::of_transmission(host.visible_from, rules.silent, from_party, now);
        // Where it hangs depends on the other parts.
        let depends = transmission.related_id.map(|_| host.revision);
        let addition = Addition {
            expected: envelope.if_match.or(depends),
            transmissions: std::slice::from_ref(&transmission),
            activities: &[],
            claimed: &claims.numbered(),
            effects,
            labelled: &write::log_entries(&effects, &mut ids),
            revision: next,
            end_user_revision: crate::dialog::id::random(),
            events: &events(&app, &host, &transmission, rules.silent, now),
            hold_until: app.hold_until(&host, now),
            now,
            host: &host,
        };
        match app.store().add_parts(&addition).await {
            Ok(()) => {
                let list = format!("/api/v1/serviceowner/dialogs/{}/transmissions", host.id);
                return wire::created(&list, transmission.id, next);
            }
            Err(refused) => {
                let key = transmission.idempotent_key.as_deref();
                if let Some(problem) = write::refusal(refused, key) {
                    return Err(problem);
                }
            }
        }
    }
    Err(revision::lost_race(envelope.if_match))
}

/// All that can be said against the transmission in this dialog, the first thing first.
async fn check(
    app: &App,
    caller: &Identity,
    (envelope, rules): (&Envelope, &Rules),
    host: &Host,
    transmission: &Transmission,
) -> Result<(), Problem> {
    if host.deleted_at.is_some() {
        return Err(write::gone(host.id));
    }
    write::check_not_frozen(host.is_frozen, rules)?;
    revision::check(envelope.if_match, host.revision)?;
    if host.is_key_used {
        return Err(write::key_used(transmission.idempotent_key.as_deref()));
    }
    let resource = (
        host.service_resource.as_str(),
        host.service_resource_type.as_str(),
    );
    let attribute = transmission.body.authorization_attribute.as_deref();
    write::check_resources(app, caller, rules, resource, attribute).await?;
    let place = Place {
        depth: host.depth,
        answers: host.answers,
        sent: if transmission.kind.is_from_party() {
            host.party_transmissions
        } else {
            host.service_owner_transmissions
        },
    };
    placement_violations(transmission, &place, rules.now)
        .into_result(())
        .map_err(Problem::Unprocessable)
}

fn events(
    app: &App,
    host: &Host,
    transmission: &Transmission,
    silent: bool,
    now: Timestamp,
) -> Vec<Event> {
    if silent {
        return Vec::new();
    }
    let announcer = Announcer {
        dialog: host,
        base: app.public_base(),
        now,
    };
    vec![announcer.updated(), announcer.transmission(transmission)]
}
