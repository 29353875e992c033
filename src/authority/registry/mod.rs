//! The Resource Registry and the list of service owners: which resources exist, whose they are, what level they need.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use serde::Deserialize;

use crate::dialog::resource::{self, PREFIX};

pub mod elements;
pub mod metadata;
pub mod names;
mod texts;

pub use metadata::Metadata;
pub use texts::Texts;

/// The authentication level that a resource needs when nothing says otherwise.
pub const DEFAULT_LEVEL: u32 = 3;

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
            urn: format!("{PREFIX}{}", self.identifier.to_lowercase()).into(),
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

/// A member of the list of service owners; its key is the short name.
#[derive(Debug, Deserialize)]
pub struct ServiceOwnerElement {
    #[serde(default)]
    name: Texts,
    #[serde(default)]
    orgnr: Option<String>,
}

/// All resources that can have dialogs, with what is known about them.
#[derive(Debug, Default)]
pub struct Registry {
    resources: HashMap<Arc<str>, Resource>,
    owned: HashMap<String, Owned>,
    owners: HashMap<String, ServiceOwner>,
    levels: HashMap<Arc<str>, u32>,
}

#[derive(Debug)]
struct Owned {
    resources: Vec<Arc<str>>,
    /// Distinct, in the registry's order.
    orgs: Vec<String>,
}

