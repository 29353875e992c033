//! Service owners as their public list has them.

use std::collections::{HashMap, hash_map::Entry};

use serde::Deserialize;

use super::Texts;

/// A service owner as the public list of service owners has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceOwner {
    /// Short name, lower case.
    pub code: String,
    /// Number of the organization.
    pub number: String,
    /// Name.
    pub name: Texts,
}

/// A member of the list of service owners; its key is the short name.
#[derive(Debug, Deserialize)]
pub struct ServiceOwnerElement {
    #[serde(default)]
    name: Texts,
    #[serde(default)]
    orgnr: Option<String>,
}

/// All service owners by their organization numbers.
#[derive(Debug, Default)]
pub struct ServiceOwners(HashMap<String, ServiceOwner>);

impl ServiceOwners {
    /// Indexes the list. Of service owners with equal numbers the first counts.
    pub fn new(elements: Vec<(String, ServiceOwnerElement)>) -> Self {
        let mut owners: HashMap<String, ServiceOwner> = HashMap::new();
        for (code, element) in elements {
            let Some(number) = element.orgnr.filter(|number| !number.trim().is_empty()) else {
                continue;
            };
            match owners.entry(number.trim().to_owned()) {
                Entry::Occupied(first) => tracing::warn!(
                    ignored = code,
                    kept = first.get().code,
                    "two service owners have the same organization number"
                ),
                Entry::Vacant(free) => {
                    free.insert(ServiceOwner {
                        code: code.to_lowercase(),
                        number: number.trim().to_owned(),
                        name: element.name,
                    });
                }
            }
        }
        Self(owners)
    }

    /// All service owners, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &ServiceOwner> {
        self.0.values()
    }

    /// The service owner with this organization number.
    pub fn get(&self, number: &str) -> Option<&ServiceOwner> {
        self.0.get(number)
    }
}
