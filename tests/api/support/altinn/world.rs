//! What the services know.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Duration};
use dialogporten::{authority::xacml::Policy, dialog::timestamp::Timestamp};

use super::super::{Directory, Party};

const PERSON: &str = "urn:altinn:person:identifier-no:";

/// A directory, and when which role began or ceased to open which resource.
pub struct World {
    pub directory: Directory,
    /// Texts in the place of policies, by resource.
    pub broken: HashMap<String, String>,
    /// By subject and resource: the number of the change, and whether the pair is gone.
    pairs: BTreeMap<(String, String), (u32, bool)>,
    changes: u32,
}

/// One change of what opens what.
pub struct Change {
    pub subject: String,
    pub resource: String,
    pub at: Timestamp,
    pub is_deleted: bool,
}

impl World {
    pub fn new(directory: &Directory) -> Self {
        let mut world = Self {
            directory: directory.clone(),
            broken: HashMap::new(),
            pairs: BTreeMap::new(),
            changes: 0,
        };
        world.becomes(directory);
        world
    }

    pub fn becomes(&mut self, directory: &Directory) {
        self.directory = directory.clone();
        let mut pairs = BTreeSet::new();
        for resource in &directory.resources {
            let Some(policy) = self.policy(&resource.id) else {
                continue;
            };
            for (id, value) in policy.subjects_of_permit_rules() {
                let urn = format!("urn:altinn:resource:{}", resource.id);
                pairs.insert((format!("{id}:{value}").to_lowercase(), urn));
            }
        }
        let known = self.pairs.keys().cloned().collect();
        for pair in pairs.union(&known) {
            let is_gone = !pairs.contains(pair);
            if self
                .pairs
                .get(pair)
                .is_none_or(|(_, was_gone)| *was_gone != is_gone)
            {
                self.changes += 1;
                self.pairs.insert(pair.clone(), (self.changes, is_gone));
            }
        }
    }

    /// What has changed since then, oldest first.
    pub fn changes_since(&self, since: Timestamp) -> Vec<Change> {
        let begin = Timestamp::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let mut changes: Vec<_> = self
            .pairs
            .iter()
            .map(|((subject, resource), (number, is_deleted))| Change {
                subject: subject.clone(),
                resource: resource.clone(),
                at: begin + Duration::seconds(i64::from(*number)),
                is_deleted: *is_deleted,
            })
            .filter(|change| change.at >= since)
            .collect();
        changes.sort_by_key(|change| change.at);
        changes
    }

    /// The policy of a resource, in any letter case.
    pub fn policy_text(&self, id: &str) -> Option<String> {
        let mut resources = self.directory.resources.iter();
        let resource = resources.find(|resource| resource.id.eq_ignore_ascii_case(id))?;
        let broken = self.broken.get(&resource.id).cloned();
        Some(broken.unwrap_or_else(|| resource.policy.xml(&resource.id)))
    }

    /// The same, where it can be read.
    pub fn policy(&self, id: &str) -> Option<Policy> {
        Policy::parse(&self.policy_text(id)?).ok()
    }

    /// Whom somebody represents. Who is not in the directory represents nobody but itself.
    pub fn represented_by(&self, subject: &str) -> Vec<Party> {
        if let Some((_, held)) = self
            .directory
            .parties
            .iter()
            .find(|(urn, _)| urn == subject)
        {
            return held.clone();
        }
        let own = subject.strip_prefix(PERSON);
        own.map(|number| Party::with_role(number, "PRIV"))
            .into_iter()
            .collect()
    }

    /// What a party or actor is called.
    pub fn name(&self, urn: &str) -> Option<String> {
        let named = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(urn);
        if let Some((_, name)) = self.directory.names.iter().find(named) {
            return Some(name.clone());
        }
        let number = urn.rsplit(':').next()?;
        let parties = self.directory.parties.iter().flat_map(|(_, held)| held);
        let mut all = parties.flat_map(|party| std::iter::once(party).chain(&party.subunits));
        let is_known = all.any(|party| party.number == number);
        is_known.then(|| format!("Name {number}"))
    }
}
