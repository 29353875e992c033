//! What every question about a world should be answered with, step by step: what is asked changes what is seen.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    naive::{self, Pair},
    settled::Settled,
    world::{
        Asks, Dialog, Held, Kind, Moment, PartyKind, Place, Reference, Step, Texts, Transmission,
    },
};

const UNAUTHORIZED: &str = "urn:dialogporten:unauthorized";
const EXPIRED: &str = "urn:dialogporten:expired";

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
                        .map(|sent| transmission(permitted, sent))
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
                        json!({"status": 200, "transmission": transmission(permitted, sent)})
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
                    .map(|texts| listed(n, texts, self.is_low(step, dialog.resource)));
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

    fn get(&mut self, step: &Step, n: usize) -> Value {
        let dialog = self.dialog(n);
        let permitted = naive::permitted(
            &self.settled.world,
            step.who,
            n,
            true,
            &dialog.transmissions,
        );
        if !naive::has_main(&permitted) && !naive::finds(&self.settled.world, step.who, n) {
            return json!({"status": 403, "errors": ["Forbidden"], "text": "Forbidden"});
        }
        if dialog.is_deleted {
            return refusal(410, "DialogEntity");
        }
        if let Some(refused) = self.refused_at_this_time(step, dialog) {
            return refused;
        }
        self.see(step.who, n);
        let flag = |action: &'static str, attribute| naive::may_use(&permitted, action, attribute);
        let link = |is_permitted: bool, url: &str| {
            if is_permitted {
                url.to_owned()
            } else {
                UNAUTHORIZED.to_owned()
            }
        };
        let gui = dialog.gui_actions.iter().map(|action| {
            let is_permitted = flag(action.name, action.attribute);
            json!([is_permitted, link(is_permitted, "https://example.com/go")])
        });
        let api = dialog.api_actions.iter().map(|action| {
            let is_permitted = flag(action.name, action.attribute);
            json!([
                is_permitted,
                link(is_permitted, "https://example.com/api"),
                "https://example.com/docs"
            ])
        });
        let attachments = dialog
            .attachments
            .iter()
            .map(|expires| until(*expires, "https://example.com/a.pdf"));
        let reference = dialog.texts.filter(|texts| texts.reference).map(|_| {
            let is_permitted = flag("read", None);
            json!([is_permitted, link(is_permitted, "https://example.com/m")])
        });
        let token: BTreeSet<String> = permitted
            .iter()
            .map(|(action, attribute)| match attribute {
                None => (*action).to_owned(),
                Some(attribute) => format!("{action},{}", self.settled.attribute(*attribute)),
            })
            .collect();
        json!({
            "status": 200,
            "title": dialog.texts.map(|_| format!("title {n}")),
            "gui": gui.collect::<Vec<_>>(),
            "api": api.collect::<Vec<_>>(),
            "attachments": attachments.collect::<Vec<_>>(),
            "reference": reference,
            "transmissions": dialog.transmissions.iter().map(|sent| transmission(&permitted, sent)).collect::<Vec<_>>(),
            "token": token,
            "level": step.level,
            "labels": [format!("{:?}", self.states[n].place)],
            "activities": dialog.activities,
        })
    }

    /// A view is written down once per viewer and state of the content, and takes the mark off.
    fn see(&mut self, who: usize, n: usize) {
        let state_of = |expected: &Self, who| (who, expected.states[n].is_content_seen);
        let mine = state_of(self, who);
        let has_seen = |seen: &[(usize, bool)], it: (usize, bool), expected: &Self| {
            seen.iter()
                .any(|one| expected.is_same(one.0, it.0) && one.1 == it.1)
        };
        let has_any = self.states[n]
            .seen
            .iter()
            .any(|one| self.is_same(one.0, who));
        let is_noted = has_seen(&self.states[n].seen, mine, self);
        let state = &mut self.states[n];
        if has_any && state.is_content_seen && !state.is_marked {
            return;
        }
        if !is_noted {
            state.seen.push(mine);
        }
        if state.is_marked {
            state.is_marked = false;
            state.log.push("remove MarkedAsUnopened".into());
        }
        state.is_content_seen = true;
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

    fn set_labels(&mut self, step: &Step, dialogs: &[usize], add: &str) -> Value {
        let finds = |n: &usize| naive::finds(&self.settled.world, step.who, *n);
        let is_deleted = |n: &usize| self.dialog(*n).is_deleted;
        if let [n] = dialogs {
            if is_deleted(n) {
                return refusal(404, "DialogEntity");
            }
            if !finds(n) {
                return refusal(403, "Forbidden");
            }
        }
        let refused = dialogs.iter().filter(|n| is_deleted(n) || !finds(n));
        let named: BTreeSet<_> = refused.map(|n| &self.settled.dialogs[*n].id).collect();
        if !named.is_empty() {
            return json!({"status": 404, "errors": ["DialogEntity"], "named": named});
        }
        for n in dialogs {
            self.set_label(*n, add);
        }
        json!({"status": 204})
    }

    fn set_label(&mut self, n: usize, add: &str) {
        let state = &mut self.states[n];
        if add == "MarkedAsUnopened" {
            if !state.is_marked {
                state.log.push(format!("set {add}"));
            }
            state.is_marked = true;
            return;
        }
        let place = if add == "Bin" {
            Place::Bin
        } else {
            Place::Archive
        };
        if state.place != place {
            state.log.push(format!("set {add}"));
            if state.place != Place::Default {
                state.log.push(format!("remove {:?}", state.place));
            }
        }
        state.place = place;
    }

    fn lookup(&self, step: &Step, n: usize, by: Reference) -> Value {
        let dialog = self.dialog(n);
        if dialog.is_deleted || by != Reference::Dialog && !dialog.labels.contains(&by) {
            return refusal(404, "InstanceRef");
        }
        let shown = if by == Reference::Dialog {
            naive::shown_as(dialog)
        } else {
            by
        };
        let mut evidence = BTreeSet::new();
        if let Some(rights) = naive::rights(&self.settled.world, step.who, dialog.party) {
            let (roles, packages) =
                naive::opened_by(&self.settled.world.resources[dialog.resource]);
            evidence.extend(
                roles
                    .intersection(&rights.roles)
                    .map(|role| format!("Role urn:altinn:rolecode:{role}")),
            );
            evidence.extend(
                packages
                    .intersection(&rights.packages)
                    .map(|name| format!("AccessPackage urn:altinn:accesspackage:{name}")),
            );
            if rights.resources.contains(&dialog.resource) {
                let name = self.settled.resource(dialog.resource);
                evidence.insert(format!("ResourceDelegation urn:altinn:resource:{name}"));
            }
            let mut handed = rights.instances.iter();
            if handed
                .any(|one| one.resource == dialog.resource && one.dialog == n && one.by == shown)
            {
                evidence.insert(format!(
                    "InstanceDelegation {}",
                    self.settled.reference(n, shown)
                ));
            }
        }
        if evidence.is_empty() {
            return json!({"status": 403, "errors": ["Forbidden"], "text": "Forbidden"});
        }
        let is_harmless = self.is_low(step, dialog.resource);
        let title = dialog.texts.map(|texts| {
            if is_harmless && texts.harmless_title {
                format!("harmless title {n}")
            } else {
                format!("title {n}")
            }
        });
        json!({
            "status": 200, "evidence": evidence, "title": title, "level": step.level,
            "reference": self.settled.reference(n, shown),
        })
    }

    fn resources(&self, step: &Step, parties: &[usize]) -> Value {
        if !self.is_known(step, !parties.is_empty()) {
            return json!({"status": 502});
        }
        let world = &self.settled.world;
        let mut found = BTreeSet::new();
        for dialog in &world.dialogs {
            let is_wanted = parties.is_empty() || parties.contains(&dialog.party);
            let rights = naive::rights(world, step.who, dialog.party);
            if is_wanted
                && rights.is_some_and(|rights| naive::opens(world, &rights, dialog.resource))
            {
                found.insert(self.settled.resource(dialog.resource));
            }
        }
        json!({"status": 200, "resources": found})
    }

    fn parties(&self, step: &Step) -> Value {
        if !self.is_known(step, false) {
            return json!({"status": 502});
        }
        let represented = naive::represented(&self.settled.world, step.who);
        let parties: Vec<_> = represented
            .iter()
            .map(|held| self.listed_party(step, held))
            .collect();
        json!({"status": 200, "parties": parties})
    }

    fn listed_party(&self, step: &Step, held: &Held) -> Value {
        let world = &self.settled.world;
        let units: Vec<_> = held
            .units
            .iter()
            .map(|unit| self.listed_party(step, unit))
            .collect();
        let is_self = world.people[step.who].kind == Kind::Party(held.party);
        let leads = held
            .roles
            .iter()
            .any(|role| role.eq_ignore_ascii_case("DAGL"));
        json!([self.settled.party(held.party), is_self, leads, units])
    }
}

