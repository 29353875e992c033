//! The policies of a directory, compiled.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use super::directory::PolicyFile;
use crate::{authority::xacml::Policy, dialog::resource};

/// Policies by the resource that they are about.
#[derive(Default)]
pub struct Policies(HashMap<Arc<str>, Policy>);

impl Policies {
    /// Compiles the files. A policy that is refused is logged and permits nothing; of two whose names differ only in
    /// letter case the first counts.
    pub fn compile(files: &[(String, PolicyFile)]) -> Self {
        let mut policies = HashMap::new();
        for (name, file) in files {
            let policy = match file {
                PolicyFile::Text(text) => Policy::parse(text),
                PolicyFile::Unreadable(error) => {
                    tracing::warn!(policy = name, %error, "a policy cannot be read; it permits nothing");
                    continue;
                }
            };
            let policy = match policy {
                Ok(policy) => policy,
                Err(reason) => {
                    tracing::warn!(policy = name, %reason, "a policy is refused; it permits nothing");
                    continue;
                }
            };
            let urn = format!("{}{}", resource::PREFIX, name.to_lowercase());
            match policies.entry(urn.into()) {
                Entry::Occupied(_) => {
                    tracing::warn!(
                        policy = name,
                        "a second policy of the same resource is ignored"
                    );
                }
                Entry::Vacant(free) => {
                    free.insert(policy);
                }
            }
        }
        Self(policies)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The policy of a resource, lower case. Without one nothing is permitted.
    pub fn of(&self, resource: &str) -> Option<&Policy> {
        self.0.get(resource)
    }

    /// The minimum authentication levels that the policies demand, by resource.
    pub fn minimum_levels(&self) -> HashMap<Arc<str>, u32> {
        let level = |(urn, policy): (&Arc<str>, &Policy)| {
            Some((urn.clone(), u32::from(policy.minimum_level()?)))
        };
        self.0.iter().filter_map(level).collect()
    }

    /// For each resource the subjects that its Permit rules name.
    pub fn subjects(&self) -> impl Iterator<Item = (Arc<str>, Vec<String>)> {
        self.0.iter().map(|(urn, policy)| {
            let subjects = policy.subjects_of_permit_rules();
            (
                urn.clone(),
                subjects
                    .map(|(id, value)| format!("{id}:{value}"))
                    .collect(),
            )
        })
    }
}
