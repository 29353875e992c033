//! What a change must know about transmissions and activities that the dialog already has, without reading them all.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::ValidUpdate;
use crate::dialog::{draft::UpdateDialog, id, limits, patch::Operation};

/// What to look for. Asking for too much does no harm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whether transmissions or activities are added at all.
    pub appends: bool,
    /// Identifiers of transmissions, their attachments, and activities.
    pub ids: BTreeSet<Uuid>,
    /// Idempotent keys of transmissions.
    pub keys: BTreeSet<String>,
}

impl Wanted {
    /// What a body needs, before anything in it has been checked.
    pub fn of_body(body: &UpdateDialog) -> Self {
        let mut wanted = Self {
            appends: !(body.transmissions.is_empty() && body.activities.is_empty()),
            ..Self::default()
        };
        for sent in &body.transmissions {
            wanted.ids.extend(sent.id);
            wanted.ids.extend(sent.related_transmission_id);
            wanted.ids.extend(
                sent.attachments
                    .iter()
                    .filter_map(|attachment| attachment.id),
            );
            wanted.keys.extend(sent.idempotent_key.clone());
        }
        for done in &body.activities {
            wanted.ids.extend(done.id);
            wanted.ids.extend(done.transmission_id);
        }
        wanted
    }

    /// What a patch most likely needs: every text in it that may be an identifier or a key, if it touches the lists.
    pub fn of_patch(operations: &[Operation]) -> Self {
        let mut wanted = Self {
            appends: operations.iter().any(Operation::appends),
            ..Self::default()
        };
        if wanted.appends {
            for operation in operations {
                wanted.collect(&operation.value);
            }
        }
        wanted
    }

    /// What a valid change needs for certain. Identifiers that we made are nobody else's.
    pub fn of_update(update: &ValidUpdate) -> Self {
        let given: HashSet<Uuid> = update.claims.iter().map(|(_, id)| id).collect();
        let given = |id: &Uuid| given.contains(id);
        let mut wanted = Self {
            appends: update.appends(),
            ..Self::default()
        };
        for sent in &update.transmissions {
            wanted.ids.extend(Some(sent.id).filter(given));
            wanted.ids.extend(sent.related_id);
            wanted.ids.extend(
                sent.body
                    .attachments
                    .iter()
                    .map(|attachment| attachment.id)
                    .filter(given),
            );
            wanted.keys.extend(sent.idempotent_key.clone());
        }
        for done in &update.activities {
            wanted.ids.extend(Some(done.id).filter(given));
            wanted.ids.extend(done.transmission_id);
        }
        wanted
    }

    /// Whether all of `other` was asked for.
    pub fn covers(&self, other: &Self) -> bool {
        self.appends >= other.appends
            && self.ids.is_superset(&other.ids)
            && self.keys.is_superset(&other.keys)
    }

    fn collect(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                self.ids.extend(id::parse_strict(text));
                if limits::IDEMPOTENT_KEY.contains(&limits::utf16_length(text)) {
                    self.keys.insert(text.clone());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(members) => members.values().for_each(|member| self.collect(member)),
            _ => {}
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Transmissions among the identifiers, each with whether it waits to be opened.
    pub transmissions: Vec<(Uuid, bool)>,
    /// Those, what they answer through all generations, and what answers them directly, each with the one it answers.
    pub relations: Vec<(Uuid, Option<Uuid>)>,
    /// Keys that transmissions of the dialog have.
    pub keys: Vec<String>,
    /// Activities among the identifiers.
    pub activities: Vec<Uuid>,
    /// Attachments among the identifiers, be they of the dialog or of its transmissions.
    pub attachments: Vec<Uuid>,
    /// How many transmissions wait to be opened.
    pub unopened: i64,
    /// Whether an activity tells that a correspondence was opened.
    pub is_correspondence_opened: bool,
    /// Whether a transmission lacks texts; looked for in dialogs that are for systems only.
    pub lacks_transmission_content: bool,
    /// Resources that transmissions name in their authorization attributes.
    pub named_resources: Vec<String>,
    /// Whether there are transmissions or activities.
    pub has_children: bool,
}

impl Surroundings {
    /// Whether the dialog has this transmission.
    pub fn has_transmission(&self, id: Uuid) -> bool {
        self.transmissions.iter().any(|(stored, _)| *stored == id)
    }
}