fn refusal(status: u16, key: &str) -> Value {
    json!({"status": status, "errors": [key]})
}

fn until(expires: Option<Moment>, url: &str) -> String {
    match expires {
        Some(Moment::Before) => EXPIRED.to_owned(),
        Some(Moment::Now | Moment::After) | None => url.to_owned(),
    }
}

/// The flag and every link of a transmission.
fn transmission(permitted: &BTreeSet<Pair>, sent: &Transmission) -> Value {
    let is_permitted = naive::may_open(permitted, sent);
    let link = |expires: Option<Moment>, url: &str| {
        if is_permitted {
            until(expires, url)
        } else {
            UNAUTHORIZED.to_owned()
        }
    };
    json!({
        "isAuthorized": is_permitted,
        "reference": sent.has_reference.then(|| link(None, "https://example.com/t")),
        "attachment": sent.attachment.map(|expires| link(expires, "https://example.com/a.pdf")),
        "link": sent.link.map(|expires| link(expires, "https://example.com/n")),
    })
}

/// Title and summary in lists.
fn listed(n: usize, texts: Texts, is_low: bool) -> Value {
    let title = if is_low && texts.harmless_title {
        "harmless title"
    } else {
        "title"
    };
    let summary = match (texts.summary, texts.harmless_summary) {
        (true, true) if is_low => Some("harmless summary"),
        (true, _) => Some("summary"),
        (false, true) => Some("harmless summary"),
        (false, false) => None,
    };
    json!([
        format!("{title} {n}"),
        summary.map(|text| format!("{text} {n}"))
    ])
}
