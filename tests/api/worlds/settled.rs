//! A world with names: numbers, identifiers, addresses, files of the platform, bodies of requests.

use chrono::Duration;
use dialogporten::auth::local_issuer::Holder;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{
    Action, Asks, Attribute, Dialog, Held, Kind, Moment, Part, PartyKind, Place, Reference, Rule,
    Step, Subject, Texts, Transmission, World,
};
use crate::support::{
    Answer, Caller, Directory, FOUND, Party, Policy, Resource, Town, activity, api_action,
    attachment, content, embed, gui_action, organization_number, person_number, texts,
    transmission, with,
};

/// How long after its dialogs a world is asked, in seconds.
pub const LATER: i64 = 1_000;

const LOOKUP: &str = "/api/v1/enduser/dialoglookup";

/// What everything in a world is called.
pub struct Settled {
    pub world: World,
    org: String,
    organization: String,
    /// Identifiers of resources, without prefix.
    resources: Vec<String>,
    /// Numbers and addresses.
    parties: Vec<String>,
    systems: Vec<Uuid>,
    pub dialogs: Vec<Named>,
}

/// What a dialog and its parts are called.
pub struct Named {
    pub id: String,
    /// Of the instance and the letter that it may be.
    pub instance: Uuid,
    pub activities: Vec<String>,
    pub transmissions: Vec<String>,
}

impl Settled {
    /// Gives names. `ids` makes identifiers of version 7.
    pub fn new(world: World, directory: &Directory, mut ids: impl FnMut() -> String) -> Self {
        let random = dialogporten::dialog::id::random;
        let (org, organization) = directory.owner.clone();
        let resource = |is_app: bool| {
            let name = random().simple();
            if is_app {
                format!("app_{org}_n_{name}")
            } else {
                format!("r{name}")
            }
        };
        let resources = world.resources.iter().map(|r| resource(r.is_app)).collect();
        let party = |kind: &PartyKind| match kind {
            PartyKind::Person => person_number(),
            PartyKind::Organization => organization_number(),
            PartyKind::Address => format!("{}@example.com", random().simple()),
        };
        let parties = world.parties.iter().map(party).collect();
        let systems = world.people.iter().map(|_| random()).collect();
        let dialogs = world.dialogs.iter().map(|dialog| Named {
            id: ids(),
            instance: random(),
            activities: (0..=dialog.activities).map(|_| ids()).collect(),
            transmissions: (0..=dialog.transmissions.len()).map(|_| ids()).collect(),
        });
        let dialogs = dialogs.collect();
        Self {
            world,
            org,
            organization,
            resources,
            parties,
            systems,
            dialogs,
        }
    }

    /// A party as others write it.
    pub fn party(&self, party: usize) -> String {
        let kind = match self.world.parties[party] {
            PartyKind::Person => "person:identifier-no",
            PartyKind::Organization => "organization:identifier-no",
            PartyKind::Address => "person:idporten-email",
        };
        format!("urn:altinn:{kind}:{}", self.parties[party])
    }

    /// Identifier of a resource, without prefix.
    pub fn resource(&self, resource: usize) -> &str {
        &self.resources[resource]
    }

    fn resource_urn(&self, resource: usize) -> String {
        format!("urn:altinn:resource:{}", self.resources[resource])
    }

    /// A reference to a dialog, as somebody else writes it.
    pub fn reference(&self, dialog: usize, by: Reference) -> String {
        let named = &self.dialogs[dialog];
        match by {
            Reference::Dialog => format!("urn:altinn:dialog-id:{}", named.id),
            Reference::Instance => {
                format!("urn:altinn:instance-id:{}/{}", dialog + 1, named.instance)
            }
            Reference::Letter => format!("urn:altinn:correspondence-id:{}", named.instance),
        }
    }

    /// An attribute as dialogs carry it.
    pub fn attribute(&self, attribute: Attribute) -> String {
        match attribute {
            Attribute::Word(word) => word.to_owned(),
            Attribute::Task(task) => format!("urn:altinn:task:{task}"),
            Attribute::Resource(resource) => self.resource_urn(resource),
        }
    }

