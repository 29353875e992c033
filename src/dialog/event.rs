//! What the world hears about a dialog: CloudEvents 1.0, written with the change and delivered later.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Dialog,
    activity::{Activity, DialogActivityType},
    actor::ActorType,
    timestamp::Timestamp,
    transmission::Transmission,
};
use crate::named_enum;

named_enum! {
    /// What an event is about; stored beside it.
    pub enum EventKind {
        /// A dialog was created.
        Created = 1,
        /// A dialog or a part of it changed.
        Updated = 2,
        /// A dialog was deleted or purged.
        Deleted = 3,
        /// A deleted dialog came back.
        Restored = 4,
        /// Somebody saw a dialog for the first time since it changed.
        Seen = 5,
        /// A transmission was added.
        TransmissionCreated = 6,
        /// An activity was added.
        ActivityCreated = 7,
    }
}

/// An event as it is sent (CloudEvents 1.0, JSON format). All members are of the moment of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudEvent {
    /// Version of the format.
    pub specversion: String,
    /// The same on every attempt, so that receivers can drop what they have seen.
    pub id: Uuid,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub time: Timestamp,
    /// The dialog's resource.
    pub resource: String,
    /// The dialog's id.
    pub resourceinstance: Uuid,
    /// The dialog's party.
    pub subject: String,
    /// Where the thing can be read.
    pub source: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "EventData::is_empty")]
    pub data: EventData,
}

/// The `data` of an event; members that are not set are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are those of the model")]
pub struct EventData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_activity_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_type: Option<ActorType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preceding_process: Option<String>,
}

impl EventData {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One event to be stored with a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is about.
    pub kind: EventKind,
    /// The document.
    pub body: CloudEvent,
}

/// What events tell about every dialog.
#[derive(Debug, Clone, Copy)]
pub struct Topic<'a> {
    /// Identifier.
    pub id: Uuid,
    /// Whose it is.
    pub party: &'a str,
    /// Its resource.
    pub service_resource: &'a str,
    /// The process that it belongs to.
    pub process: Option<&'a str>,
    /// The process before.
    pub preceding_process: Option<&'a str>,
    /// From when end users see it.
    pub visible_from: Option<Timestamp>,
}

/// A dialog, or as much of one as events tell.
pub trait Announced {
    /// What they tell.
    fn topic(&self) -> Topic<'_>;
}

impl Announced for Dialog {
    fn topic(&self) -> Topic<'_> {
        Topic {
            id: self.id,
            party: &self.party,
            service_resource: &self.service_resource,
            process: self.process.as_deref(),
            preceding_process: self.preceding_process.as_deref(),
            visible_from: self.visible_from,
        }
    }
}

/// Writes the events of one request about one dialog.
#[derive(Debug, Clone, Copy)]
pub struct Announcer<'a, D = Dialog> {
    /// The dialog after the change.
    pub dialog: &'a D,
    /// The public base address, without a slash at its end.
    pub base: &'a str,
    /// The moment of the request.
    pub now: Timestamp,
}

impl Announcer<'_> {
    /// The dialog was created, with all its transmissions and activities.
    pub fn created(&self) -> Vec<Event> {
        std::iter::once(self.about_dialog(
            EventKind::Created,
            "created",
            crate::dialog::id::random(),
        ))
        .chain(
            self.dialog
                .transmissions
                .iter()
                .map(|t| self.transmission(t)),
        )
        .chain(self.dialog.activities.iter().map(|a| self.activity(a)))
        .collect()
    }
}

impl<D: Announced> Announcer<'_, D> {
    /// The dialog or a part of it changed.
    pub fn updated(&self) -> Event {
        self.about_dialog(EventKind::Updated, "updated", crate::dialog::id::random())
    }

    /// The dialog was deleted or purged.
    pub fn deleted(&self) -> Event {
        self.about_dialog(EventKind::Deleted, "deleted", crate::dialog::id::random())
    }

    /// The dialog came back.
    pub fn restored(&self) -> Event {
        self.about_dialog(EventKind::Restored, "restored", crate::dialog::id::random())
    }

    /// Somebody saw it; `entry` is the id of the seen-log entry.
    pub fn seen(&self, entry: Uuid) -> Event {
        self.about_dialog(EventKind::Seen, "seen", entry)
    }

    /// A transmission was added.
    pub fn transmission(&self, transmission: &Transmission) -> Event {
        let data = EventData {
            sender_type: Some(transmission.body.sender.actor_type),
            ..self.data()
        };
        self.event(
            EventKind::TransmissionCreated,
            "transmission.created",
            crate::dialog::id::random(),
            &format!("/transmissions/{}", transmission.id),
            data,
        )
    }

    /// An activity was added.
    pub fn activity(&self, activity: &Activity) -> Event {
        let data = EventData {
            activity_id: Some(activity.id),
            extended_activity_type: activity.body.extended_type.clone(),
            ..self.data()
        };
        self.event(
            EventKind::ActivityCreated,
            &format!("activity.{}", activity_name(activity.kind)),
            crate::dialog::id::random(),
            &format!("/activities/{}", activity.id),
            data,
        )
    }

    fn about_dialog(&self, kind: EventKind, name: &str, id: Uuid) -> Event {
        self.event(kind, name, id, "", self.data())
    }

    fn data(&self) -> EventData {
        let topic = self.dialog.topic();
        EventData {
            process: topic.process.map(str::to_owned),
            preceding_process: topic.preceding_process.map(str::to_owned),
            ..EventData::default()
        }
    }

    fn event(&self, kind: EventKind, name: &str, id: Uuid, below: &str, data: EventData) -> Event {
        let topic = self.dialog.topic();
        Event {
            kind,
            body: CloudEvent {
                specversion: "1.0".to_owned(),
                id,
                kind: format!("dialogporten.dialog.{name}.v1"),
                time: self.now,
                resource: topic.service_resource.to_owned(),
                resourceinstance: topic.id,
                subject: topic.party.to_owned(),
                source: format!("{}/api/v1/enduser/dialogs/{}{below}", self.base, topic.id),
                data,
            },
        }
    }
}

/// The name of an activity type in events.
fn activity_name(kind: DialogActivityType) -> &'static str {
    match kind {
        DialogActivityType::DialogCreated => "created",
        DialogActivityType::DialogClosed => "closed",
        DialogActivityType::Information => "information",
        DialogActivityType::TransmissionOpened => "transmission-opened",
        DialogActivityType::PaymentMade => "payment-made",
        DialogActivityType::SignatureProvided => "signature-provided",
        DialogActivityType::DialogOpened => "dialog-opened",
        DialogActivityType::DialogDeleted => "dialog-deleted",
        DialogActivityType::DialogRestored => "dialog-restored",
        DialogActivityType::SentToSigning => "sent-to-signing",
        DialogActivityType::SentToFormFill => "sent-to-form-fill",
        DialogActivityType::SentToSendIn => "sent-to-send-in",
        DialogActivityType::SentToPayment => "sent-to-payment",
        DialogActivityType::FormSubmitted => "form-submitted",
        DialogActivityType::FormSaved => "form-saved",
        DialogActivityType::CorrespondenceOpened => "correspondence-opened",
        DialogActivityType::CorrespondenceConfirmed => "correspondence-confirmed",
    }
}
