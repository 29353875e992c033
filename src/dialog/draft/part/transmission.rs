//! Transmissions.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{actor, attachments, localizations, transmission_content};
use crate::dialog::{
    draft::{
        check::{Check, Purpose, Valid},
        claims::PartKind,
        input::{CreateDialogTransmission, CreateDialogTransmissionNavigationalAction},
    },
    limits,
    transmission::{NavigationalAction, Transmission, TransmissionBody},
};

/// Transmissions of a dialog; `may_lack_content` where the dialog is for systems only.
pub fn transmissions(
    check: &mut Check<'_>,
    items: Vec<CreateDialogTransmission>,
    may_lack_content: bool,
) -> Valid<Vec<Transmission>> {
    check.distinct_ids("transmissions", items.iter().map(|item| item.id));
    let given: BTreeSet<Uuid> = items.iter().filter_map(|item| item.id).collect();
    check.each("transmissions", items, |check, item| {
        // On update it may answer one that the dialog already has, which is found out later.
        let unknown = item
            .related_transmission_id
            .filter(|id| !given.contains(id));
        if let Some(id) = unknown.filter(|_| check.purpose == Purpose::Create) {
            check.tell(format!("There is no transmission '{id}' in this request."));
        }
        transmission(check, item, may_lack_content)
    })
}

/// One transmission.
pub fn transmission(
    check: &mut Check<'_>,
    input: CreateDialogTransmission,
    may_lack_content: bool,
) -> Valid<Transmission> {
    let id = check.own_id(PartKind::Transmission, input.id);
    let idempotent_key = check.idempotent_key(input.idempotent_key);
    let created_at = check.created_at(input.created_at);
    let authorization_attribute = check.authorization_attribute(input.authorization_attribute);
    let extended_type = check.optional_uri("extendedType", input.extended_type);
    let external_reference =
        check.optional_text("externalReference", input.external_reference, limits::TEXT);
    if input.id.is_some() && input.related_transmission_id == input.id {
        check.tell_of(
            "relatedTransmissionId",
            "A transmission must not be related to itself.",
        );
    }
    let kind = check.choice("type", input.kind);
    let sender = actor(check, "sender", input.sender);
    let content = transmission_content(check, input.content, may_lack_content);
    let attachments = attachments(
        check,
        input.attachments.into_iter().map(Into::into).collect(),
    );
    let navigational_actions = navigational_actions(check, input.navigational_actions);
    Ok(Transmission {
        id,
        idempotent_key,
        created_at,
        kind: kind?,
        related_id: input.related_transmission_id,
        is_authorized: None,
        body: TransmissionBody {
            authorization_attribute,
            extended_type,
            external_reference,
            sender: sender?,
            content: content?,
            attachments: attachments?,
            navigational_actions: navigational_actions?,
        },
    })
}

/// The links of a transmission.
pub fn navigational_actions(
    check: &mut Check<'_>,
    items: Vec<CreateDialogTransmissionNavigationalAction>,
) -> Valid<Vec<NavigationalAction>> {
    check.each("navigationalActions", items, |check, item| {
        if item.title.is_empty() {
            check.empty("title");
        }
        let title = localizations(check, "title", item.title, limits::TEXT);
        let url = check.https_url(item.url);
        check.not_expired(item.expires_at);
        Ok(NavigationalAction {
            title: title?,
            url: url?,
            expires_at: item.expires_at,
        })
    })
}
