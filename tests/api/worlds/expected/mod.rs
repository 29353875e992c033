//! What every question about a world should be answered with, step by step: what is asked changes what is seen.

mod rights;
mod views;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    naive::{self, Pair},
    settled::Settled,
    world::{Asks, Dialog, Kind, Moment, PartyKind, Place, Step, Transmission},
};

/// What has happened to a dialog since it was created.
struct State {
    place: Place,
    is_marked: bool,
    is_content_seen: bool,
    /// Who, and whether the content counted as seen before.
    seen: Vec<(usize, bool)>,
    log: Vec<String>,
}

/// A world while it is asked.
pub struct Expected<'a> {
    settled: &'a Settled,
    states: Vec<State>,
}

impl<'a> Expected<'a> {
    pub fn new(settled: &'a Settled) -> Self {
        let state = |dialog: &Dialog| State {
            place: dialog.place,
            is_marked: false,
            is_content_seen: false,
            seen: Vec::new(),
            log: match dialog.place {
                Place::Default => Vec::new(),
                place => vec![format!("set {place:?}")],
            },
        };
        let states = settled.world.dialogs.iter().map(state).collect();
        Self { settled, states }
    }

    /// The answer to the next question, as [`told`](super::told::told) tells it.
    pub fn answer(&mut self, step: &Step) -> Value {
        match &step.asks {
            Asks::Search {
                parties,
                resources,
                place,
            } => self.search(step, parties, resources, *place),
            Asks::Get(dialog) => self.get(step, *dialog),
            Asks::Activities(dialog) => self.part(
                step,
                *dialog,
                &[],
                |_| json!({"status": 200, "count": self.dialog(*dialog).activities}),
            ),
            Asks::Activity(dialog, n) => self.part(step, *dialog, &[], |_| {
                let exists = *n < self.dialog(*dialog).activities;
                if exists {
                    json!({"status": 200})
                } else {
                    refusal(404, "DialogActivity")
                }
            }),
            Asks::Transmissions(dialog) => {
                let sent = &self.dialog(*dialog).transmissions;
                self.part(step, *dialog, sent, |permitted| {
                    let sent: Vec<_> = sent
                        .iter()
                        .map(|sent| views::transmission(permitted, sent))
                        .collect();
                    json!({"status": 200, "transmissions": sent})
                })
            }
            Asks::Transmission(dialog, n) => {
                let sent: Vec<_> = self
                    .dialog(*dialog)
                    .transmissions
                    .get(*n)
                    .cloned()
                    .into_iter()
                    .collect();
                self.part(step, *dialog, &sent, |permitted| match sent.first() {
                    Some(sent) => {
                        json!({"status": 200, "transmission": views::transmission(permitted, sent)})
                    }
                    None => refusal(404, "DialogTransmission"),
                })
            }
            Asks::SeenLog(dialog) => self.part(step, *dialog, &[], |_| {
                let seen = &self.states[*dialog].seen;
                let own = seen
                    .iter()
                    .filter(|(who, _)| self.is_same(*who, step.who))
                    .count();
                json!({"status": 200, "seen": seen.len(), "own": own})
            }),
            // That there is no such entry is told before level and period are looked at.
            Asks::SeenEntry(dialog) => self
                .refused_access(step, *dialog, &[])
                .unwrap_or_else(|| refusal(404, "DialogSeenLog")),
            Asks::LabelLog(dialog) => {
                if self.dialog(*dialog).is_deleted {
                    return refusal(404, "DialogEntity");
                }
                self.part(step, *dialog, &[], |_| {
                    // All is asked at one moment, so nothing in the log is earlier than anything else.
                    let mut log = self.states[*dialog].log.clone();
                    log.sort();
                    json!({"status": 200, "log": log})
                })
            }
            Asks::SetLabels { dialogs, add } => self.set_labels(step, dialogs, add),
            Asks::Lookup(dialog, by) => self.lookup(step, *dialog, *by),
            Asks::Resources(parties) => self.resources(step, parties),
            Asks::Parties => self.parties(step),
        }
    }

