//! Who has seen a dialog, as an answer shows it, and whether a view is news.

use uuid::Uuid;

use crate::dialog::{
    Dialog,
    label::SystemLabel,
    party::PartyUrn,
    seen::{SeenEntry, UserType},
    timestamp::Timestamp,
};

/// A view that must be written down before it is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct NewView {
    /// The entry to insert unless it is there.
    pub entry: SeenEntry,
    /// The kind of caller.
    pub user_type: UserType,
    /// What `content_updated_at` was when the dialog was read: later content must not count as seen.
    pub read_content_updated_at: Timestamp,
    /// Whether the dialog was marked as unopened then.
    pub was_marked: bool,
}

/// Whether a view of `dialog` by `viewer` is news, and what to write down if so. The viewer's name is added by the
/// caller.
pub fn new_view(
    dialog: &Dialog,
    viewer: &PartyUrn,
    user_type: UserType,
    now: Timestamp,
) -> Option<NewView> {
    let unopened = dialog.labels.has(SystemLabel::MarkedAsUnopened);
    let known = dialog
        .seen
        .iter()
        .filter(|entry| entry.actor_id == viewer.as_str())
        .any(|entry| entry.seen_at > dialog.updated_at);
    if known && dialog.is_seen_since_content_update && !unopened {
        return None;
    }
    let id = entry_id(dialog, viewer);
    if !unopened && dialog.seen.iter().any(|entry| entry.id == id) {
        return None;
    }
    Some(NewView {
        entry: SeenEntry {
            id,
            seen_at: now,
            actor_id: viewer.as_str().to_owned(),
            actor_name: None,
            via_service_owner: user_type == UserType::ServiceOwnerOnBehalfOfPerson,
        },
        user_type,
        read_content_updated_at: dialog.content_updated_at,
        was_marked: unopened,
    })
}

/// The same dialog, update, flag and viewer give the same id, so that racing views are one entry. It is of version 7
/// with the time of the dialog's own id.
fn entry_id(dialog: &Dialog, viewer: &PartyUrn) -> Uuid {
    let text = format!(
        "{}\n{}\n{}\n{viewer}",
        dialog.id,
        dialog.updated_at.micros(),
        dialog.is_seen_since_content_update
    );
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    bytes[..6].copy_from_slice(&dialog.id.as_bytes()[..6]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}

impl NewView {
    /// Makes a dialog that was read before the view look as it does after it.
    pub fn apply(&self, dialog: &mut Dialog) {
        dialog.is_seen_since_content_update = true;
        dialog.labels = dialog.labels.without(SystemLabel::MarkedAsUnopened);
        if dialog.seen.iter().all(|entry| entry.id != self.entry.id) {
            dialog.seen.push(self.entry.clone());
        }
    }
}

/// The newest entry of each viewer at or after `since`, in the order of time. The entry that this very view has `made`
/// is always among them: a dialog that is not visible yet was changed in the future.
pub fn newest_per_viewer(
    entries: &[SeenEntry],
    since: Timestamp,
    made: Option<Uuid>,
) -> Vec<&SeenEntry> {
    let mut shown: Vec<&SeenEntry> = Vec::new();
    let counts = |entry: &&SeenEntry| entry.seen_at >= since || Some(entry.id) == made;
    for entry in entries.iter().filter(counts) {
        match shown
            .iter_mut()
            .find(|other| other.actor_id == entry.actor_id)
        {
            Some(other) if (other.seen_at, other.id) < (entry.seen_at, entry.id) => *other = entry,
            Some(_) => {}
            None => shown.push(entry),
        }
    }
    shown
}