    /// Adds the world to what the platform knows.
    pub fn tell(&self, directory: &mut Directory) {
        for (n, resource) in self.world.resources.iter().enumerate() {
            let empty = resource
                .level
                .map_or_else(Policy::without_level, Policy::at_level);
            let policy = resource
                .rules
                .iter()
                .fold(empty, |policy, rule| self.rule(policy, rule));
            directory.resources.push(Resource {
                id: self.resources[n].clone(),
                kind: if resource.is_app {
                    "AltinnApp"
                } else {
                    "GenericAccessResource"
                },
                owner: self.organization.clone(),
                org: self.org.clone(),
                policy,
            });
        }
        for (n, somebody) in self.world.people.iter().enumerate() {
            if let Some(represents) = &somebody.represents {
                let held = represents.iter().map(|held| self.held(held)).collect();
                directory.parties.push((self.urn(n), held));
            }
            directory.names.push((self.urn(n), format!("NAME {n}")));
        }
    }

    fn rule(&self, policy: Policy, rule: &Rule) -> Policy {
        let subject = |subject: &Subject| match *subject {
            Subject::Role(code) => format!("urn:altinn:rolecode:{code}"),
            Subject::Package(name) => format!("urn:altinn:accesspackage:{name}"),
            Subject::Somebody(who) => self.urn(who),
            Subject::Owner => format!("urn:altinn:org:{}", self.org),
        };
        let subjects: Vec<_> = rule.subjects.iter().map(subject).collect();
        let subjects: Vec<_> = subjects.iter().map(String::as_str).collect();
        let part = |part: &Part| match *part {
            Part::Subresource(word) => ("urn:altinn:subresource".to_owned(), word.to_owned()),
            Part::Task(task) => ("urn:altinn:task".to_owned(), task.to_owned()),
            Part::Instance(dialog) => {
                let shown = super::naive::shown_as(&self.world.dialogs[dialog]);
                (
                    "urn:altinn:resource:instance-id".to_owned(),
                    self.reference(dialog, shown),
                )
            }
            Part::Party(party) => {
                let urn = self.party(party);
                let (id, value) = urn.rsplit_once(':').unwrap();
                (id.to_owned(), value.to_owned())
            }
            Part::Resource(resource) if self.world.resources[resource].is_app => {
                let name = &self.resources[resource];
                let app = name.strip_prefix(&format!("app_{}_", self.org)).unwrap();
                ("urn:altinn:app".to_owned(), app.to_owned())
            }
            Part::Resource(resource) => (
                "urn:altinn:resource".to_owned(),
                self.resources[resource].clone(),
            ),
        };
        let parts: Vec<_> = rule.parts.iter().map(part).collect();
        let parts: Vec<_> = parts
            .iter()
            .map(|(id, value)| (id.as_str(), value.as_str()))
            .collect();
        if rule.denies {
            policy.deny_on(&subjects, &rule.actions, &parts)
        } else {
            policy.permit_on(&subjects, &rule.actions, &parts)
        }
    }

    fn held(&self, held: &Held) -> Party {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Party {
            number: self.parties[held.party].clone(),
            roles: owned(&held.roles),
            packages: owned(&held.packages),
            resources: held
                .resources
                .iter()
                .map(|r| self.resources[*r].clone())
                .collect(),
            instances: held
                .instances
                .iter()
                .map(|one| {
                    (
                        self.resources[one.resource].clone(),
                        self.reference(one.dialog, one.by),
                    )
                })
                .collect(),
            subunits: held.units.iter().map(|unit| self.held(unit)).collect(),
        }
    }

    fn urn(&self, who: usize) -> String {
        match self.world.people[who].kind {
            Kind::Party(party) => self.party(party),
            Kind::System => format!("urn:altinn:systemuser:uuid:{}", self.systems[who]),
        }
    }

