//! The rules of a new dialog.

use super::{
    check::{Check, Invalid, Purpose, Rules, Valid},
    claims::PartKind,
    dates,
    input::CreateDialog,
    part,
    valid::ValidCreate,
};
use crate::dialog::{
    id::Ids,
    label::SystemLabel,
    limits,
    party::PartyUrn,
    reading::Choice,
    resource,
    status::{DialogStatus, DialogStatusInput},
    violations::Violations,
};

impl CreateDialog {
    /// Checks everything that can be checked without asking anybody, and makes the identifiers that the client left
    /// to us, in the order of the request.
    pub fn validate(self, rules: &Rules, ids: &mut Ids) -> Result<ValidCreate, Violations> {
        let mut check = Check::new(*rules, Purpose::Create, "dto", ids);
        let valid = create(&mut check, self);
        let (mut dialog, claims) = check.finish(valid)?;
        dialog.claims = claims;
        Ok(dialog)
    }
}

fn create(check: &mut Check<'_>, input: CreateDialog) -> Valid<ValidCreate> {
    dates::check_history(check, &input);
    dates::check_order(check, input.visible_from, input.due_at, input.expires_at);

    let id = check.own_id(PartKind::Dialog, input.id);
    let idempotent_key = check.idempotent_key(input.idempotent_key);
    let service_resource = service_resource(check, input.service_resource);
    let party = party(check, input.party);
    let progress = progress(check, input.progress);
    let extended_status =
        check.optional_text("extendedStatus", input.extended_status, limits::TEXT);
    let external_reference =
        check.optional_text("externalReference", input.external_reference, limits::TEXT);
    check_process(
        check,
        input.process.as_deref(),
        input.preceding_process.as_deref(),
    );
    let status = match input.status {
        None => Ok(DialogStatusInput::NotApplicable),
        given => check.choice("status", given),
    };
    let place = system_label(check, input.system_label);
    let service_owner_labels = check.at("serviceOwnerContext", |check| {
        let context = input.service_owner_context.unwrap_or_default();
        part::service_owner_labels(check, context.service_owner_labels)
    });

    let content = part::content(check, input.content, input.is_api_only);
    let search_tags = part::search_tags(check, input.search_tags);
    let attachments = part::attachments(check, input.attachments);
    let gui_actions = part::gui_actions(check, input.gui_actions);
    let api_actions = part::api_actions(check, input.api_actions);
    let known = input
        .transmissions
        .iter()
        .filter_map(|item| item.id)
        .collect();
    let transmissions = part::transmissions(check, input.transmissions, input.is_api_only);
    let activities = part::activities(check, input.activities, Some(&known));

    Ok(ValidCreate {
        rules: check.rules,
        claims: super::Claims::default(),
        id,
        idempotent_key,
        service_resource: service_resource?,
        party: party?,
        progress: progress?,
        extended_status,
        external_reference,
        process: input.process,
        preceding_process: input.preceding_process,
        visible_from: input.visible_from,
        due_at: input.due_at,
        expires_at: input.expires_at,
        created_at: dates::given(input.created_at),
        updated_at: dates::given(input.updated_at),
        status: DialogStatus::from(status?),
        place: place?,
        is_api_only: input.is_api_only,
        content: content?,
        search_tags: search_tags?,
        service_owner_labels: service_owner_labels?,
        attachments: attachments?,
        gui_actions: gui_actions?,
        api_actions: api_actions?,
        transmissions: transmissions?,
        activities: activities?,
    })
}

/// The resource, lower case.
fn service_resource(check: &mut Check<'_>, urn: Option<String>) -> Valid<String> {
    const MEMBER: &str = "serviceResource";
    let Some(urn) = urn else {
        check.empty(MEMBER);
        return Err(Invalid);
    };
    if !urn.starts_with(resource::PREFIX) {
        check.tell_of(
            MEMBER,
            format!("'ServiceResource' must start with '{}'.", resource::PREFIX),
        );
    }
    check.uri_text(MEMBER, &urn);
    Ok(resource::canonical(&urn))
}

fn party(check: &mut Check<'_>, urn: Option<String>) -> Valid<PartyUrn> {
    check.not_blank("party", urn.as_deref());
    let urn = urn.ok_or(Invalid)?;
    check.longest("party", &urn, limits::TEXT);
    let party = PartyUrn::parse(&urn);
    if party.is_none() {
        check.tell_of(
            "party",
            "'Party' must be the identifier of a person or an organization, for example \
             'urn:altinn:organization:identifier-no:{number}'.",
        );
    }
    party.ok_or(Invalid)
}

/// 0 to 100.
pub(super) fn progress(check: &mut Check<'_>, progress: Option<i32>) -> Valid<Option<i16>> {
    let Some(progress) = progress else {
        return Ok(None);
    };
    let valid = i16::try_from(progress)
        .ok()
        .filter(|progress| (0..=100).contains(progress));
    if valid.is_none() {
        check.tell_of(
            "progress",
            format!("'Progress' must be between 0 and 100. You entered {progress}."),
        );
    }
    valid.map(Some).ok_or(Invalid)
}

/// Processes are URIs of any kind; one that follows another must have a name of its own.
pub(super) fn check_process(
    check: &mut Check<'_>,
    process: Option<&str>,
    preceding_process: Option<&str>,
) {
    if preceding_process.is_some() {
        check.not_blank("process", process);
    }
    for (member, uri) in [
        ("process", process),
        ("precedingProcess", preceding_process),
    ] {
        if let Some(uri) = uri {
            check.uri_text(member, uri);
        }
    }
}

fn system_label(check: &mut Check<'_>, label: Option<Choice<SystemLabel>>) -> Valid<SystemLabel> {
    match label {
        None => Ok(SystemLabel::Default),
        Some(Choice::Known(
            label @ (SystemLabel::Default | SystemLabel::Bin | SystemLabel::Archive),
        )) => Ok(label),
        Some(_) => {
            check.tell_of(
                "systemLabel",
                "'SystemLabel' must be Default, Bin or Archive.",
            );
            Err(Invalid)
        }
    }
}
