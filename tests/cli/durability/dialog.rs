//! What clients did to a dialog, and what must be true of it afterwards.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::chance::Chance;

pub const PARTY: &str = "urn:altinn:person:identifier-no:08844397713";
pub const RESOURCE: &str = "urn:altinn:resource:ttd-demo-service";
/// More labels than this are refused.
const MOST_LABELS: usize = 15;

/// One write.
#[derive(Debug, Clone)]
pub enum Change {
    Create,
    Activity(Uuid),
    Transmission(Uuid),
    Progress(u64),
    Label(String),
    SystemLabel,
    Delete,
    Purge,
}

/// What the server shows of a dialog, as far as changes change it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub exists: bool,
    is_deleted: bool,
    progress: Option<u64>,
    activities: BTreeSet<Uuid>,
    transmissions: BTreeSet<Uuid>,
    labels: BTreeSet<String>,
}

/// An event: its type without what all have, and the part it is about.
pub type Event = (String, Option<Uuid>);

/// A dialog that one client writes to, one change after the other.
#[derive(Debug)]
pub struct Dialog {
    pub id: Uuid,
    /// Those that were acknowledged.
    pub changes: Vec<Change>,
    /// The last one, if there was no answer to it: it happened or it did not.
    pub doubtful: Option<Change>,
}

impl Dialog {
    pub fn new(id: Uuid) -> Self {
        Self {
            id,
            changes: Vec::new(),
            doubtful: None,
        }
    }

    /// Whether there can be a next change.
    pub fn is_open(&self) -> bool {
        self.doubtful.is_none() && !matches!(self.changes.last(), Some(Change::Purge))
    }

    /// The next change.
    pub fn choose(&self, chance: &mut Chance, id: impl FnOnce() -> Uuid) -> Change {
        let state = State::after(&self.changes);
        if !state.exists {
            return Change::Create;
        }
        if state.is_deleted {
            return Change::Purge;
        }
        match chance.below(20) {
            0..=5 => Change::Activity(id()),
            6..=9 => Change::Transmission(id()),
            10 | 11 if state.labels.len() < MOST_LABELS => Change::Label(format!("label-{}", id())),
            12 => Change::SystemLabel,
            13 => Change::Delete,
            14 if chance.below(3) == 0 => Change::Purge,
            _ => Change::Progress(state.progress.unwrap_or(0) % 100 + 1),
        }
    }

    /// What was changed, when all that is certain happened, and what is doubtful did or did not.
    pub fn story(&self, with_doubtful: bool) -> Vec<Change> {
        let doubtful = self.doubtful.iter().filter(|_| with_doubtful);
        self.changes.iter().chain(doubtful).cloned().collect()
    }
}

impl Change {
    /// The request that makes it: method, path, body.
    pub fn request(&self, id: Uuid) -> (Method, String, Value) {
        let all = "/api/v1/serviceowner/dialogs";
        let text = |text: &str| json!({"value": [{"languageCode": "nb", "value": text}]});
        let by_owner = json!({"actorType": "ServiceOwner"});
        match self {
            Self::Create => (
                Method::POST,
                all.to_owned(),
                json!({
                    "id": id, "serviceResource": RESOURCE, "party": PARTY,
                    "content": {"title": text("Hei"), "summary": text("En dialog")},
                }),
            ),
            Self::Activity(activity) => (
                Method::POST,
                format!("{all}/{id}/activities"),
                json!({"id": activity, "type": "FormSaved", "performedBy": by_owner}),
            ),
            Self::Transmission(transmission) => (
                Method::POST,
                format!("{all}/{id}/transmissions"),
                json!({
                    "id": transmission, "type": "Information", "sender": by_owner,
                    "content": {"title": text("Forsendelse"), "summary": text("En forsendelse")},
                }),
            ),
            Self::Progress(progress) => (
                Method::PATCH,
                format!("{all}/{id}"),
                json!([{"op": "replace", "path": "/progress", "value": progress}]),
            ),
            Self::Label(label) => (
                Method::POST,
                format!("{all}/{id}/context/labels"),
                json!({"value": label}),
            ),
            Self::SystemLabel => (
                Method::PUT,
                format!("{all}/{id}/endusercontext/systemlabels?endUserId={PARTY}"),
                json!({"addLabels": ["Archive"]}),
            ),
            Self::Delete => (Method::DELETE, format!("{all}/{id}"), Value::Null),
            Self::Purge => (
                Method::POST,
                format!("{all}/{id}/actions/purge"),
                Value::Null,
            ),
        }
    }

    /// The events that tell of it, after `before`.
    fn events(&self, before: &State) -> Vec<Event> {
        let plain = |kind: &str| (kind.to_owned(), None);
        match self {
            Self::Create => vec![plain("created")],
            Self::Activity(id) => vec![
                plain("updated"),
                ("activity.form-saved".to_owned(), Some(*id)),
            ],
            Self::Transmission(id) => {
                vec![
                    plain("updated"),
                    ("transmission.created".to_owned(), Some(*id)),
                ]
            }
            Self::Progress(_) => vec![plain("updated")],
            Self::Label(_) | Self::SystemLabel => Vec::new(),
            Self::Purge if before.is_deleted => Vec::new(),
            Self::Delete | Self::Purge => vec![plain("deleted")],
        }
    }

    fn apply(&self, state: &mut State) {
        match self {
            Self::Create => state.exists = true,
            Self::Activity(id) => drop(state.activities.insert(*id)),
            Self::Transmission(id) => drop(state.transmissions.insert(*id)),
            Self::Progress(progress) => state.progress = Some(*progress),
            Self::Label(label) => drop(state.labels.insert(label.clone())),
            Self::SystemLabel => {}
            Self::Delete => state.is_deleted = true,
            Self::Purge => *state = State::default(),
        }
    }
}

/// All events of a story, in their order.
pub fn events(story: &[Change]) -> Vec<Event> {
    let mut state = State::default();
    let mut events = Vec::new();
    for change in story {
        events.extend(change.events(&state));
        change.apply(&mut state);
    }
    events
}

impl State {
    pub fn after(story: &[Change]) -> Self {
        let mut state = Self::default();
        for change in story {
            change.apply(&mut state);
        }
        state
    }

    /// As a service owner sees it.
    pub fn shown(dialog: &Value) -> Self {
        let ids = |list: &str| {
            let parts = dialog[list].as_array().into_iter().flatten();
            parts
                .map(|part| part["id"].as_str().unwrap().parse().unwrap())
                .collect()
        };
        let labels = dialog["serviceOwnerContext"]["serviceOwnerLabels"].as_array();
        Self {
            exists: true,
            is_deleted: !dialog["deletedAt"].is_null(),
            progress: dialog["progress"].as_u64(),
            activities: ids("activities"),
            transmissions: ids("transmissions"),
            labels: labels
                .into_iter()
                .flatten()
                .map(|label| label["value"].as_str().unwrap().to_owned())
                .collect(),
        }
    }
}
