//! How a dialog changes: the stored dialog and a valid update become what is written, and what else follows from it.
//!
//! A change is the difference of two states. Where there is none, nothing is written, no time moves and nobody hears
//! of it; what only spells the stored value in another way is no difference.

pub(in crate::dialog) mod merge;
mod parts;
mod proposal;
mod surroundings;

#[cfg(test)]
mod tests;

pub use proposal::Proposal;
pub use surroundings::{Surroundings, Wanted};

use std::collections::HashSet;

use uuid::Uuid;

use self::merge::merged;
use crate::dialog::{
    Dialog,
    activity::{Activity, DialogActivityType},
    draft::{Claims, PartKind, ValidUpdate},
    event::{Announcer, Event},
    label::{LabelMask, SystemLabel},
    search::Passages,
    timestamp::Timestamp,
    transmission::Transmission,
};

/// The difference that an update makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The dialog afterwards, without transmissions and activities.
    pub after: Dialog,
    /// Transmissions that are added, oldest first.
    pub transmissions: Vec<Transmission>,
    /// Activities that are added, oldest first.
    pub activities: Vec<Activity>,
    /// Identifiers that the client gave to new parts, with the numbers of their kinds.
    pub claimed: Vec<(i16, Uuid)>,
    /// Identifiers of parts that are gone.
    pub freed: Vec<(i16, Uuid)>,
    /// An identifier that two parts of one kind would have, so that nothing can be written.
    pub taken: Option<(PartKind, Uuid)>,
    /// How the system labels change.
    pub labels: LabelChange,
    /// Whether content moved: the content's time moves with it, and it counts as unseen again.
    pub unsees: bool,
    /// Whether words that the dialog is found by are other ones now; those of new transmissions and activities aside.
    pub changes_words: bool,
    /// Whether the stored dialog differs from the new one; system labels aside.
    is_effective: bool,
    is_silent: bool,
    now: Timestamp,
}

/// System labels that a change sets and takes off, whatever they are when it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LabelChange {
    /// Whether the dialog goes back to the inbox.
    pub to_inbox: bool,
    /// Whether the party has sent something.
    pub adds_sent: bool,
}

impl LabelChange {
    /// Bits that stay, and bits that are set.
    pub fn masks(self) -> (i16, i16) {
        let (bin, archive) = (
            LabelMask::bit(SystemLabel::Bin),
            LabelMask::bit(SystemLabel::Archive),
        );
        let (keep, set) = if self.to_inbox {
            (!(bin | archive), LabelMask::bit(SystemLabel::Default))
        } else {
            (!0, 0)
        };
        if self.adds_sent {
            (keep, set | LabelMask::bit(SystemLabel::Sent))
        } else {
            (keep, set)
        }
    }

    /// Whether labels such as these change.
    pub fn changes(self, labels: LabelMask) -> bool {
        let (keep, set) = self.masks();
        labels.bits() & keep | set != labels.bits()
    }
}

impl Change {
    /// Whether nothing changes at all.
    pub fn is_empty(&self, before: &Dialog) -> bool {
        !self.is_effective && !self.labels.changes(before.labels)
    }

    /// Whether the dialog or a part of it changes, and not only its system labels.
    pub fn is_effective(&self) -> bool {
        self.is_effective
    }

    /// What the world hears; nothing of silent changes.
    pub fn events(&self, base: &str) -> Vec<Event> {
        if !self.is_effective || self.is_silent {
            return Vec::new();
        }
        let announcer = Announcer {
            dialog: &self.after,
            base,
            now: self.now,
        };
        std::iter::once(announcer.updated())
            .chain(self.transmissions.iter().map(|t| announcer.transmission(t)))
            .chain(self.activities.iter().map(|a| announcer.activity(a)))
            .collect()
    }
}

