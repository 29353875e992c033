//! Dialogs on their way to the database: the same columns as [`super::super::dialogs::insert`] writes, as lines.

use std::collections::BTreeMap;

use super::line::Lines;
use crate::{
    dialog::{
        actor::ActorType, named::Named, search::Passages, seen::UserType, timestamp::Timestamp,
    },
    store::{
        dialogs::{document, insert::NewDialog},
        keys::DialogKeys,
    },
};

/// New dialogs, each whole. Events are not written: nobody waits for news of made-up data.
#[derive(Debug, Default)]
pub struct Batch {
    dialogs: Lines,
    transmissions: Lines,
    activities: Lines,
    claims: Lines,
    seen: Lines,
    owner_labels: Lines,
    label_log: Lines,
    pub(super) passages: Lines,
    /// The latest time of a dialog of each party and resource, in the one order that keeps batches from waiting for
    /// each other in a circle.
    pub(super) latest: BTreeMap<(i32, i32), Timestamp>,
}

impl Batch {
    /// The lines, each with its statement, in the order in which they refer to each other.
    pub(super) fn copies(&self) -> [(&'static str, &Lines); 8] {
        [
            (
                "COPY dialog (id, party_id, resource_id, org_id, revision, status, flags, label_mask, eu_revision,
                   so_revision, created_at, updated_at, content_updated_at, due_at, visible_from, expires_at,
                   deleted_at, idempotent_key, external_reference, extended_status, process, preceding_process,
                   resource_type, progress, so_transmissions, party_transmissions, gui_attachments, so_labels, list,
                   latest_activity, detail) FROM STDIN",
                &self.dialogs,
            ),
            (
                "COPY transmission (dialog_id, id, party_id, created_at, type, related_id, idempotent_key, opened_at,
                   doc) FROM STDIN",
                &self.transmissions,
            ),
            (
                "COPY activity (dialog_id, id, party_id, created_at, type, transmission_id, doc) FROM STDIN",
                &self.activities,
            ),
            (
                "COPY claimed_id (kind, id, dialog_id) FROM STDIN",
                &self.claims,
            ),
            (
                "COPY seen_log (dialog_id, id, party_id, created_at, user_type, via_service_owner, actor_id,
                   actor_name) FROM STDIN",
                &self.seen,
            ),
            (
                "COPY service_owner_label (dialog_id, value) FROM STDIN",
                &self.owner_labels,
            ),
            (
                "COPY label_log (dialog_id, id, created_at, label, added, actor_type) FROM STDIN",
                &self.label_log,
            ),
            (
                "COPY bulk_passages (dialog_id, party_id, dictionaries, weights, texts) FROM STDIN",
                &self.passages,
            ),
        ]
    }

    /// Adds a dialog with its parts, and with what its seen log says of people.
    pub fn push(&mut self, new: &NewDialog<'_>, keys: DialogKeys) {
        self.push_dialog(new, keys);
        self.push_parts(new, keys);
        let d = new.dialog;
        for (kind, id) in new.claimed {
            self.claims.plain(kind).plain(id).plain(d.id).end();
        }
        for entry in &d.seen {
            self.seen
                .plain(d.id)
                .plain(entry.id)
                .plain(keys.party)
                .moment(entry.seen_at)
                .plain(UserType::Person.number())
                .plain(entry.via_service_owner)
                .text(&entry.actor_id)
                .optional(entry.actor_name.as_deref(), Lines::text)
                .end();
        }
        for label in &d.service_owner_labels {
            self.owner_labels.plain(d.id).text(label).end();
        }
        for (id, label) in new.labelled {
            self.label_log
                .plain(d.id)
                .plain(id)
                .moment(new.now)
                .plain(label.number())
                .plain(true)
                .plain(ActorType::ServiceOwner.number())
                .end();
        }
        let passages = Passages::of_dialog(d);
        self.passages
            .plain(d.id)
            .plain(keys.party)
            .texts(passages.dictionaries)
            .texts(passages.weights)
            .texts(passages.texts.iter().map(AsRef::as_ref))
            .end();
        let latest = d.created_at.max(d.updated_at).max(d.content_updated_at);
        self.latest
            .entry((keys.party, keys.resource))
            .and_modify(|known| *known = latest.max(*known))
            .or_insert(latest);
    }

    fn push_dialog(&mut self, new: &NewDialog<'_>, keys: DialogKeys) {
        let d = new.dialog;
        let (list, detail) = document::documents(d);
        self.dialogs
            .plain(d.id)
            .plain(keys.party)
            .plain(keys.resource)
            .plain(keys.org)
            .plain(d.revision)
            .plain(d.status.number())
            .plain(document::flags(d))
            .plain(d.labels.bits())
            .plain(d.end_user_revision)
            .plain(d.service_owner_revision)
            .moment(d.created_at)
            .moment(d.updated_at)
            .moment(d.content_updated_at)
            .optional(d.due_at, Lines::moment)
            .optional(d.visible_from, Lines::moment)
            .optional(d.expires_at, Lines::moment)
            .optional(d.deleted_at, Lines::moment)
            .optional(d.idempotent_key.as_deref(), Lines::text)
            .optional(d.external_reference.as_deref(), Lines::text)
            .optional(d.extended_status.as_deref(), Lines::text)
            .optional(d.process.as_deref(), Lines::text)
            .optional(d.preceding_process.as_deref(), Lines::text)
            .text(&d.service_resource_type)
            .optional(d.progress, Lines::plain)
            .plain(d.service_owner_transmissions)
            .plain(d.party_transmissions)
            .plain(document::gui_attachments(&d.attachments))
            .texts(d.service_owner_labels.iter().map(String::as_str))
            .json(&list)
            .optional(
                document::latest_activity(&d.activities).as_ref(),
                Lines::json,
            )
            .json(&detail)
            .end();
    }

    fn push_parts(&mut self, new: &NewDialog<'_>, keys: DialogKeys) {
        let d = new.dialog;
        for t in &d.transmissions {
            self.transmissions
                .plain(d.id)
                .plain(t.id)
                .plain(keys.party)
                .moment(t.created_at)
                .plain(t.kind.number())
                .optional(t.related_id, Lines::plain)
                .optional(t.idempotent_key.as_deref(), Lines::text)
                .optional(document::opened_at(d, t.id), Lines::moment)
                .json(&t.body)
                .end();
        }
        for a in &d.activities {
            self.activities
                .plain(d.id)
                .plain(a.id)
                .plain(keys.party)
                .moment(a.created_at)
                .plain(a.kind.number())
                .optional(a.transmission_id, Lines::plain)
                .json(&a.body)
                .end();
        }
    }
}
