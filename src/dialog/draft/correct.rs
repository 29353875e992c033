//! The rules of putting a transmission right.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    Claims,
    check::{Check, Purpose, Rules, Valid},
    hierarchy::hierarchy_violations,
    input::UpdateTransmissionRequest,
    part,
};
use crate::dialog::{
    change::merge::merged,
    id::Ids,
    limits,
    timestamp::Timestamp,
    transmission::{DialogTransmissionType, Transmission, TransmissionBody},
    violations::Violations,
};

/// What a transmission shall be instead. Its identifier stays.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Key under which it is created at most once.
    pub idempotent_key: Option<String>,
    /// When it was sent, where that changes.
    pub created_at: Option<Timestamp>,
    /// What kind of thing.
    pub kind: DialogTransmissionType,
    /// The transmission that it answers.
    pub related_id: Option<Uuid>,
    /// All else.
    pub body: TransmissionBody,
}

impl UpdateTransmissionRequest {
    /// Checks everything that can be checked without knowing the dialog. The time may lie ahead, and attachments may
    /// have expired: they may have been so before.
    pub fn validate(
        self,
        rules: &Rules,
        ids: &mut Ids,
    ) -> Result<(Correction, Claims), Violations> {
        let mut check = Check::new(*rules, Purpose::Update, "dto", ids);
        let correction = correction(&mut check, self);
        let checked = check.finish(correction);
        if rules.silent {
            return checked;
        }
        let mut violations = checked.err().unwrap_or_default();
        violations.add(
            "isSilentUpdate",
            "'IsSilentUpdate' must be true: changes of transmissions are told to nobody.",
        );
        Err(violations)
    }
}

fn correction(check: &mut Check<'_>, input: UpdateTransmissionRequest) -> Valid<Correction> {
    let idempotent_key = check.idempotent_key(input.idempotent_key);
    let authorization_attribute = check.authorization_attribute(input.authorization_attribute);
    let extended_type = check.optional_uri("extendedType", input.extended_type);
    let external_reference =
        check.optional_text("externalReference", input.external_reference, limits::TEXT);
    let kind = check.choice("type", input.kind);
    let sender = part::actor(check, "sender", input.sender);
    let content = part::transmission_content(check, input.content, false);
    let attachments = part::attachments(check, input.attachments);
    let navigational_actions = part::navigational_actions(check, input.navigational_actions);
    Ok(Correction {
        idempotent_key,
        created_at: input.created_at.filter(|moment| !moment.is_unset()),
        kind: kind?,
        related_id: input.related_transmission_id,
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

impl Correction {
    /// Makes `transmission` what it shall be. Attachments that stay keep their places.
    pub fn apply(self, transmission: &mut Transmission) {
        let attachments = merged(&transmission.body.attachments, self.body.attachments);
        transmission.idempotent_key = self.idempotent_key;
        if let Some(created_at) = self.created_at {
            transmission.created_at = created_at;
        }
        transmission.kind = self.kind;
        transmission.related_id = self.related_id;
        transmission.body = TransmissionBody {
            attachments,
            ..self.body
        };
    }
}

/// What is wrong with where transmission `id` stands in its dialog once it answers `related`, or none.
///
/// `relations` tell what it hangs together with, each with the one that it answers now: what lies above `related` and
/// below the transmission itself, and the other answers to `related`.
pub fn correction_violations(
    id: Uuid,
    related: Option<Uuid>,
    relations: &[(Uuid, Option<Uuid>)],
) -> Violations {
    let mut violations = Violations::default();
    let mut relations: HashMap<_, _> = relations.iter().copied().collect();
    relations.insert(id, related);
    match related {
        Some(related) if !relations.contains_key(&related) => violations.add(
            "Transmissions",
            format!("The related transmission '{related}' does not exist in the dialog."),
        ),
        _ => {
            for message in hierarchy_violations(relations.into_iter()) {
                violations.add("Transmissions", message);
            }
        }
    }
    violations
}