/// What `update` makes of `before`, which comes without transmissions and activities. `revision` is the next one.
pub fn change(
    before: &Dialog,
    update: ValidUpdate,
    surroundings: &Surroundings,
    revision: Uuid,
) -> Change {
    let rules = update.rules;
    let now = rules.now;
    let hidden_until = before.visible_from.filter(|moment| *moment > now);

    let mut transmissions = update.transmissions;
    for transmission in &mut transmissions {
        if let Some(visible_from) = hidden_until {
            transmission.created_at = visible_from;
        }
        transmission.body.attachments =
            merged(&[], std::mem::take(&mut transmission.body.attachments));
    }
    transmissions.sort_by_key(|t| (t.created_at, t.id));
    let mut activities = update.activities;
    activities.sort_by_key(|a| (a.created_at, a.id));

    let mut after = Dialog {
        progress: update.progress,
        extended_status: update.extended_status,
        external_reference: update.external_reference,
        due_at: update.due_at,
        process: update.process,
        preceding_process: update.preceding_process,
        expires_at: update.expires_at,
        is_api_only: update.is_api_only,
        status: update.status,
        content: update.content,
        search_tags: merge::merged_words(&before.search_tags, update.search_tags),
        attachments: merged(&before.attachments, update.attachments),
        gui_actions: merged(&before.gui_actions, update.gui_actions),
        api_actions: merged(&before.api_actions, update.api_actions),
        ..before.clone()
    };
    let is_effective = after != *before || !transmissions.is_empty() || !activities.is_empty();
    let moves_content = !transmissions.is_empty() || is_other_content(before, &after);

    let from_party = transmissions
        .iter()
        .filter(|t| t.kind.is_from_party())
        .count();
    let from_owner = transmissions.len() - from_party;
    after.party_transmissions = before.party_transmissions.saturating_add(count(from_party));
    after.service_owner_transmissions = before
        .service_owner_transmissions
        .saturating_add(count(from_owner));
    if !(transmissions.is_empty() && activities.is_empty()) {
        after.has_unopened_content =
            has_unopened_content(before, surroundings, &transmissions, &activities);
    }

    let mut unsees = false;
    if is_effective {
        after.revision = revision;
        if let Some(visible_from) = hidden_until {
            after.updated_at = visible_from;
            after.content_updated_at = visible_from;
            unsees = true;
        } else if !rules.silent {
            after.updated_at = now.max(before.updated_at);
            if moves_content {
                after.content_updated_at = now.max(before.content_updated_at);
                unsees = true;
            }
        }
        after.is_seen_since_content_update &= !unsees;
    }

    let (old, new) = (parts::part_ids(before), parts::part_ids(&after));
    Change {
        taken: update
            .claims
            .first_taken_twice()
            .or_else(|| parts::first_moved(&old, &new)),
        claimed: new_claims(&update.claims, &old),
        freed: sorted(parts::only_in(&old, &new)),
        labels: LabelChange {
            to_inbox: !rules.silent,
            adds_sent: from_party > 0,
        },
        unsees,
        changes_words: Passages::of_dialog(before) != Passages::of_dialog(&after),
        is_effective,
        is_silent: rules.silent,
        now,
        after,
        transmissions,
        activities,
    }
}

/// Whether something differs that its readers see as content.
fn is_other_content(before: &Dialog, after: &Dialog) -> bool {
    before.status != after.status
        || before.extended_status != after.extended_status
        || before.content != after.content
        || before.attachments != after.attachments
        || before.gui_actions != after.gui_actions
        || before.api_actions != after.api_actions
}

fn has_unopened_content(
    before: &Dialog,
    surroundings: &Surroundings,
    transmissions: &[Transmission],
    activities: &[Activity],
) -> bool {
    let opened: HashSet<Uuid> = activities
        .iter()
        .filter(|a| a.kind == DialogActivityType::TransmissionOpened)
        .filter_map(|a| a.transmission_id)
        .collect();
    let opened_now = surroundings
        .transmissions
        .iter()
        .filter(|(id, waits)| *waits && opened.contains(id))
        .count();
    let waits = |t: &Transmission| !t.kind.is_from_party() && !opened.contains(&t.id);
    let is_read = |a: &Activity| a.kind == DialogActivityType::CorrespondenceOpened;
    surroundings.unopened > i64::try_from(opened_now).unwrap_or(i64::MAX)
        || transmissions.iter().any(waits)
        || (before.is_correspondence()
            && !surroundings.is_correspondence_opened
            && !activities.iter().any(is_read))
}

fn new_claims(claims: &Claims, stored: &parts::PartIds) -> Vec<(i16, Uuid)> {
    claims
        .iter()
        .filter(|claim| !stored.contains_key(claim))
        .filter_map(|(kind, id)| Some((kind.number()?, id)))
        .collect()
}

fn sorted(parts: HashSet<(i16, Uuid)>) -> Vec<(i16, Uuid)> {
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_unstable();
    parts
}

fn count(transmissions: usize) -> i32 {
    i32::try_from(transmissions).unwrap_or(i32::MAX)
}