impl Registry {
    /// Puts the lists together. `levels` are the minimum levels that policies demand, by resource. Of resources with
    /// equal identifiers, and of service owners with equal numbers, the first counts.
    pub fn new(
        resources: Vec<ResourceElement>,
        owners: Vec<(String, ServiceOwnerElement)>,
        levels: HashMap<Arc<str>, u32>,
    ) -> Self {
        let mut registry = Self {
            levels,
            ..Self::default()
        };
        for found in resources.into_iter().filter_map(ResourceElement::usable) {
            registry.add(found);
        }
        for (code, element) in owners {
            let Some(number) = element.orgnr.filter(|number| !number.trim().is_empty()) else {
                continue;
            };
            match registry.owners.entry(number.trim().to_owned()) {
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
        registry.warn_of_ambiguous_owners();
        registry
    }

    fn add(&mut self, found: Resource) {
        match self.resources.entry(found.urn.clone()) {
            Entry::Occupied(_) => {
                tracing::warn!(resource = %found.urn, "the registry lists a resource twice; the first counts");
            }
            Entry::Vacant(free) => {
                let owned = self
                    .owned
                    .entry(found.owner.clone())
                    .or_insert_with(|| Owned {
                        resources: Vec::new(),
                        orgs: Vec::new(),
                    });
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
    pub fn resource(&self, urn: &str) -> Option<&Resource> {
        self.resources
            .get(urn)
            .or_else(|| self.resources.get(resource::canonical(urn).as_str()))
    }

    /// All resources, in no particular order.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.values()
    }

    /// Whether the organization with this number owns the resource.
    pub fn owns(&self, number: &str, urn: &str) -> bool {
        self.resource(urn)
            .is_some_and(|found| found.owner == number)
    }

    /// The resources that the organization with this number owns, in the registry's order.
    pub fn owned_by(&self, number: &str) -> &[Arc<str>] {
        self.owned.get(number).map_or(&[], |owned| &owned.resources)
    }

    /// The short name that the organization's resources carry; `None` when it has none, so that it owns nothing.
    pub fn org_of(&self, number: &str) -> Option<&str> {
        let orgs = &self.owned.get(number)?.orgs;
        orgs.first().map(String::as_str)
    }

    /// Those of `named` that the organization does not own, lower case, each once. Texts that name no resource are
    /// nobody's and pass.
    pub fn not_owned<'a>(
        &self,
        number: &str,
        named: impl IntoIterator<Item = &'a str>,
    ) -> Vec<String> {
        let mut foreign = Vec::new();
        for urn in named.into_iter().filter(|text| resource::is_resource(text)) {
            let urn = resource::canonical(urn);
            if !self.owns(number, &urn) && !foreign.contains(&urn) {
                foreign.push(urn);
            }
        }
        foreign
    }

    /// The service owner with this organization number.
    pub fn service_owner(&self, number: &str) -> Option<&ServiceOwner> {
        self.owners.get(number)
    }

    /// The authentication level without which a dialog of this resource cannot be read.
    pub fn minimum_level(&self, urn: &str) -> u32 {
        self.levels
            .get(urn)
            .or_else(|| self.levels.get(resource::canonical(urn).as_str()))
            .copied()
            .unwrap_or(DEFAULT_LEVEL)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn element(id: &str, kind: &str, number: &str, org: &str) -> ResourceElement {
        serde_json::from_value(json!({
            "identifier": id, "resourceType": kind, "delegable": true, "status": "Active",
            "title": {"nb": id}, "hasCompetentAuthority": {"organization": number, "orgcode": org},
        }))
        .unwrap()
    }

    fn registry() -> Registry {
        let resources = vec![
            element("TTD-One", "GenericAccessResource", "991825827", "TTD"),
            element("ttd-two", "CorrespondenceService", "991825827", "ttd"),
            element("ttd-one", "AltinnApp", "974760673", "brg"),
            element("ttd-scope", "MaskinportenSchema", "991825827", "ttd"),
            element("ttd-lower", "altinnapp", "991825827", "ttd"),
            element("no-owner", "AltinnApp", " ", "ttd"),
            element("no-org", "AltinnApp", "991825827", ""),
            element("app_brg_x", "AltinnApp", "974760673", "brg"),
        ];
        let owners = [("TTD", "991825827"), ("again", "991825827"), ("brg", " ")];
        let owners = owners.map(|(code, orgnr)| {
            let owner = serde_json::from_value(json!({"name": {"nb": code}, "orgnr": orgnr}));
            (code.to_owned(), owner.unwrap())
        });
        let levels = HashMap::from([(Arc::from("urn:altinn:resource:ttd-one"), 4)]);
        Registry::new(resources, owners.into(), levels)
    }

    #[test]
    fn only_usable_resources_are_known_and_in_any_case() {
        let registry = registry();
        let one = registry.resource("urn:altinn:resource:TTD-ONE").unwrap();
        assert_eq!(
            (one.id(), &*one.org, &*one.owner),
            ("ttd-one", "ttd", "991825827")
        );
        assert_eq!(
            (&*one.kind, &*one.status),
            ("genericaccessresource", "active")
        );
        assert!(
            registry
                .resource("urn:altinn:resource:ttd-two")
                .unwrap()
                .is_correspondence()
        );
        for unusable in ["ttd-scope", "ttd-lower", "no-owner", "no-org", "nothing"] {
            assert_eq!(
                registry.resource(&format!("{PREFIX}{unusable}")),
                None,
                "{unusable}"
            );
        }
    }

    #[test]
    fn ownership_follows_the_organization_number() {
        let registry = registry();
        let owned: Vec<&str> = registry
            .owned_by("991825827")
            .iter()
            .map(|urn| &**urn)
            .collect();
        assert_eq!(
            owned,
            ["urn:altinn:resource:ttd-one", "urn:altinn:resource:ttd-two"]
        );
        assert!(registry.owned_by("111111111").is_empty());
        assert_eq!(registry.org_of("974760673"), Some("brg"));
        assert_eq!(registry.org_of("111111111"), None);
        assert!(registry.owns("974760673", "urn:altinn:resource:app_brg_x"));
        assert!(!registry.owns("974760673", "urn:altinn:resource:ttd-one"));
    }

    #[test]
    fn named_resources_of_others_are_told_once_each() {
        let named = [
            "urn:altinn:resource:ttd-one",
            "URN:ALTINN:RESOURCE:App_Brg_X",
            "urn:altinn:resource:app_brg_x",
            "urn:altinn:resource:nothing",
            "urn:altinn:app:app_x_y",
            "part",
        ];
        assert_eq!(
            registry().not_owned("991825827", named),
            [
                "urn:altinn:resource:app_brg_x",
                "urn:altinn:resource:nothing"
            ]
        );
    }

    #[test]
    fn service_owners_with_the_same_number_are_one() {
        let registry = registry();
        assert_eq!(registry.service_owner("991825827").unwrap().code, "ttd");
        assert_eq!(registry.service_owner("974760673"), None);
    }

    #[test]
    fn a_resource_whose_policy_demands_no_level_needs_level_three() {
        let registry = registry();
        assert_eq!(registry.minimum_level("urn:altinn:resource:TTD-one"), 4);
        assert_eq!(registry.minimum_level("urn:altinn:resource:ttd-two"), 3);
    }
}
