//! A world with names: numbers, identifiers, addresses, files of the platform, bodies of requests.

mod platform;
mod requests;

use chrono::Duration;
use uuid::Uuid;

use super::world::{Asks, Attribute, Kind, PartyKind, Reference, Step, World};
use crate::support::{Answer, Directory, Town, organization_number, person_number};

/// How long after its dialogs a world is asked, in seconds.
pub const LATER: i64 = 1_000;

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
            Attribute::InFull(word) => format!("urn:altinn:subresource:{word}"),
            Attribute::Task(task) => format!("urn:altinn:task:{task}"),
            Attribute::Resource(resource) => self.resource_urn(resource),
        }
    }

    fn urn(&self, who: usize) -> String {
        match self.world.people[who].kind {
            Kind::Party(party) => self.party(party),
            Kind::System => format!("urn:altinn:systemuser:uuid:{}", self.systems[who]),
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
}

/// Moves the clock to the moment that worlds are asked about.
pub fn wait(town: &Town) {
    town.clock.advance(Duration::seconds(LATER));
}
