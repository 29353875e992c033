//! What the stored dialog has against an update: everything that the form of the request does not tell.
//!
//! Each question is asked on its own, because what was collected from earlier ones decides how later ones are answered.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::{Surroundings, ValidUpdate};
use crate::dialog::{
    Dialog,
    draft::{PartKind, check_count, hierarchy_violations},
    resource,
    timestamp::Timestamp,
    violations::Violations,
};

/// An update on its way.
#[derive(Clone, Copy)]
pub struct Proposal<'a> {
    /// The stored dialog, without transmissions and activities.
    pub before: &'a Dialog,
    /// What is known about those.
    pub surroundings: &'a Surroundings,
    /// What is asked for.
    pub update: &'a ValidUpdate,
}

impl Proposal<'_> {
    /// Dates that are other ones than before and have passed, for callers who must care. They may be taken away.
    pub fn passed_dates(&self) -> Violations {
        let mut violations = Violations::default();
        let rules = self.update.rules;
        if rules.admin || rules.silent {
            return violations;
        }
        for (key, old, new) in [
            ("DueAt", self.before.due_at, self.update.due_at),
            ("ExpiresAt", self.before.expires_at, self.update.expires_at),
        ] {
            if old != new && new.is_some_and(|moment| moment <= rules.now) {
                violations.add(
                    key,
                    format!("'{key}' is invalid. Must be in future or current value."),
                );
            }
        }
        violations
    }

    /// Activities that the dialog already has.
    pub fn stored_activities(&self) -> Violations {
        let stored: HashSet<Uuid> = self.surroundings.activities.iter().copied().collect();
        let given = self.update.activities.iter().map(|a| a.id);
        exists(
            PartKind::Activity.key(),
            given.filter(|id| stored.contains(id)),
        )
    }

    /// Whether it tells of correspondence and the caller lacks the scope for that.
    pub fn lacks_correspondence_scope(&self) -> bool {
        !self.update.rules.correspondence_scope
            && self
                .update
                .activities
                .iter()
                .any(|a| a.kind.is_correspondence())
    }

    /// Transmissions that the dialog already has or that do not fit into it.
    pub fn transmission_violations(&self) -> Violations {
        let sent = &self.update.transmissions;
        let stored: HashSet<Uuid> = self
            .surroundings
            .transmissions
            .iter()
            .map(|(id, _)| *id)
            .collect();
        let mut violations = exists(
            PartKind::Transmission.key(),
            sent.iter().map(|t| t.id).filter(|id| stored.contains(id)),
        );
        let own: HashSet<Uuid> = self.before.attachments.iter().map(|a| a.id).collect();
        let attached: HashSet<Uuid> = self.surroundings.attachments.iter().copied().collect();
        violations.extend(exists(
            "DialogAttachment",
            sent.iter()
                .flat_map(|t| &t.body.attachments)
                .map(|a| a.id)
                .filter(|id| attached.contains(id) && !own.contains(id)),
        ));
        let new: HashSet<Uuid> = sent.iter().map(|t| t.id).collect();
        for id in sent.iter().filter_map(|t| t.related_id) {
            if !new.contains(&id) && !stored.contains(&id) {
                violations.add(
                    "Transmissions",
                    format!("There is no transmission '{id}' to be related to."),
                );
            }
        }
        let known = self.surroundings.relations.iter().copied();
        for message in hierarchy_violations(known.chain(sent.iter().map(|t| (t.id, t.related_id))))
        {
            violations.add("Transmissions", message);
        }
        violations.extend(self.count_violations());
        let passed = |moment: Option<Timestamp>| moment.is_some_and(|m| m <= self.update.rules.now);
        for _ in sent
            .iter()
            .flat_map(|t| &t.body.attachments)
            .filter(|a| passed(a.expires_at))
        {
            violations.add(
                "Transmissions.Attachments.ExpiresAt",
                "'ExpiresAt' is invalid. Must be in the future.",
            );
        }
        violations
    }

    fn count_violations(&self) -> Violations {
        let mut violations = Violations::default();
        let from_party = self
            .update
            .transmissions
            .iter()
            .filter(|t| t.kind.is_from_party())
            .count();
        for (is_party, stored, added) in [
            (true, self.before.party_transmissions, from_party),
            (
                false,
                self.before.service_owner_transmissions,
                self.update.transmissions.len() - from_party,
            ),
        ] {
            if added > 0 {
                let stored = usize::try_from(stored).unwrap_or(0);
                check_count(is_party, stored.saturating_add(added), &mut violations);
            }
        }
        violations
    }

    /// Keys that more than one transmission would have, in the order of the request. Letter case counts.
    pub fn repeated_transmission_keys(&self) -> Vec<&str> {
        let stored = self.surroundings.keys.iter().map(|key| (key.as_str(), 1));
        let mut seen: HashMap<&str, usize> = stored.collect();
        self.update
            .transmissions
            .iter()
            .filter_map(|t| t.idempotent_key.as_deref())
            .filter(|key| {
                let count = seen.entry(key).or_insert(0);
                *count += 1;
                *count == 2
            })
            .collect()
    }

    /// Activities about transmissions that do not exist.
    pub fn reference_violations(&self) -> Violations {
        let mut violations = Violations::default();
        let new: HashSet<Uuid> = self.update.transmissions.iter().map(|t| t.id).collect();
        for id in self
            .update
            .activities
            .iter()
            .filter_map(|a| a.transmission_id)
        {
            if !new.contains(&id) && !self.surroundings.has_transmission(id) {
                violations.add("Activities", format!("There is no transmission '{id}'."));
            }
        }
        violations
    }

    /// Attachments of the dialog with a new moment of expiry that has passed. Nobody may do that.
    pub fn expired_attachments(&self) -> Violations {
        let old: HashMap<Uuid, Option<Timestamp>> = self
            .before
            .attachments
            .iter()
            .map(|a| (a.id, a.expires_at))
            .collect();
        let mut violations = Violations::default();
        for attachment in &self.update.attachments {
            let is_other = old.get(&attachment.id) != Some(&attachment.expires_at);
            if is_other
                && attachment
                    .expires_at
                    .is_some_and(|m| m <= self.update.rules.now)
            {
                violations.add(
                    "Attachments.ExpiresAt",
                    "'ExpiresAt' is invalid. Must be in future or current value.",
                );
            }
        }
        violations
    }

    /// Resources that the dialog would name: its own and those in authorization attributes.
    pub fn named_resources(&self) -> BTreeSet<String> {
        let update = self.update;
        let gui = update
            .gui_actions
            .iter()
            .map(|a| &a.authorization_attribute);
        let api = update
            .api_actions
            .iter()
            .map(|a| &a.authorization_attribute);
        let sent = update
            .transmissions
            .iter()
            .map(|t| &t.body.authorization_attribute);
        gui.chain(api)
            .chain(sent)
            .flatten()
            .chain(&self.surroundings.named_resources)
            .chain([&self.before.service_resource])
            .filter(|attribute| resource::is_resource(attribute))
            .map(|attribute| resource::canonical(attribute))
            .collect()
    }
}

/// One violation that names all that exist already.
fn exists(noun: &str, ids: impl Iterator<Item = Uuid>) -> Violations {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    if ids.is_empty() {
        return Violations::default();
    }
    Violations::one(
        noun,
        format!(
            "Entity '{noun}' with the following key(s) already exists: ({}).",
            ids.join(", ")
        ),
    )
}
