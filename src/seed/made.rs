//! From a request to the dialog that it creates, by the rules that requests have to keep.

use uuid::Uuid;

use super::{Chance, Outline};
use crate::{
    dialog::{
        Dialog, Violations,
        draft::{CreateDialog, Created, Rules},
        id::Ids,
        label::{LabelMask, LoggedChange, SystemLabel},
        seen::UserType,
        timestamp::Timestamp,
        view::seen::new_view,
    },
    json,
    store::dialogs::insert::NewDialog,
};

/// Short name of the service owner of all dialogs.
pub const ORG: &str = "ttd";
/// The type of all services.
pub const RESOURCE_TYPE: &str = "GenericAccessResource";
/// The name of everybody who looked at a dialog.
pub(super) const VIEWER: &str = "Kari Nordmann";

/// Why a request makes no dialog; none of ours should be refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be read.
    #[error("the made-up dialog {number} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        number: u64,
        /// Why.
        reason: String,
    },
    /// It breaks a rule.
    #[error("the made-up dialog {number} breaks a rule: {violations:?}")]
    Invalid {
        /// Which.
        number: u64,
        /// Which rules.
        violations: Violations,
    },
}

/// A dialog, and what is kept of its creation.
#[derive(Debug)]
pub struct Made {
    /// The dialog, with who has seen it.
    pub dialog: Dialog,
    /// Entries of its label log.
    pub labelled: Vec<(Uuid, SystemLabel)>,
    /// When it was created, as far as the log is concerned.
    pub now: Timestamp,
}

/// What the server makes of `body` when it changed for the last time, and what happened to it since.
pub fn dialog(outline: &Outline, body: &str, chance: &mut Chance) -> Result<Made, Refused> {
    let number = outline.number;
    let draft: CreateDialog =
        json::read(body.as_bytes()).map_err(|refusal| Refused::Unreadable {
            number,
            reason: format!("{refusal:?}"),
        })?;
    let rules = Rules {
        now: outline.changed_at,
        admin: false,
        // What is due may have passed since.
        silent: true,
        correspondence_scope: false,
        legacy_html_scope: false,
    };
    let mut ids = Ids::counting_from(outline.id);
    let valid = draft
        .validate(&rules, &mut ids)
        .map_err(|violations| Refused::Invalid { number, violations })?;
    let mut violations = valid.passed_dates();
    violations.extend(valid.transmission_violations());
    if !violations.is_empty() {
        return Err(Refused::Invalid { number, violations });
    }
    let mut dialog = valid.into_dialog(Created {
        org: ORG.to_owned(),
        resource_type: RESOURCE_TYPE.to_lowercase(),
        revision: revision(chance),
        end_user_revision: revision(chance),
        service_owner_revision: revision(chance),
    });
    let labelled = LoggedChange::between(LabelMask::DEFAULT, dialog.labels)
        .map(|came| (ids.next(), came.label))
        .collect();
    if let Some(at) = outline.seen_at {
        let viewer = outline.party_urn();
        if let Some(mut view) = new_view(&dialog, &viewer, UserType::Person, at) {
            view.entry.actor_name = Some(VIEWER.to_owned());
            view.apply(&mut dialog);
        }
    }
    if outline.deleted_at.is_some() {
        dialog.deleted_at = outline.deleted_at;
        dialog.revision = revision(chance);
    }
    Ok(Made {
        dialog,
        labelled,
        now: outline.changed_at,
    })
}

impl Made {
    /// As the store takes it.
    pub fn as_new(&self) -> NewDialog<'_> {
        NewDialog {
            dialog: &self.dialog,
            claimed: &[],
            labelled: &self.labelled,
            events: &[],
            hold_until: None,
            now: self.now,
        }
    }
}

/// A UUID of version 4 (RFC 9562, section 5.4).
fn revision(chance: &mut Chance) -> Uuid {
    let bits = u128::from(chance.number()) << 64 | u128::from(chance.number());
    let mut bytes = bits.to_be_bytes();
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Plan, body};

    #[test]
    fn every_made_up_dialog_keeps_the_rules_and_is_the_same_each_time() {
        let plan = Plan {
            dialogs: 2_000,
            parties: 200,
            first_party: 0,
            seed: 3,
            first_dialog: 0,
            until: Timestamp::new(chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap()),
        };
        let of = |index| {
            let (outline, mut chance) = plan.outline(index);
            let body = body(&outline, &mut chance);
            dialog(&outline, &body, &mut chance).unwrap()
        };
        let mut seen = 0;
        for index in 0..plan.dialogs {
            let made = of(index);
            let d = &made.dialog;
            assert_eq!(d.transmissions.len(), 2);
            assert_eq!(d.activities.len(), 2);
            assert_eq!(
                d.is_content_seen(),
                !d.seen.is_empty() || d.created_at.seconds() < 1_764_547_200
            );
            assert!(d.created_at <= d.content_updated_at && d.updated_at == d.content_updated_at);
            seen += d.seen.len();
        }
        assert!((300..600).contains(&seen), "{seen}");
        assert_eq!(of(77).dialog, of(77).dialog);
    }
}
