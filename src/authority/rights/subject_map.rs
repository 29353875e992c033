//! Which resources a role or access package opens: everything whose policy names it in a Permit rule, whatever the
//! action. Searches ask this, so they can show more than what may be read.

use std::{collections::HashMap, sync::Arc};

use super::resource_set::{Numbering, ResourceSet};

/// Subjects and resources, each found by the other. Both are lower case.
#[derive(Debug, Default)]
pub struct SubjectMap {
    numbering: Numbering,
    by_subject: HashMap<Arc<str>, ResourceSet>,
    by_resource: HashMap<usize, Vec<Arc<str>>>,
}

impl SubjectMap {
    /// A map of what policies say: for each resource the subjects that its Permit rules name. `known` are resources
    /// that can be delegated though no policy names anybody.
    pub fn new(
        policies: impl IntoIterator<Item = (Arc<str>, Vec<String>)>,
        known: impl IntoIterator<Item = Arc<str>>,
    ) -> Self {
        let policies: Vec<(Arc<str>, Vec<String>)> = policies.into_iter().collect();
        let named = policies.iter().map(|(resource, _)| resource.clone());
        let numbering = Numbering::new(named.chain(known));
        let mut by_subject: HashMap<Arc<str>, ResourceSet> = HashMap::new();
        let mut by_resource: HashMap<usize, Vec<Arc<str>>> = HashMap::new();
        for (resource, subjects) in policies {
            let Some(number) = numbering.number(&resource) else {
                continue;
            };
            for subject in subjects {
                let subject: Arc<str> = subject.to_lowercase().into();
                let naming = by_resource.entry(number).or_default();
                if !naming.contains(&subject) {
                    naming.push(subject.clone());
                }
                by_subject.entry(subject).or_default().insert(number);
            }
        }
        Self {
            numbering,
            by_subject,
            by_resource,
        }
    }

    /// Numbers and names of all resources.
    pub fn numbering(&self) -> &Numbering {
        &self.numbering
    }

    /// All that these subjects open together.
    pub fn resources_of(&self, subjects: &[Arc<str>]) -> ResourceSet {
        let mut all = ResourceSet::default();
        for found in subjects
            .iter()
            .filter_map(|subject| self.by_subject.get(subject))
        {
            all.unite(found);
        }
        all
    }

    /// Whether this subject opens this resource.
    pub fn opens(&self, subject: &str, resource: &str) -> bool {
        self.numbering.number(resource).is_some_and(|number| {
            self.by_subject
                .get(subject)
                .is_some_and(|set| set.contains(number))
        })
    }

    /// The subjects that the resource's policy names, in the policy's order, each once.
    pub fn subjects_of(&self, resource: &str) -> &[Arc<str>] {
        self.numbering
            .number(resource)
            .and_then(|number| self.by_resource.get(&number))
            .map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_compare_ignoring_case_and_open_what_names_them() {
        let policies = [
            (
                "a",
                vec![
                    "urn:altinn:rolecode:DAGL".to_owned(),
                    "urn:altinn:rolecode:dagl".to_owned(),
                ],
            ),
            (
                "b",
                vec![
                    "urn:altinn:rolecode:dagl".to_owned(),
                    "urn:altinn:accesspackage:post".to_owned(),
                ],
            ),
            ("c", vec![]),
        ];
        let map = SubjectMap::new(
            policies.map(|(resource, subjects)| (Arc::from(resource), subjects)),
            [Arc::from("d"), Arc::from("a")],
        );
        let opened = |subjects: &[&str]| {
            let subjects: Vec<Arc<str>> = subjects.iter().map(|s| Arc::from(*s)).collect();
            map.numbering()
                .names(&map.resources_of(&subjects))
                .join(",")
        };
        assert_eq!(opened(&["urn:altinn:rolecode:dagl"]), "a,b");
        assert_eq!(
            opened(&["urn:altinn:accesspackage:post", "urn:altinn:rolecode:x"]),
            "b"
        );
        assert_eq!(opened(&[]), "");
        assert!(map.opens("urn:altinn:accesspackage:post", "b"));
        assert!(!map.opens("urn:altinn:accesspackage:post", "a"));
        assert_eq!(map.subjects_of("a").join(","), "urn:altinn:rolecode:dagl");
        assert!(map.subjects_of("c").is_empty());
        assert!(map.numbering().number("d").is_some());
    }
}
