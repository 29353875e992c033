//! Search authorization: which dialogs a caller may find, as parties with resources and as single delegated dialogs.
//!
//! Parties that open the same resources stand in one group: ten thousand parties share a handful of role sets, so
//! the resources of each set are united once and the database sees few distinct lists.

use std::{collections::HashMap, sync::Arc};

use super::{Held, Represented, SubjectMap, party::Instance, resource_set::ResourceSet};
use crate::{
    authority::Target,
    dialog::{
        party::PartyUrn,
        search::scope::{Delegated, Group, Scope},
    },
};

/// What a search asks for; empty lists ask for everything. Any letter case.
#[derive(Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Parties.
    pub parties: &'a [String],
    /// Resources.
    pub resources: &'a [String],
}

/// What the caller who represents `represented` may find of what is wanted.
pub fn search(represented: &Represented, map: &SubjectMap, wanted: Wanted<'_>) -> Scope {
    let resources = WantedResources::new(wanted.resources, map);
    let mut groups = Groups::default();
    let mut delegated = Vec::new();
    let mut by_roles = vec![None; represented.role_sets().len()];
    for held in wanted_parties(represented, wanted.parties) {
        let (set, group) = by_roles[held.role_set].get_or_insert_with(|| {
            let mut set = map.resources_of(represented.subjects_of(held));
            resources.restrict(&mut set);
            let group = groups.of(&set);
            (set, group)
        });
        let group = if held.resources.is_empty() {
            *group
        } else {
            let named = held.resources.iter();
            let mut direct: ResourceSet = named
                .filter_map(|urn| map.numbering().number(urn))
                .collect();
            resources.restrict(&mut direct);
            direct.unite(set);
            groups.of(&direct)
        };
        if let Some(group) = group {
            groups.parties[group].push(held.party.clone());
        }
        let instances = held
            .instances
            .iter()
            .filter(|instance| resources.wants(&instance.resource));
        delegated.extend(instances.filter_map(|instance| {
            Some(Delegated {
                instance: instance.reference.clone()?,
                party: held.party.clone(),
                resource: instance.resource.clone(),
            })
        }));
    }
    Scope {
        groups: groups.named(map),
        delegated,
    }
}

/// Whether a search by the caller would find the dialog, whatever its state.
pub fn finds(represented: &Represented, map: &SubjectMap, target: Target<'_>) -> bool {
    let Some(held) = represented.held_of(target.party) else {
        return false;
    };
    let means = |instance: &Instance| {
        *instance.resource == *target.resource
            && instance
                .reference
                .as_ref()
                .is_some_and(|reference| target.is_meant_by(reference))
    };
    represented
        .subjects_of(held)
        .iter()
        .any(|subject| map.opens(subject, target.resource))
        || held.resources.iter().any(|urn| **urn == *target.resource)
        || held.instances.iter().any(means)
}

fn wanted_parties<'a>(
    represented: &'a Represented,
    wanted: &[String],
) -> Box<dyn Iterator<Item = &'a Held> + 'a> {
    if wanted.is_empty() {
        return Box::new(represented.held().iter());
    }
    let mut wanted: Vec<String> = wanted.iter().map(|party| party.to_lowercase()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    Box::new(
        wanted
            .into_iter()
            .filter_map(|party| represented.held_of(&party)),
    )
}

/// The resources that a search is restricted to, if it is.
struct WantedResources {
    names: Vec<String>,
    set: ResourceSet,
}

impl WantedResources {
    fn new(wanted: &[String], map: &SubjectMap) -> Self {
        let names: Vec<String> = wanted.iter().map(|urn| urn.to_lowercase()).collect();
        let set = names
            .iter()
            .filter_map(|urn| map.numbering().number(urn))
            .collect();
        Self { names, set }
    }

    fn restrict(&self, set: &mut ResourceSet) {
        if !self.names.is_empty() {
            set.intersect(&self.set);
        }
    }

    fn wants(&self, resource: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| name == resource)
    }
}

/// Groups in the order in which their resources came up.
#[derive(Default)]
struct Groups {
    numbers: HashMap<ResourceSet, usize>,
    parties: Vec<Vec<Arc<PartyUrn>>>,
}

impl Groups {
    /// The group of those who may find just these resources; `None` for those who may find nothing.
    fn of(&mut self, set: &ResourceSet) -> Option<usize> {
        if set.is_empty() {
            return None;
        }
        if let Some(known) = self.numbers.get(set) {
            return Some(*known);
        }
        self.numbers.insert(set.clone(), self.parties.len());
        self.parties.push(Vec::new());
        Some(self.parties.len() - 1)
    }

