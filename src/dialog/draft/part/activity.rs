//! Activities.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{actor, localizations};
use crate::dialog::{
    activity::{Activity, ActivityBody, DialogActivityType},
    draft::{
        check::{Check, Valid},
        claims::PartKind,
        input::CreateDialogActivity,
    },
    limits,
};

/// Activities of a dialog. `transmissions` are the identifiers that they may name; where it is not given, that is found
/// out later.
pub fn activities(
    check: &mut Check<'_>,
    items: Vec<CreateDialogActivity>,
    transmissions: Option<&BTreeSet<Uuid>>,
) -> Valid<Vec<Activity>> {
    check.distinct_ids("activities", items.iter().map(|item| item.id));
    check.each("activities", items, |check, item| {
        let is_known = |id| transmissions.is_none_or(|known| known.contains(&id));
        if let Some(id) = item.transmission_id.filter(|id| !is_known(*id)) {
            check.tell(format!("There is no transmission '{id}' in this request."));
        }
        activity(check, item)
    })
}

/// One activity.
pub fn activity(check: &mut Check<'_>, input: CreateDialogActivity) -> Valid<Activity> {
    let id = check.own_id(PartKind::Activity, input.id);
    let created_at = check.created_at(input.created_at);
    let extended_type = check.optional_uri("extendedType", input.extended_type);
    let kind = check.choice("type", input.kind);

    let is_opening = kind == Ok(DialogActivityType::TransmissionOpened);
    match input.transmission_id {
        None if is_opening => check.empty("transmissionId"),
        Some(_) if !is_opening => check.tell_of(
            "transmissionId",
            "'TransmissionId' is only allowed where the type is TransmissionOpened.",
        ),
        _ => {}
    }

    let performed_by = actor(check, "performedBy", input.performed_by);

    let is_information = kind == Ok(DialogActivityType::Information);
    match (is_information, input.description.is_empty()) {
        (true, true) => check.empty("description"),
        (false, false) => check.tell_of(
            "description",
            "'Description' is only allowed where the type is Information.",
        ),
        _ => {}
    }
    let longest = if check.rules.correspondence_scope {
        limits::CORRESPONDENCE_DESCRIPTION
    } else {
        limits::TEXT
    };
    let description = localizations(check, "description", input.description, longest);

    Ok(Activity {
        id,
        created_at,
        kind: kind?,
        transmission_id: input.transmission_id,
        body: ActivityBody {
            extended_type,
            performed_by: performed_by?,
            description: description?,
        },
    })
}
