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
        revision, wire,
    },
    app::App,
    auth::Identity,
    dialog::{
        Dialog,
        append::{Effects, has_unopened_content},
        draft::{
            Claims, Correction, PartKind, Rules, UpdateTransmissionRequest, correction_violations,
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
    store::parts::CorrectedTransmission,
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
    let (mut correction, claims) = request.validate(&rules, &mut ids)?;

    for _ in 0..write::ATTEMPTS {
        let mut dialog = owned(&app, &caller, envelope.dialog).await?;
        let before = check(&app, &caller, &rules, &dialog, id, &correction).await?;
        apply(&mut dialog, id, correction.clone());
        correction_violations(&dialog, id)
            .into_result(())
            .map_err(Problem::Unprocessable)?;
        check_claims(&dialog, id, &claims)?;
        actors::name(&app, std::iter::once(&mut correction.body.sender)).await?;
        revision::check(envelope.if_match, dialog.revision)?;
        apply(&mut dialog, id, correction.clone());

        let Some(transmission) = dialog.transmissions.iter().find(|t| t.id == id) else {
            return Err(Problem::NotFound(Noun::Transmission, id.to_string()));
        };
        let (old, new) = (part_ids(&before), part_ids(transmission));
        let claimed: Vec<_> = claims
            .numbered()
            .into_iter()
            .filter(|claim| !old.contains(claim))
            .collect();
        let effects = Effects::of_correction(&dialog, now);
        let corrected = CorrectedTransmission {
            dialog: &dialog,
            transmission,
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

async fn owned(app: &App, caller: &Identity, id: Uuid) -> Result<Dialog, Problem> {
    let dialog = app
        .store()
        .dialog(id)
        .await?
        .ok_or_else(|| Problem::no_dialog(id))?;
    usage::note_resource(&dialog.service_resource);
    if !ownership::is_org(app, caller, &dialog.org).await? {
        return Err(Problem::no_dialog(id));
    }
    Ok(dialog)
}

/// All that can be said against the correction before it is made, the first thing first. The transmission as it is.
async fn check(
    app: &App,
    caller: &Identity,
    rules: &Rules,
    dialog: &Dialog,
    id: Uuid,
    correction: &Correction,
) -> Result<Transmission, Problem> {
    let resource = (
        dialog.service_resource.as_str(),
        dialog.service_resource_type.as_str(),
    );
    let attribute = correction.body.authorization_attribute.as_deref();
    write::check_resources(app, caller, rules, resource, attribute).await?;
    if dialog.deleted_at.is_some() {
        return Err(write::gone(dialog.id));
    }
    write::check_not_frozen(dialog.is_frozen, rules)?;
    let transmission = dialog
        .transmissions
        .iter()
        .find(|t| t.id == id)
        .ok_or_else(|| Problem::NotFound(Noun::Transmission, id.to_string()))?;
    let key = correction.idempotent_key.as_deref();
    let is_used = |t: &Transmission| t.id != id && t.idempotent_key.as_deref() == key;
    if key.is_some() && dialog.transmissions.iter().any(is_used) {
        return Err(write::key_used(key));
    }
    Ok(transmission.clone())
}

/// Corrects the transmission and what the dialog says about all of them.
fn apply(dialog: &mut Dialog, id: Uuid, correction: Correction) {
    if let Some(transmission) = dialog.transmissions.iter_mut().find(|t| t.id == id) {
        correction.apply(transmission);
    }
    let all = &dialog.transmissions;
    let from_party = all.iter().filter(|t| t.kind.is_from_party()).count();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    dialog.party_transmissions = count(from_party);
    dialog.service_owner_transmissions = count(all.len() - from_party);
    dialog.has_unopened_content =
        has_unopened_content(all, &dialog.activities, &dialog.service_resource_type);
}

/// Refuses identifiers that another part of the dialog or of the request has.
fn check_claims(dialog: &Dialog, id: Uuid, claims: &Claims) -> Result<(), Problem> {
    write::check_taken_twice(claims)?;
    let others = dialog.transmissions.iter().filter(|t| t.id != id);
    let attachments = others
        .flat_map(|t| &t.body.attachments)
        .chain(&dialog.attachments);
    for attachment in attachments {
        if claims
            .of(PartKind::Attachment)
            .any(|id| id == attachment.id)
        {
            let kind = PartKind::Attachment.key();
            return Err(write::taken(kind, Some(attachment.id)));
        }
        for url in &attachment.urls {
            if claims.of(PartKind::AttachmentUrl).any(|id| id == url.id) {
                let kind = PartKind::AttachmentUrl.key();
                return Err(write::taken(kind, Some(url.id)));
            }
        }
    }
    Ok(())
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
