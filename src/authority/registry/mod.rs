//! The Resource Registry and the list of service owners: which resources exist, whose they are, what level they need.

pub mod elements;
mod levels;
pub mod metadata;
pub mod names;
mod resources;
mod service_owners;
mod texts;

use std::sync::Arc;

pub use levels::{DEFAULT_LEVEL, Levels};
pub use metadata::Metadata;
pub use resources::{Resource, ResourceElement, Resources};
pub use service_owners::{ServiceOwner, ServiceOwnerElement, ServiceOwners};
pub use texts::Texts;

use crate::dialog::resource;

/// All resources that can have dialogs, with what is known about their owners.
#[derive(Debug, Default)]
pub struct Registry {
    resources: Arc<Resources>,
    owners: Arc<ServiceOwners>,
}

impl Registry {
    /// Puts the lists together.
    pub fn new(resources: Arc<Resources>, owners: Arc<ServiceOwners>) -> Self {
        Self { resources, owners }
    }

    /// The resource with this name, in any letter case; `None` when dialogs cannot be about it.
    pub fn resource(&self, urn: &str) -> Option<&Resource> {
        self.resources.get(urn)
    }

    /// All resources, in no particular order.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter()
    }

    /// Whether the organization with this number owns the resource.
    pub fn owns(&self, number: &str, urn: &str) -> bool {
        self.resource(urn)
            .is_some_and(|found| found.owner == number)
    }

    /// The resources that the organization with this number owns, in the registry's order.
    pub fn owned_by(&self, number: &str) -> &[Arc<str>] {
        self.resources.owned_by(number)
    }

    /// The short name that the organization's resources carry; `None` when it has none, so that it owns nothing.
    pub fn org_of(&self, number: &str) -> Option<&str> {
        self.resources.org_of(number)
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

    /// All service owners, in no particular order.
    pub fn service_owners(&self) -> impl Iterator<Item = &ServiceOwner> {
        self.owners.iter()
    }

    /// The service owner with this organization number.
    pub fn service_owner(&self, number: &str) -> Option<&ServiceOwner> {
        self.owners.get(number)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dialog::resource::PREFIX;

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
        Registry::new(
            Arc::new(Resources::new(resources)),
            Arc::new(ServiceOwners::new(owners.into())),
        )
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
}
