//! The rules of a change, as far as the request alone and a few facts about the dialog decide.

use super::{
    Claims,
    check::{Check, Purpose, Rules, Valid},
    create::{check_process, progress},
    dates,
    input::UpdateDialog,
    part,
};
use crate::dialog::{
    action::{ApiAction, GuiAction},
    activity::Activity,
    actor::Actor,
    attachment::Attachment,
    content::Content,
    id::Ids,
    limits,
    status::DialogStatus,
    timestamp::Timestamp,
    transmission::Transmission,
    violations::Violations,
};

/// What the stored dialog says about changes of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// From when end users see it; never changes.
    pub visible_from: Option<Timestamp>,
    /// Whether a transmission of it has no texts.
    pub lacks_transmission_content: bool,
}

/// A valid change. Lists are in the order of the request, all else is in its stored spelling; parts have the
/// identifiers that the client gave, or new ones.
#[derive(Clone)]
pub struct ValidUpdate {
    /// What it was checked against.
    pub rules: Rules,
    /// Identifiers that the client gave, of stored and of new parts.
    pub claims: Claims,
    /// Transmissions to be added.
    pub transmissions: Vec<Transmission>,
    /// Activities to be added.
    pub activities: Vec<Activity>,
    pub(in crate::dialog) progress: Option<i16>,
    pub(in crate::dialog) extended_status: Option<String>,
    pub(in crate::dialog) external_reference: Option<String>,
    pub(in crate::dialog) due_at: Option<Timestamp>,
    pub(in crate::dialog) process: Option<String>,
    pub(in crate::dialog) preceding_process: Option<String>,
    pub(in crate::dialog) expires_at: Option<Timestamp>,
    pub(in crate::dialog) is_api_only: bool,
    pub(in crate::dialog) status: DialogStatus,
    pub(in crate::dialog) content: Option<Content>,
    pub(in crate::dialog) search_tags: Vec<String>,
    pub(in crate::dialog) attachments: Vec<Attachment>,
    pub(in crate::dialog) gui_actions: Vec<GuiAction>,
    pub(in crate::dialog) api_actions: Vec<ApiAction>,
}

impl UpdateDialog {
    /// Checks everything that can be checked without asking anybody, and makes the identifiers that the client left
    /// to us, in the order of the request.
    pub fn validate(
        self,
        rules: &Rules,
        standing: &Standing,
        ids: &mut Ids,
    ) -> Result<ValidUpdate, Violations> {
        let mut check = Check::new(*rules, Purpose::Update, "dto", ids);
        let valid = update(&mut check, self, standing);
        let (mut valid, claims) = check.finish(valid)?;
        valid.claims = claims;
        Ok(valid)
    }
}

fn update(check: &mut Check<'_>, input: UpdateDialog, standing: &Standing) -> Valid<ValidUpdate> {
    dates::check_order(check, standing.visible_from, input.due_at, input.expires_at);
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
    let status = check.choice("status", input.status);
    if standing.lacks_transmission_content && !input.is_api_only {
        check.tell_of(
            "transmissions",
            "A dialog that is not for systems only must not have transmissions without content.",
        );
    }
    let content = part::content(check, input.content, input.is_api_only);
    let search_tags = part::search_tags(check, input.search_tags);
    let attachments = part::attachments(check, input.attachments);
    let gui_actions = part::gui_actions(check, input.gui_actions);
    let api_actions = part::api_actions(check, input.api_actions);
    let transmissions = part::transmissions(check, input.transmissions, input.is_api_only);
    let activities = part::activities(check, input.activities, None);

    Ok(ValidUpdate {
        rules: check.rules,
        claims: Claims::default(),
        transmissions: transmissions?,
        activities: activities?,
        progress: progress?,
        extended_status,
        external_reference,
        due_at: input.due_at,
        process: input.process,
        preceding_process: input.preceding_process,
        expires_at: input.expires_at,
        is_api_only: input.is_api_only,
        status: DialogStatus::from(status?),
        content: content?,
        search_tags: search_tags?,
        attachments: attachments?,
        gui_actions: gui_actions?,
        api_actions: api_actions?,
    })
}

impl ValidUpdate {
    /// Whether it adds transmissions or activities.
    pub fn appends(&self) -> bool {
        !(self.transmissions.is_empty() && self.activities.is_empty())
    }

    /// Everybody who did something in what is added.
    pub fn actors_mut(&mut self) -> impl Iterator<Item = &mut Actor> {
        let senders = self.transmissions.iter_mut().map(|t| &mut t.body.sender);
        let performers = self.activities.iter_mut().map(|a| &mut a.body.performed_by);
        senders.chain(performers)
    }
}