    fn named(self, map: &SubjectMap) -> Vec<Group> {
        let mut sets: Vec<(ResourceSet, usize)> = self.numbers.into_iter().collect();
        sets.sort_unstable_by_key(|(_, at)| *at);
        let groups = sets.into_iter().zip(self.parties);
        groups
            // The roles of a party that has more by delegation may belong to nobody else.
            .filter(|(_, parties)| !parties.is_empty())
            .map(|((set, _), parties)| Group {
                resources: map.numbering().names(&set),
                parties,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::authority::rights::party::PartyElement;

    const DIALOG: &str = "0198c1a2-0000-7000-8000-000000000000";

    fn represented(elements: serde_json::Value) -> Represented {
        let elements: Vec<PartyElement> = serde_json::from_value(elements).unwrap();
        Represented::new(
            elements
                .into_iter()
                .filter_map(PartyElement::read)
                .collect(),
        )
    }

    fn map() -> SubjectMap {
        let policies = [
            ("a", &["DAGL", "UTINN"][..]),
            ("b", &["DAGL"]),
            ("c", &["PRIV"]),
        ];
        SubjectMap::new(
            policies.map(|(id, roles)| {
                let subjects = roles
                    .iter()
                    .map(|role| format!("urn:altinn:rolecode:{role}"));
                (
                    Arc::from(format!("urn:altinn:resource:{id}")),
                    subjects.collect(),
                )
            }),
            [Arc::from("urn:altinn:resource:d")],
        )
    }

    fn org(number: &str, roles: &[&str], resources: &[&str]) -> serde_json::Value {
        json!({"type": "Organization", "organizationNumber": number,
            "authorizedRoles": roles, "authorizedResources": resources})
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn told(scope: &Scope) -> Vec<String> {
        let tell = |group: &Group| {
            let parties: Vec<&str> = group.parties.iter().map(|party| party.id()).collect();
            format!("{}: {}", parties.join(" "), group.resources.join(" "))
                .replace("urn:altinn:resource:", "")
        };
        let delegated = scope
            .delegated
            .iter()
            .map(|one| format!("{} {} {}", one.party.id(), one.resource, one.instance));
        scope.groups.iter().map(tell).chain(delegated).collect()
    }

    #[test]
    fn parties_with_equal_resources_stand_together() {
        let represented = represented(json!([
            org("1", &["DAGL"], &[]),
            org("2", &["UTINN"], &[]),
            org("3", &["UTINN"], &["b"]),
            org("4", &["LEDE"], &[]),
            org("5", &["LEDE"], &["D", "unheard-of"]),
        ]));
        let all = Wanted::default();
        assert_eq!(
            told(&search(&represented, &map(), all)),
            ["1 3: a b", "2: a", "5: d"]
        );

        let resources = texts(&["URN:altinn:resource:B", "urn:altinn:resource:nothing"]);
        let some = Wanted {
            resources: &resources,
            ..all
        };
        assert_eq!(told(&search(&represented, &map(), some)), ["1 3: b"]);

        let number = "urn:altinn:organization:identifier-no:";
        let parties = [2, 5, 5, 9].map(|n| format!("URN{}{n}", &number[3..]));
        let some = Wanted {
            parties: &parties,
            ..all
        };
        assert_eq!(told(&search(&represented, &map(), some)), ["2: a", "5: d"]);

        let resources = texts(&["urn:altinn:resource:nothing"]);
        assert!(
            search(
                &represented,
                &map(),
                Wanted {
                    resources: &resources,
                    ..all
                }
            )
            .is_empty()
        );
    }

    fn with_instances() -> Represented {
        let of = |resource: &str, reference: &str| json!({"resourceId": resource, "instanceId": "x", "instanceRef": reference});
        let mut one = org("1", &[], &[]);
        one["authorizedInstances"] = json!([
            of("a", &format!("urn:altinn:dialog-id:{DIALOG}")),
            of("b", &format!("urn:altinn:instance-id:1337/{DIALOG}")),
            of("b", "urn:altinn:frog:1"),
            json!({"resourceId": "b", "instanceId": "x"}),
        ]);
        let mut two = org("2", &[], &[]);
        two["authorizedInstances"] =
            json!([of("c", &format!("urn:altinn:correspondence-id:{DIALOG}"))]);
        represented(json!([one, two]))
    }

    #[test]
    fn delegated_dialogs_obey_the_wanted_parties_and_resources() {
        let represented = with_instances();
        let one = format!("1 urn:altinn:resource:a urn:altinn:dialog-id:{DIALOG}");
        let two = format!("1 urn:altinn:resource:b urn:altinn:instance-id:1337/{DIALOG}");
        let three = format!("2 urn:altinn:resource:c urn:altinn:correspondence-id:{DIALOG}");
        let found = |parties: &[&str], resources: &[&str]| {
            let (parties, resources) = (texts(parties), texts(resources));
            told(&search(
                &represented,
                &map(),
                Wanted {
                    parties: &parties,
                    resources: &resources,
                },
            ))
        };
        assert_eq!(found(&[], &[]), [one.clone(), two, three]);
        assert_eq!(
            found(
                &["urn:altinn:organization:identifier-no:1"],
                &["urn:altinn:resource:a"]
            ),
            [one]
        );
        assert!(
            found(
                &["urn:altinn:organization:identifier-no:2"],
                &["urn:altinn:resource:a"]
            )
            .is_empty()
        );
    }

    #[test]
    fn a_dialog_is_found_by_role_by_resource_or_by_any_of_its_references() {
        let number = |n: &str| format!("urn:altinn:organization:identifier-no:{n}");
        let labels = texts(&[&format!("urn:altinn:integration:storage:1337/{DIALOG}")]);
        let finds = |represented: &Represented,
                     party: &str,
                     resource: &str,
                     dialog: &str,
                     labels: &[String]| {
            let target = Target {
                dialog: dialog.parse().unwrap_or(Uuid::nil()),
                party: &number(party),
                resource: &format!("urn:altinn:resource:{resource}"),
                labels,
            };
            super::finds(represented, &map(), target)
        };
        let roles = represented(json!([org("1", &["DAGL"], &["d"])]));
        assert!(finds(&roles, "1", "b", "", &[]));
        assert!(finds(&roles, "1", "d", "", &[]));
        assert!(!finds(&roles, "1", "c", "", &[]));
        assert!(!finds(&roles, "2", "b", "", &[]));

        let instances = with_instances();
        assert!(finds(&instances, "1", "a", DIALOG, &[]));
        assert!(finds(&instances, "1", "a", DIALOG, &labels));
        assert!(finds(&instances, "1", "b", "", &labels));
        assert!(!finds(&instances, "1", "b", DIALOG, &[]));
        assert!(!finds(&instances, "2", "a", DIALOG, &[]));
        assert!(!finds(&instances, "1", "a", "", &[]));
    }

    /// The same without sets, groups and sharing: party by party, role by role.
    fn naively(
        elements: &[(u8, Vec<u8>, Vec<u8>)],
        opens: &BTreeMap<u8, BTreeSet<u8>>,
        parties: &[u8],
        resources: &[u8],
    ) -> BTreeMap<u8, BTreeSet<u8>> {
        let mut found: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for (party, roles, direct) in elements {
            if !parties.is_empty() && !parties.contains(party) {
                continue;
            }
            let by_role = roles.iter().filter_map(|role| opens.get(role)).flatten();
            for resource in by_role.chain(direct) {
                if resources.is_empty() || resources.contains(resource) {
                    found.entry(*party).or_default().insert(*resource);
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn grouping_changes_nothing(
            elements in proptest::collection::vec(
                (0_u8..12, proptest::collection::vec(0_u8..5, 0..4), proptest::collection::vec(0_u8..9, 0..3)), 0..20),
            opens in proptest::collection::btree_map(0_u8..5, proptest::collection::btree_set(0_u8..9, 0..5), 0..5),
            parties in proptest::collection::vec(0_u8..14, 0..4),
            resources in proptest::collection::vec(0_u8..10, 0..4),
        ) {
            let resource = |n: u8| Arc::<str>::from(format!("urn:altinn:resource:{n}"));
            let mut policies: BTreeMap<u8, Vec<String>> = BTreeMap::new();
            for (role, opened) in &opens {
                for n in opened {
                    policies.entry(*n).or_default().push(format!("urn:altinn:rolecode:r{role}"));
                }
            }
            let map = SubjectMap::new(
                policies.into_iter().map(|(n, subjects)| (resource(n), subjects)),
                (0..9).map(resource),
            );
            let json = elements.iter().map(|(party, roles, direct)| {
                let roles: Vec<String> = roles.iter().map(|role| format!("R{role}")).collect();
                let direct: Vec<String> = direct.iter().map(u8::to_string).collect();
                json!({"type": "Organization", "organizationNumber": party.to_string(),
                    "authorizedRoles": roles, "authorizedResources": direct})
            });
            let represented = represented(json.collect());
            let wanted_parties: Vec<String> =
                parties.iter().map(|n| format!("urn:altinn:organization:identifier-no:{n}")).collect();
            let wanted_resources: Vec<String> = resources.iter().map(|n| resource(*n).to_string()).collect();
            let scope = search(&represented, &map, Wanted { parties: &wanted_parties, resources: &wanted_resources });

            let mut found: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
            for group in &scope.groups {
                prop_assert!(!group.resources.is_empty());
                for party in &group.parties {
                    let of = group.resources.iter().map(|urn| urn.rsplit(':').next().unwrap().parse().unwrap());
                    prop_assert!(found.insert(party.id().parse().unwrap(), of.collect()).is_none());
                }
            }
            prop_assert_eq!(found, naively(&elements, &opens, &parties, &resources));
            let sets: BTreeSet<String> = scope.groups.iter().map(|group| group.resources.join(" ")).collect();
            prop_assert_eq!(sets.len(), scope.groups.len());
        }
    }
}
