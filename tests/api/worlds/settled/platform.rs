//! A world in the platform's directory.

use super::{
    super::{
        naive,
        world::{Held, Part, Rule, Subject},
    },
    Settled,
};
use crate::support::{Directory, Party, Policy, Resource};

impl Settled {
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
                let shown = naive::shown_as(&self.world.dialogs[dialog]);
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
}