    fn dialog(&self, dialog: usize) -> &'a Dialog {
        &self.settled.world.dialogs[dialog]
    }

    fn is_same(&self, one: usize, other: usize) -> bool {
        let kind = |who: usize| self.settled.world.people[who].kind;
        one == other || kind(one) == kind(other) && kind(one) != Kind::System
    }

    fn is_low(&self, step: &Step, resource: usize) -> bool {
        u32::from(step.level) < self.settled.world.resources[resource].level.unwrap_or(3)
    }

    /// A list of nobody is a fault of the platform, except for systems, and for people who ask about some parties.
    fn is_known(&self, step: &Step, is_asked_for_parties: bool) -> bool {
        let world = &self.settled.world;
        !naive::represented(world, step.who).is_empty()
            || match world.people[step.who].kind {
                Kind::System => true,
                Kind::Party(party) => {
                    is_asked_for_parties && world.parties[party] == PartyKind::Person
                }
            }
    }

    fn search(
        &self,
        step: &Step,
        parties: &[usize],
        resources: &[usize],
        place: Option<Place>,
    ) -> Value {
        if !self.is_known(step, !parties.is_empty()) {
            return json!({"status": 502});
        }
        let wants = |list: &[usize], one| list.is_empty() || list.contains(&one);
        let mut items = BTreeMap::new();
        for (n, dialog) in self.settled.world.dialogs.iter().enumerate() {
            let is_there = !dialog.is_deleted
                && dialog.visible_from != Some(Moment::After)
                && !matches!(dialog.expires_at, Some(Moment::Before | Moment::Now));
            if is_there
                && wants(parties, dialog.party)
                && wants(resources, dialog.resource)
                && place.is_none_or(|place| self.states[n].place == place)
                && naive::finds(&self.settled.world, step.who, n)
            {
                let texts = dialog
                    .texts
                    .map(|texts| views::listed(n, texts, self.is_low(step, dialog.resource)));
                let state = &self.states[n];
                let is_seen = state.is_content_seen && !state.is_marked;
                items.insert(
                    self.settled.dialogs[n].id.clone(),
                    json!({"texts": texts, "isContentSeen": is_seen}),
                );
            }
        }
        json!({"status": 200, "items": items})
    }

    fn refused_at_this_time(&self, step: &Step, dialog: &Dialog) -> Option<Value> {
        if self.is_low(step, dialog.resource) {
            return Some(json!({
                "status": 403, "errors": ["Forbidden"], "text": "Altinn authentication level too low.",
            }));
        }
        if dialog.visible_from == Some(Moment::After) {
            return Some(json!({"status": 404, "errors": ["DialogEntity"], "expires": true}));
        }
        if dialog.expires_at == Some(Moment::Before) {
            return Some(refusal(404, "DialogEntity"));
        }
        None
    }

    fn refused_access(&self, step: &Step, n: usize, loaded: &[Transmission]) -> Option<Value> {
        let permitted = naive::permitted(&self.settled.world, step.who, n, false, loaded);
        if !naive::has_main(&permitted) {
            return Some(refusal(404, "DialogEntity"));
        }
        self.dialog(n)
            .is_deleted
            .then(|| refusal(410, "DialogEntity"))
    }

    fn part(
        &self,
        step: &Step,
        n: usize,
        loaded: &[Transmission],
        answer: impl FnOnce(&BTreeSet<Pair>) -> Value,
    ) -> Value {
        self.refused_access(step, n, loaded)
            .or_else(|| self.refused_at_this_time(step, self.dialog(n)))
            .unwrap_or_else(|| {
                answer(&naive::permitted(
                    &self.settled.world,
                    step.who,
                    n,
                    false,
                    loaded,
                ))
            })
    }
}

fn refusal(status: u16, key: &str) -> Value {
    json!({"status": status, "errors": [key]})
}
