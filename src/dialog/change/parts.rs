//! Which parts a dialog has: what a change adds and takes away, and whose identifiers they have.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::dialog::{Dialog, action::ApiAction, attachment::Attachment, draft::PartKind};

/// A part of a dialog's lists and the part that it belongs to; the zero UUID for what belongs to the dialog itself.
pub type PartIds = HashMap<(PartKind, Uuid), Uuid>;

/// Attachments, links, buttons, API actions and endpoints of a dialog.
pub fn part_ids(dialog: &Dialog) -> PartIds {
    let mut ids = list_ids(&dialog.attachments, &dialog.api_actions);
    let buttons = dialog.gui_actions.iter().map(|action| action.id);
    ids.extend(buttons.map(|id| ((PartKind::GuiAction, id), Uuid::nil())));
    ids
}

fn list_ids(attachments: &[Attachment], api_actions: &[ApiAction]) -> PartIds {
    let mut ids = PartIds::new();
    for attachment in attachments {
        ids.insert((PartKind::Attachment, attachment.id), Uuid::nil());
        for url in &attachment.urls {
            ids.insert((PartKind::AttachmentUrl, url.id), attachment.id);
        }
    }
    for action in api_actions {
        ids.insert((PartKind::ApiAction, action.id), Uuid::nil());
        for endpoint in &action.endpoints {
            ids.insert((PartKind::Endpoint, endpoint.id), action.id);
        }
    }
    ids
}

/// The first part that would move to another parent: its identifier is taken by what it was.
pub fn first_moved(before: &PartIds, after: &PartIds) -> Option<(PartKind, Uuid)> {
    after
        .iter()
        .filter(|(part, parent)| before.get(part).is_some_and(|old| old != *parent))
        .map(|(part, _)| *part)
        .min_by_key(|(_, id)| *id)
}

/// The parts of one side that the other does not have, with the numbers of their kinds.
pub fn only_in(one: &PartIds, other: &PartIds) -> HashSet<(i16, Uuid)> {
    one.keys()
        .filter(|part| !other.contains_key(part))
        .filter_map(|(kind, id)| Some((kind.number()?, *id)))
        .collect()
}
