//! All that one caller represents: the tree that is shown, and the flat list that rights are taken from.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::party::{Instance, Party, Rights};
use crate::dialog::party::PartyUrn;

/// What a party weighs besides its rights.
const PARTY: usize = 8;

/// The parties that a caller represents.
#[derive(Default)]
pub struct Represented {
    tree: Vec<Party>,
    held: Vec<Held>,
    role_sets: Vec<Arc<[Arc<str>]>>,
}

/// One party and the caller's rights in it.
pub struct Held {
    /// Which party.
    pub party: Arc<PartyUrn>,
    /// Which of [`Represented::role_sets`] the caller has there.
    pub role_set: usize,
    /// Resources delegated as a whole, lower case, sorted.
    pub resources: Vec<Arc<str>>,
    /// Single dialogs.
    pub instances: Vec<Instance>,
}

impl Represented {
    /// Takes the rights out of the tree. Parts of a party count as parties of their own, parts of parts do not; a
    /// party that occurs twice has the rights of both places.
    pub fn new(mut tree: Vec<Party>) -> Self {
        let mut rights: BTreeMap<Arc<PartyUrn>, Rights> = BTreeMap::new();
        for party in &mut tree {
            add(&mut rights, party);
            for unit in &mut party.sub_parties {
                add(&mut rights, unit);
            }
        }
        let mut represented = Self {
            tree,
            ..Self::default()
        };
        let mut known: HashMap<Vec<Arc<str>>, usize> = HashMap::new();
        for (party, rights) in rights {
            let next = represented.role_sets.len();
            let role_set = *known.entry(rights.subjects).or_insert_with_key(|subjects| {
                represented.role_sets.push(subjects.as_slice().into());
                next
            });
            represented.held.push(Held {
                party,
                role_set,
                resources: rights.resources,
                instances: rights.instances,
            });
        }
        represented
    }

    /// How much room it takes where it is kept, in units of about a hundred bytes: eight for each party, and one for each
    /// role, resource and single dialog.
    pub fn weight(&self) -> u32 {
        let held = self.held.iter();
        let delegated = held.map(|held| held.resources.len() + held.instances.len());
        let roles = self.role_sets.iter().map(|roles| roles.len());
        let units = PARTY * parties(&self.tree) + delegated.sum::<usize>() + roles.sum::<usize>();
        u32::try_from(units).unwrap_or(u32::MAX)
    }

    /// The parties with their parts, in the order of the register.
    pub fn tree(&self) -> &[Party] {
        &self.tree
    }

    /// The parties and their direct parts in one list, each once, sorted by identifier.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// The caller's rights in `party`, lower case; `None` where the caller does not represent it.
    pub fn held_of(&self, party: &str) -> Option<&Held> {
        let at = self
            .held
            .binary_search_by(|held| held.party.as_str().cmp(party))
            .ok()?;
        self.held.get(at)
    }

    /// The different lists of roles and access packages that occur. Thousands of parties share a few of them.
    pub fn role_sets(&self) -> &[Arc<[Arc<str>]>] {
        &self.role_sets
    }

    /// Roles and access packages as policies name them, lower case, sorted.
    pub fn subjects_of(&self, held: &Held) -> &[Arc<str>] {
        self.role_sets.get(held.role_set).map_or(&[], AsRef::as_ref)
    }
}

fn parties(tree: &[Party]) -> usize {
    let parts = tree.iter().map(|party| parties(&party.sub_parties));
    tree.len() + parts.sum::<usize>()
}

fn add(rights: &mut BTreeMap<Arc<PartyUrn>, Rights>, party: &mut Party) {
    let Rights {
        subjects,
        resources,
        instances,
    } = std::mem::take(&mut party.rights);
    let all = rights.entry(party.urn.clone()).or_default();
    merge(&mut all.subjects, subjects);
    merge(&mut all.resources, resources);
    all.instances.extend(instances);
}

fn merge(all: &mut Vec<Arc<str>>, more: Vec<Arc<str>>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.extend(more);
        all.sort_unstable();
        all.dedup();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authority::rights::party::PartyElement;

    #[test]
    fn single_rights_weigh_too() {
        let party = json!({"type": "Organization", "organizationNumber": "1", "authorizedRoles": ["DAGL", "UTINN"],
            "authorizedResources": ["a", "b", "c"],
            "authorizedInstances": [{"resourceId": "a", "instanceId": "1"}, {"resourceId": "a", "instanceId": "2"}],
            "subunits": [{"type": "Organization", "organizationNumber": "2", "authorizedRoles": ["UTINN", "DAGL"]}]});
        let party: PartyElement = serde_json::from_value(party).unwrap();
        let represented = Represented::new(party.read().into_iter().collect());
        assert_eq!(represented.weight(), 2 * 8 + 2 + 3 + 2);
        assert_eq!(Represented::new(Vec::new()).weight(), 0);
    }

    #[test]
    fn direct_parts_are_parties_of_their_own_and_deeper_ones_are_not() {
        let org = |number: &str, roles: &[&str], subunits| json!({"type": "Organization", "organizationNumber": number, "authorizedRoles": roles, "subunits": subunits});
        let tree = json!([
            org(
                "2",
                &["DAGL", "UTINN"],
                json!([org(
                    "3",
                    &["UTINN", "DAGL"],
                    json!([org("4", &["DAGL"], json!([]))])
                )])
            ),
            org("1", &["UTINN"], json!([org("2", &["PRIV"], json!([]))])),
        ]);
        let elements: Vec<PartyElement> = serde_json::from_value(tree).unwrap();
        let represented = Represented::new(
            elements
                .into_iter()
                .filter_map(PartyElement::read)
                .collect(),
        );
        let told: Vec<String> = represented
            .held()
            .iter()
            .map(|held| {
                format!(
                    "{} {}",
                    held.party.id(),
                    represented.subjects_of(held).join(" ")
                )
            })
            .map(|line| line.replace("urn:altinn:rolecode:", ""))
            .collect();
        assert_eq!(told, ["1 utinn", "2 dagl priv utinn", "3 dagl utinn"]);
        assert!(
            represented
                .held_of("urn:altinn:organization:identifier-no:3")
                .is_some()
        );
        assert!(
            represented
                .held_of("urn:altinn:organization:identifier-no:4")
                .is_none()
        );
        assert_eq!(represented.tree().len(), 2);
        assert_eq!(represented.tree()[0].sub_parties[0].sub_parties.len(), 1);
    }
}
