//! A new dialog that keeps all rules which it can break on its own: what is left to ask, and what it becomes.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::Duration;
use uuid::Uuid;

use super::{Claims, Rules, check_count, dates, hierarchy::hierarchy_violations};
use crate::dialog::{
    Dialog, Violations,
    action::{ApiAction, GuiAction},
    activity::{Activity, DialogActivityType},
    actor::Actor,
    attachment::Attachment,
    content::Content,
    label::{LabelMask, SystemLabel},
    party::PartyUrn,
    resource,
    status::DialogStatus,
    timestamp::Timestamp,
    transmission::Transmission,
};

/// Dialogs from before 2025-12-01 00:00 UTC count as seen: nobody kept track then. Seconds since 1970.
const SEEN_BEFORE: i64 = 1_764_547_200;

/// A valid new dialog. Lists are in the order of the request, all else is in its stored spelling.
pub struct ValidCreate {
    /// What it was checked against.
    pub(super) rules: Rules,
    /// Identifiers that the client gave.
    pub claims: Claims,
    /// Identifier.
    pub id: Uuid,
    /// The service owner's key for creating it once.
    pub idempotent_key: Option<String>,
    /// The resource, lower case.
    pub service_resource: String,
    /// Whose dialog it is.
    pub party: PartyUrn,
    /// Where the dialog lies at first: `Default`, `Bin` or `Archive`.
    pub(super) place: SystemLabel,
    pub(super) progress: Option<i16>,
    pub(super) extended_status: Option<String>,
    pub(super) external_reference: Option<String>,
    pub(super) process: Option<String>,
    pub(super) preceding_process: Option<String>,
    pub(super) visible_from: Option<Timestamp>,
    pub(super) due_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) status: DialogStatus,
    pub(super) is_api_only: bool,
    pub(super) content: Option<Content>,
    pub(super) search_tags: Vec<String>,
    pub(super) service_owner_labels: Vec<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) gui_actions: Vec<GuiAction>,
    pub(super) api_actions: Vec<ApiAction>,
    pub(super) transmissions: Vec<Transmission>,
    pub(super) activities: Vec<Activity>,
}

/// What a dialog gets beside what the client sent.
#[derive(Debug, Clone)]
pub struct Created {
    /// Short name of the resource's owner, lower case.
    pub org: String,
    /// The resource's type, lower case.
    pub resource_type: String,
    /// First revision of the dialog.
    pub revision: Uuid,
    /// First revision of the system labels.
    pub end_user_revision: Uuid,
    /// First revision of the service owner's labels.
    pub service_owner_revision: Uuid,
}

impl ValidCreate {
    /// Resources that authorization attributes name; the caller must own them as well.
    pub fn resource_attributes(&self) -> BTreeSet<String> {
        let gui = self.gui_actions.iter().map(|a| &a.authorization_attribute);
        let api = self.api_actions.iter().map(|a| &a.authorization_attribute);
        let sent = self
            .transmissions
            .iter()
            .map(|t| &t.body.authorization_attribute);
        gui.chain(api)
            .chain(sent)
            .flatten()
            .filter(|attribute| resource::is_resource(attribute))
            .map(|attribute| resource::canonical(attribute))
            .collect()
    }

    /// Dates that must lie ahead and do not, for callers who must care.
    pub fn passed_dates(&self) -> Violations {
        if self.rules.admin || self.rules.silent {
            return Violations::default();
        }
        dates::passed(
            [
                ("DueAt", self.due_at),
                ("ExpiresAt", self.expires_at),
                ("VisibleFrom", self.visible_from),
            ],
            self.rules.now,
        )
    }

    /// Whether it tells of correspondence and the caller lacks the scope for that.
    pub fn lacks_correspondence_scope(&self) -> bool {
        !self.rules.correspondence_scope
            && self.activities.iter().any(|a| a.kind.is_correspondence())
    }

    /// Chains, answers and numbers of transmissions beyond what is allowed.
    pub fn transmission_violations(&self) -> Violations {
        let mut violations = Violations::default();
        let relations = self.transmissions.iter().map(|t| (t.id, t.related_id));
        for message in hierarchy_violations(relations) {
            violations.add("Transmissions", message);
        }
        let from_party = self.party_count();
        check_count(true, from_party, &mut violations);
        check_count(
            false,
            self.transmissions.len() - from_party,
            &mut violations,
        );
        violations
    }

    /// Keys that more than one transmission has, in the order of the request. Letter case counts.
    pub fn repeated_transmission_keys(&self) -> Vec<&str> {
        let mut seen = HashMap::new();
        self.transmissions
            .iter()
            .filter_map(|t| t.idempotent_key.as_deref())
            .filter(|key| {
                let count = seen.entry(*key).or_insert(0);
                *count += 1;
                *count == 2
            })
            .collect()
    }