    fn caller<'t>(&self, town: &'t Town, step: &Step) -> Caller<'t> {
        let holder = match self.world.people[step.who].kind {
            Kind::System => Holder::SystemUser {
                id: self.systems[step.who],
                owner: self.organization.clone(),
                number: self.organization.clone(),
            },
            Kind::Party(party) if self.world.parties[party] == PartyKind::Address => {
                Holder::EmailUser {
                    email: self.parties[party].clone(),
                }
            }
            Kind::Party(party) => Holder::EndUser {
                pid: self.parties[party].clone(),
            },
        };
        town.holder(&holder, &holder.usual_scopes(), step.level)
    }

    /// Creates the dialogs, [`LATER`] before anything is asked.
    pub async fn create(&self, town: &Town) {
        for (n, dialog) in self.world.dialogs.iter().enumerate() {
            let id = town.owner().creates(self.body(town, n, dialog)).await;
            if dialog.is_deleted {
                town.owner().deletes(&id).await;
            }
        }
    }

    /// Asks one thing.
    pub async fn ask(&self, town: &Town, step: &Step) -> Answer {
        let caller = self.caller(town, step);
        let part =
            |dialog: usize, below: &str| format!("{FOUND}/{}/{below}", self.dialogs[dialog].id);
        let query = |parties: &[usize], resources: &[usize]| -> Vec<String> {
            let parties = parties
                .iter()
                .map(|party| format!("party={}", self.party(*party)));
            let resources = resources
                .iter()
                .map(|r| format!("serviceResource={}", self.resource_urn(*r)));
            parties.chain(resources).collect()
        };
        match &step.asks {
            Asks::Search {
                parties,
                resources,
                place,
            } => {
                let mut query = query(parties, resources);
                query.extend(place.map(|place| format!("systemLabel={place:?}")));
                caller.finds(&query.join("&")).await
            }
            Asks::Get(dialog) => caller.opens(&self.dialogs[*dialog].id).await,
            Asks::Activities(dialog) => caller.get(&part(*dialog, "activities")).await,
            Asks::Activity(dialog, n) => {
                let id = &self.dialogs[*dialog].activities[*n];
                caller
                    .get(&part(*dialog, &format!("activities/{id}")))
                    .await
            }
            Asks::Transmissions(dialog) => caller.get(&part(*dialog, "transmissions")).await,
            Asks::Transmission(dialog, n) => {
                let id = &self.dialogs[*dialog].transmissions[*n];
                caller
                    .get(&part(*dialog, &format!("transmissions/{id}")))
                    .await
            }
            Asks::SeenLog(dialog) => caller.get(&part(*dialog, "seenlog")).await,
            Asks::SeenEntry(dialog) => {
                caller
                    .get(&part(*dialog, &format!("seenlog/{}", town.id())))
                    .await
            }
            Asks::LabelLog(dialog) => caller.get(&part(*dialog, "context/labellog")).await,
            Asks::SetLabels { dialogs, add } => {
                let ids: Vec<_> = dialogs.iter().map(|n| &self.dialogs[*n].id).collect();
                if let [id] = ids[..] {
                    return caller.labels(id, &[add], &[]).await;
                }
                let path = format!("{FOUND}/context/systemlabels/actions/bulkset");
                let ids: Vec<_> = ids.iter().map(|id| json!({"dialogId": id})).collect();
                let body = json!({"dialogs": ids, "addLabels": [add]});
                caller.post(&path, &body).await
            }
            Asks::Lookup(dialog, by) => {
                caller
                    .get(&format!(
                        "{LOOKUP}?instanceRef={}",
                        self.reference(*dialog, *by)
                    ))
                    .await
            }
            Asks::Resources(parties) => {
                let query = query(parties, &[]).join("&");
                caller
                    .get(&format!("/api/v1/enduser/serviceresources?{query}"))
                    .await
            }
            Asks::Parties => caller.get("/api/v1/enduser/parties").await,
        }
    }

    /// A person's identity number in an answer that names no parties.
    pub fn number_in(&self, step: &Step, answer: &Answer) -> Option<&str> {
        if matches!(
            step.asks,
            Asks::Search { .. } | Asks::Get(_) | Asks::Lookup(..) | Asks::Parties
        ) {
            return None;
        }
        let mut numbers = self.parties.iter().zip(&self.world.parties);
        let found = numbers.find(|(number, kind)| {
            **kind == PartyKind::Person && answer.text.contains(number.as_str())
        });
        found.map(|(number, _)| number.as_str())
    }

    fn body(&self, town: &Town, n: usize, dialog: &Dialog) -> Value {
        let named = &self.dialogs[n];
        let labels = dialog.labels.iter().map(|label| match label {
            Reference::Instance => format!(
                "urn:altinn:integration:storage:{}/{}",
                n + 1,
                named.instance
            ),
            label => self.reference(n, *label),
        });
        let labels: Vec<_> = labels.map(|label| json!({"value": label})).collect();
        let sent = dialog.transmissions.iter().zip(&named.transmissions);
        let body = json!({
            "id": named.id,
            "serviceResource": self.resource_urn(dialog.resource),
            "party": self.party(dialog.party),
            "isApiOnly": dialog.texts.is_none(),
            "visibleFrom": dialog.visible_from.map(|moment| at(town, moment)),
            "expiresAt": dialog.expires_at.map(|moment| at(town, moment)),
            "systemLabel": match dialog.place {
                Place::Default => Value::Null,
                place => format!("{place:?}").into(),
            },
            "serviceOwnerContext": {"serviceOwnerLabels": labels},
            "guiActions": dialog.gui_actions.iter().map(|action| self.action(gui_action(action.name), action)).collect::<Vec<_>>(),
            "apiActions": dialog.api_actions.iter().map(|action| self.action(api_action(action.name), action)).collect::<Vec<_>>(),
            "attachments": dialog.attachments.iter().map(|expires| expiring(town, attachment(), *expires)).collect::<Vec<_>>(),
            "transmissions": sent.map(|(sent, id)| self.transmission(town, sent, id)).collect::<Vec<_>>(),
            "activities": named.activities.iter().take(dialog.activities)
                .map(|id| with(activity("FormSaved"), json!({"id": id}))).collect::<Vec<_>>(),
        });
        dialog.texts.map_or(body.clone(), |texts| {
            with(body, json!({"content": written(n, texts)}))
        })
    }

    fn action(&self, body: Value, action: &Action) -> Value {
        with(
            body,
            json!({"authorizationAttribute": action.attribute.map(|a| self.attribute(a))}),
        )
    }

    fn transmission(&self, town: &Town, sent: &Transmission, id: &str) -> Value {
        let mut body = with(
            transmission("Information"),
            json!({"id": id, "authorizationAttribute": sent.attribute.map(|a| self.attribute(a))}),
        );
        if sent.has_reference {
            body["content"]["contentReference"] = embed("https://example.com/t");
        }
        if let Some(expires) = sent.attachment {
            body["attachments"] = json!([expiring(town, attachment(), expires)]);
        }
        if let Some(expires) = sent.link {
            let link = json!({"title": texts(&[("nb", "Gå")]), "url": "https://example.com/n"});
            body["navigationalActions"] = json!([expiring(town, link, expires)]);
        }
        body
    }
}

fn at(town: &Town, moment: Moment) -> String {
    town.after(match moment {
        Moment::Before => LATER / 2,
        Moment::Now => LATER,
        Moment::After => LATER * 2,
    })
}

fn expiring(town: &Town, body: Value, expires: Option<Moment>) -> Value {
    match expires {
        Some(moment) => with(body, json!({"expiresAt": at(town, moment)})),
        None => body,
    }
}

/// The texts of a dialog; each tells which it is.
fn written(n: usize, texts: Texts) -> Value {
    let optional = |wanted: bool, text: &str| {
        if wanted {
            content(&format!("{text} {n}"))
        } else {
            Value::Null
        }
    };
    with(
        json!({"title": content(&format!("title {n}"))}),
        json!({
            "nonSensitiveTitle": optional(texts.harmless_title, "harmless title"),
            "summary": optional(texts.summary, "summary"),
            "nonSensitiveSummary": optional(texts.harmless_summary, "harmless summary"),
            "mainContentReference": if texts.reference { embed("https://example.com/m") } else { Value::Null },
        }),
    )
}

/// Moves the clock to the moment that worlds are asked about.
pub fn wait(town: &Town) {
    town.clock.advance(Duration::seconds(LATER));
}
