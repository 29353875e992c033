//! Resources as the Resource Registry lists them, and whose they are.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use serde::Deserialize;

use super::Texts;
use crate::dialog::resource::{self, PREFIX};

/// The types of resources that can have dialogs, as the registry spells them.
const USABLE_TYPES: [&str; 4] = [
    "GenericAccessResource",
    "AltinnApp",
    "MigratedApp",
    "CorrespondenceService",
];

/// A resource that can have dialogs. All but the texts is lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// `urn:altinn:resource:{identifier}`.
    pub urn: Arc<str>,
    /// Its type.
    pub kind: String,
    /// The number of the organization that owns it.
    pub owner: String,
    /// The owner's short name.
    pub org: String,
    /// The registry's word for whether it is in use; empty where the registry does not tell.
    pub status: String,
    /// Whether rights in it can be handed on.
    pub is_delegable: bool,
    /// Its name.
    pub title: Texts,
    /// What it is for.
    pub description: Texts,
}

impl Resource {
    /// The identifier without the prefix.
    pub fn id(&self) -> &str {
        &self.urn[PREFIX.len()..]
    }

    /// Whether its dialogs need the correspondence scope.
    pub fn is_correspondence(&self) -> bool {
        self.kind == resource::CORRESPONDENCE_TYPE
    }
}

/// An element of the registry's list of resources.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceElement {
    identifier: String,
    resource_type: String,
    delegable: bool,
    has_competent_authority: CompetentAuthority,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    title: Texts,
    #[serde(default)]
    description: Texts,
}

#[derive(Debug, Deserialize)]
struct CompetentAuthority {
    #[serde(default)]
    organization: Option<String>,
    #[serde(default)]
    orgcode: Option<String>,
}

impl ResourceElement {
    fn urn(&self) -> String {
        format!("{PREFIX}{}", self.identifier.to_lowercase())
    }

    /// The resource; `None` for one that cannot have dialogs, which is most of the registry.
    fn usable(self) -> Option<Resource> {
        let lower = |text: Option<String>| {
            let text = text?.trim().to_lowercase();
            (!text.is_empty()).then_some(text)
        };
        if !USABLE_TYPES.contains(&self.resource_type.as_str()) {
            return None;
        }
        Some(Resource {
            urn: self.urn().into(),
            kind: self.resource_type.to_lowercase(),
            owner: lower(self.has_competent_authority.organization)?,
            org: lower(self.has_competent_authority.orgcode)?,
            status: lower(self.status).unwrap_or_default(),
            is_delegable: self.delegable,
            title: self.title,
            description: self.description,
        })
    }
}

/// All resources that can have dialogs.
#[derive(Debug, Default)]
pub struct Resources {
    by_urn: HashMap<Arc<str>, Resource>,
    /// Listed, but dialogs cannot be about them.
    unusable: Vec<String>,
    /// How many elements of the list could not be read.
    skipped: usize,
    owned: HashMap<String, Owned>,
}

#[derive(Debug, Default)]
struct Owned {
    resources: Vec<Arc<str>>,
    /// Distinct, in the registry's order.
    orgs: Vec<String>,
}

impl Resources {
    /// Indexes the list. Of resources with equal identifiers the first counts.
    pub fn new(elements: Vec<ResourceElement>) -> Self {
        let mut resources = Self::default();
        for element in elements {
            let urn = element.urn();
            match element.usable() {
                Some(found) => resources.add(found),
                None => resources.unusable.push(urn),
            }
        }
        resources.warn_of_ambiguous_owners();
        resources
    }

    /// The same, from a list of which so many more elements could not be read.
    #[must_use]
    pub fn with_skipped(self, skipped: usize) -> Self {
        Self { skipped, ..self }
    }

    /// The names of all resources that the registry lists, also of those that dialogs cannot be about; `None` where
    /// elements of the list could not be read, so that nobody knows.
    pub fn listed(&self) -> Option<Vec<String>> {
        let usable = self.by_urn.keys().map(ToString::to_string);
        (self.skipped == 0).then(|| usable.chain(self.unusable.iter().cloned()).collect())
    }

    fn add(&mut self, found: Resource) {
        match self.by_urn.entry(found.urn.clone()) {
            Entry::Occupied(_) => {
                tracing::warn!(resource = %found.urn, "the registry lists a resource twice; the first counts");
            }
            Entry::Vacant(free) => {
                let owned = self.owned.entry(found.owner.clone()).or_default();
                owned.resources.push(found.urn.clone());
                if !owned.orgs.contains(&found.org) {
                    owned.orgs.push(found.org.clone());
                }
                free.insert(found);
            }
        }
    }

    fn warn_of_ambiguous_owners(&self) {
        for (number, owned) in self.owned.iter().filter(|(_, owned)| owned.orgs.len() > 1) {
            tracing::warn!(
                number,
                names = owned.orgs.join(" "),
                "the registry has several short names for an organization; the first counts"
            );
        }
    }

    /// The resource with this name, in any letter case; `None` when dialogs cannot be about it.
    pub fn get(&self, urn: &str) -> Option<&Resource> {
        self.by_urn
            .get(urn)
            .or_else(|| self.by_urn.get(resource::canonical(urn).as_str()))
    }

    /// All of them, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.by_urn.values()
    }

    /// Those that the organization with this number owns, in the registry's order.
    pub fn owned_by(&self, number: &str) -> &[Arc<str>] {
        self.owned.get(number).map_or(&[], |owned| &owned.resources)
    }

    /// The short name that the organization's resources carry; `None` when it has none, so that it owns nothing.
    pub fn org_of(&self, number: &str) -> Option<&str> {
        let orgs = &self.owned.get(number)?.orgs;
        orgs.first().map(String::as_str)
    }
}