    /// An identifier that two of its parts of one kind claim, told under the key of that kind.
    pub fn taken_twice(&self) -> Violations {
        self.claims
            .first_taken_twice()
            .map_or_else(Violations::default, |(kind, id)| {
                Violations::one(kind.key(), format!("Key ('Id')=({id}) already exists."))
            })
    }

    /// Everybody who sent or did something.
    pub fn actors_mut(&mut self) -> impl Iterator<Item = &mut Actor> {
        let senders = self.transmissions.iter_mut().map(|t| &mut t.body.sender);
        let performers = self.activities.iter_mut().map(|a| &mut a.body.performed_by);
        senders.chain(performers)
    }

    fn party_count(&self) -> usize {
        self.transmissions
            .iter()
            .filter(|t| t.kind.is_from_party())
            .count()
    }

    /// The dialog as it is stored and shown.
    pub fn into_dialog(mut self, created: Created) -> Dialog {
        let now = self.rules.now;
        let mut created_at = self.created_at.unwrap_or(now);
        // Clients can tell a silent creation by its time of change: it lies a moment after that of creation.
        let silent_lag = Duration::microseconds(i64::from(self.rules.silent));
        let mut updated_at = self.updated_at.unwrap_or(now + silent_lag);
        // Until a dialog is visible it does not exist for end users, so its story starts then.
        if let Some(visible_from) = self.visible_from.filter(|moment| *moment > now) {
            created_at = visible_from;
            updated_at = visible_from;
            for transmission in &mut self.transmissions {
                transmission.created_at = visible_from;
            }
        }

        let mut labels = LabelMask::DEFAULT
            .without(SystemLabel::Default)
            .with(self.place);
        let from_party = self.party_count();
        if from_party > 0 {
            labels = labels.with(SystemLabel::Sent);
        }
        let has_unopened_content = self.has_unopened_content(&created.resource_type);
        let is_seen = created_at.seconds() < SEEN_BEFORE
            || resource::is_migrated(&self.service_resource, &created.org);

        for attachment in &mut self.attachments {
            attachment.urls.sort_by_key(|url| url.id);
        }
        for action in &mut self.api_actions {
            action.endpoints.sort_by_key(|endpoint| endpoint.id);
        }
        for transmission in &mut self.transmissions {
            transmission
                .body
                .attachments
                .sort_by_key(|attachment| attachment.id);
        }
        self.attachments.sort_by_key(|attachment| attachment.id);
        self.gui_actions.sort_by_key(|action| action.id);
        self.api_actions.sort_by_key(|action| action.id);
        self.transmissions.sort_by_key(|t| (t.created_at, t.id));
        self.activities.sort_by_key(|a| (a.created_at, a.id));

        Dialog {
            id: self.id,
            revision: created.revision,
            idempotent_key: self.idempotent_key,
            org: created.org,
            service_resource: self.service_resource,
            service_resource_type: created.resource_type,
            party: self.party.to_string(),
            progress: self.progress,
            extended_status: self.extended_status,
            external_reference: self.external_reference,
            process: self.process,
            preceding_process: self.preceding_process,
            visible_from: self.visible_from,
            due_at: self.due_at,
            expires_at: self.expires_at,
            deleted_at: None,
            created_at,
            updated_at,
            content_updated_at: updated_at,
            status: self.status,
            is_api_only: self.is_api_only,
            is_seen_since_content_update: is_seen,
            is_frozen: false,
            has_unopened_content,
            service_owner_transmissions: count(self.transmissions.len() - from_party),
            party_transmissions: count(from_party),
            content: self.content,
            search_tags: self.search_tags,
            attachments: self.attachments,
            gui_actions: self.gui_actions,
            api_actions: self.api_actions,
            transmissions: self.transmissions,
            activities: self.activities,
            seen: Vec::new(),
            end_user_revision: created.end_user_revision,
            labels,
            service_owner_revision: created.service_owner_revision,
            service_owner_labels: self.service_owner_labels,
        }
    }

    /// Whether something that the service owner sent was not opened yet, or a correspondence was not.
    fn has_unopened_content(&self, resource_type: &str) -> bool {
        let opened: HashSet<Uuid> = self
            .activities
            .iter()
            .filter(|a| a.kind == DialogActivityType::TransmissionOpened)
            .filter_map(|a| a.transmission_id)
            .collect();
        let is_unopened = |t: &Transmission| !t.kind.is_from_party() && !opened.contains(&t.id);
        let is_read = |a: &Activity| a.kind == DialogActivityType::CorrespondenceOpened;
        self.transmissions.iter().any(is_unopened)
            || (resource_type == resource::CORRESPONDENCE_TYPE
                && !self.activities.iter().any(is_read))
    }
}

fn count(transmissions: usize) -> i32 {
    i32::try_from(transmissions).unwrap_or(i32::MAX)
}
