//! PUT serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}: a transmission is put right, which nobody is told.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use uuid::Uuid;

use crate::{
    api::{
        actors, ownership,
        parts::write::{self, Envelope},
        refusals, revision, wire,
    },
    app::App,
    auth::Identity,
    dialog::{
        append::Effects,
        draft::{
            Claims, Correction, PartKind, Rules, UpdateTransmissionRequest, check_count,
            correction_violations,
        },
        id::Ids,
        transmission::Transmission,
    },
    http::{
        body,
        extract::{PathIds, TransmissionCorrector},
        openapi::{answers, headers::IfMatch},
        problem::{Noun, Problem},
    },
    json,
    store::parts::{Correctable, CorrectedTransmission, Others},
    telemetry::usage,
};

/// Replaces a transmission. Attachments are told apart by their identifiers, links of attachments too.
#[utoipa::path(
    put,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}",
    operation_id = "UpdateDialogTransmission",
    params(IfMatch),
    request_body = UpdateTransmissionRequest,
    security(("maskinporten" = ["digdir:dialogporten.serviceprovider", "digdir:dialogporten.serviceprovider.changetransmissions"])),
    responses(answers::Changed, (status = 404), (status = 409), (status = 410), (status = 412), (status = 422)),
)]
pub async fn replace(
    State(app): State<App>,
    TransmissionCorrector(caller): TransmissionCorrector,
    ids: PathIds,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let request: UpdateTransmissionRequest = json::read::<Option<_>>(&bytes)?.unwrap_or_default();
    drop(bytes);
    let part = Some("transmissionId");
    let envelope = Envelope::read(&ids, part, &headers, &uri, request.is_silent_update)?;
    let id = envelope.part.unwrap_or_default();

    let now = app.now();
    let mut ids = Ids::at(now);
    let rules = envelope.rules(&caller, now);
    let (correction, claims) = request.validate(&rules, &mut ids)?;

    for _ in 0..write::ATTEMPTS {
        let claimed = claims.numbered();
        let found = app
            .store()
            .transmission_to_correct(envelope.dialog, id, &correction, &claimed)
            .await?;
        let mut found = owned(&app, &caller, envelope.dialog, found).await?;
        let before = check(&app, &caller, &rules, &found, id, &correction).await?;
        let mut transmission = before.clone();
        correction.clone().apply(&mut transmission);
        let counts = counts(&found, &before, &transmission);
        check_place(&found, &transmission, counts)?;
        write::check_taken_twice(&claims)?;
        if let Some((kind, id)) = found.taken {
            return Err(refusals::id_taken(kind.key(), Some(id)));
        }
        actors::name(&app, std::iter::once(&mut transmission.body.sender)).await?;
        revision::check(envelope.if_match, found.revision)?;

        let (old, new) = (part_ids(&before), part_ids(&transmission));
        let claimed: Vec<_> = claimed
            .into_iter()
            .filter(|claim| !old.contains(claim))
            .collect();
        let effects = Effects::of_correction(found.visible_from, counts.1 > 0, now);
        let mut others = found.others.take();
        if let Some(others) = &mut others {
            others.add(&transmission);
        }
        let corrected = CorrectedTransmission {
            found: &found,
            transmission: &transmission,
            counts,
            has_unopened_content: found.is_other_unopened
                || !transmission.kind.is_from_party() && !found.is_opened,
            words: others.as_ref().map(Others::passages),
            released: &old.difference(&new).copied().collect::<Vec<_>>(),
            claimed: &claimed,
            effects,
            labelled: &write::log_entries(&effects, &mut ids),
            revision: crate::dialog::id::random(),
            end_user_revision: crate::dialog::id::random(),
            now,
        };
        match app.store().correct_transmission(&corrected).await {
            Ok(()) => return wire::no_content(Some(corrected.revision)),
            Err(refused) => {
                let key = correction.idempotent_key.as_deref();
                if let Some(problem) = write::refusal(refused, key) {
                    return Err(problem);
                }
            }
        }
    }
    Err(revision::lost_race(envelope.if_match))
}

async fn owned(
    app: &App,
    caller: &Identity,
    dialog: Uuid,
    found: Option<Correctable>,
) -> Result<Correctable, Problem> {
    let found = found.ok_or_else(|| Problem::no_dialog(dialog))?;
    usage::note_resource(&found.service_resource);
    if !ownership::is_org(app, caller, &found.org).await? {
        return Err(Problem::no_dialog(dialog));
    }
    Ok(found)
}

/// All that can be said against the correction before it is made, the first thing first. The transmission as it is.
async fn check(
    app: &App,
    caller: &Identity,
    rules: &Rules,
    found: &Correctable,
    id: Uuid,
    correction: &Correction,
) -> Result<Transmission, Problem> {
    let resource = (
        found.service_resource.as_str(),
        found.service_resource_type.as_str(),
    );
    let attribute = correction.body.authorization_attribute.as_deref();
    write::check_resources(app, caller, rules, resource, attribute).await?;
    if found.deleted_at.is_some() {
        return Err(write::gone(found.dialog));
    }
    write::check_not_frozen(found.is_frozen, rules)?;
    let transmission = found
        .transmission
        .clone()
        .ok_or_else(|| Problem::NotFound(Noun::Transmission, id.to_string()))?;
    if found.is_key_used {
        return Err(write::key_used(correction.idempotent_key.as_deref()));
    }
    Ok(transmission)
}

/// How many transmissions the service owner and the party have sent afterwards.
fn counts(found: &Correctable, before: &Transmission, after: &Transmission) -> (i32, i32) {
    let (from_owner, from_party) = (found.service_owner_transmissions, found.party_transmissions);
    match (before.kind.is_from_party(), after.kind.is_from_party()) {
        (false, true) => (from_owner - 1, from_party + 1),
        (true, false) => (from_owner + 1, from_party - 1),
        _ => (from_owner, from_party),
    }
}

/// Refuses a transmission that cannot hang where it shall, or for whose side it is one too many.
fn check_place(
    found: &Correctable,
    transmission: &Transmission,
    (from_owner, from_party): (i32, i32),
) -> Result<(), Problem> {
    let mut violations =
        correction_violations(transmission.id, transmission.related_id, &found.relations);
    for (is_party, sent) in [(false, from_owner), (true, from_party)] {
        check_count(
            is_party,
            usize::try_from(sent).unwrap_or(0),
            &mut violations,
        );
    }
    violations.into_result(()).map_err(Problem::Unprocessable)
}

/// The identifiers of attachments and links, with the numbers of their kinds.
fn part_ids(transmission: &Transmission) -> BTreeSet<(i16, Uuid)> {
    let mut ids = Claims::default();
    for attachment in &transmission.body.attachments {
        ids.add(PartKind::Attachment, attachment.id);
        for url in &attachment.urls {
            ids.add(PartKind::AttachmentUrl, url.id);
        }
    }
    ids.numbered().into_iter().collect()
}
