//! What the platform tells about resources, their owners, roles and access packages, in the languages of a caller.

use std::sync::Arc;

use super::wire::{
    Links, ServiceResource, ServiceResourceAccessPackage, ServiceResourceMetadata,
    ServiceResourceOwner, ServiceResourceRole,
};
use crate::{
    app::App,
    authority::{
        Metadata, Registry, SubjectMap,
        registry::{Levels, Texts, metadata},
    },
    dialog::{alphabet, localization::Localization, preference::Preference, resource},
    http::problem::Problem,
    platform,
};

/// All that is known, to be told in some languages.
pub struct Catalogue<'a> {
    registry: Arc<Registry>,
    levels: Arc<Levels>,
    metadata: Arc<Metadata>,
    subjects: Arc<SubjectMap>,
    languages: &'a Preference,
    platform: &'a str,
}

impl<'a> Catalogue<'a> {
    /// What is known now.
    pub async fn open(app: &'a App, languages: &'a Preference) -> Result<Self, Problem> {
        let authority = app.authority();
        let (registry, levels, metadata, subjects) = tokio::try_join!(
            authority.registry(),
            authority.levels(),
            authority.metadata(),
            authority.subject_map(),
        )?;
        Ok(Self {
            metadata,
            subjects,
            ..Self::without_roles(app, languages, registry, levels)
        })
    }

    /// What is known now of resources and their owners.
    pub async fn of_resources(app: &'a App, languages: &'a Preference) -> Result<Self, Problem> {
        let authority = app.authority();
        let (registry, levels) = tokio::try_join!(authority.registry(), authority.levels())?;
        Ok(Self::without_roles(app, languages, registry, levels))
    }

    fn without_roles(
        app: &'a App,
        languages: &'a Preference,
        registry: Arc<Registry>,
        levels: Arc<Levels>,
    ) -> Self {
        Self {
            registry,
            levels,
            metadata: Arc::default(),
            subjects: Arc::default(),
            languages,
            platform: app.config().platform.base_uri.trim_end_matches('/'),
        }
    }

    /// These resources with all that opens them, in the order of their names.
    pub fn of(&self, urns: &[String]) -> Vec<ServiceResourceMetadata> {
        let mut items: Vec<_> = urns.iter().map(|urn| self.item(urn)).collect();
        items.sort_by_cached_key(|item| {
            let resource = &item.service_resource;
            (by_name(&resource.name), resource.id.clone())
        });
        items
    }

    fn item(&self, urn: &str) -> ServiceResourceMetadata {
        let subjects = self.subjects.subjects_of(urn);
        let mut roles: Vec<_> = subjects.iter().filter_map(|role| self.role(role)).collect();
        roles.sort_by_cached_key(|role| (by_name(&role.name), role.urn.clone()));
        let packages = subjects.iter().filter_map(|package| self.package(package));
        let mut packages: Vec<_> = packages.collect();
        packages.sort_by_cached_key(|package| (by_name(&package.name), package.urn.clone()));
        ServiceResourceMetadata {
            service_resource: self.resource(urn),
            roles,
            access_packages: packages,
            service_owner: self.owner(urn, ""),
        }
    }

    /// A resource, whether the registry knows it or not.
    pub fn resource(&self, urn: &str) -> ServiceResource {
        let id = urn.strip_prefix(resource::PREFIX).unwrap_or(urn).to_owned();
        let links = self.links(&format!("resourceregistry/api/v1/resource/{id}"));
        let minimum_authentication_level = self.levels.minimum(urn);
        match self.registry.resource(urn) {
            Some(known) => ServiceResource {
                name: self.name_or(&known.title, &id),
                id,
                resource_type: known.kind.clone(),
                status: known.status.clone(),
                is_delegable: known.is_delegable,
                minimum_authentication_level,
                links,
            },
            None => ServiceResource {
                name: self.name_or(&Texts::default(), &id),
                id,
                resource_type: String::new(),
                status: String::new(),
                is_delegable: false,
                minimum_authentication_level,
                links,
            },
        }
    }

    /// The owner of a resource; `org` for one that the registry does not know.
    pub fn owner(&self, urn: &str, org: &str) -> ServiceResourceOwner {
        let (number, code) = match self.registry.resource(urn) {
            Some(known) => (known.owner.as_str(), known.org.as_str()),
            None => ("", org),
        };
        let unnamed = Texts::default();
        let name = self.registry.service_owner(number);
        ServiceResourceOwner {
            name: self.name_or(name.map_or(&unnamed, |owner| &owner.name), code),
            org_number: number.to_owned(),
            code: code.to_owned(),
        }
    }

    /// The role that policies call `subject`, lower case; `None` for one that nobody describes.
    pub fn role(&self, subject: &str) -> Option<ServiceResourceRole> {
        let metadata::Role { id, urn, name } = self.metadata.role(subject)?;
        Some(ServiceResourceRole {
            urn: urn.clone(),
            name: self.pruned(name),
            links: self.links(&format!("accessmanagement/api/v1/meta/info/roles/{id}")),
        })
    }

    /// The access package that policies call `subject`, lower case; `None` for one that nobody describes.
    pub fn package(&self, subject: &str) -> Option<ServiceResourceAccessPackage> {
        let metadata::AccessPackage { urn, name } = self.metadata.package(subject)?;
        let path = "accessmanagement/api/v1/meta/info/accesspackages/package/urn";
        Some(ServiceResourceAccessPackage {
            urn: urn.clone(),
            name: self.pruned(name),
            links: self.links(&format!("{path}/{}", platform::escape(urn))),
        })
    }

    /// The authentication level that reading a dialog of this resource needs.
    pub fn minimum_level(&self, urn: &str) -> u32 {
        self.levels.minimum(urn)
    }

    fn links(&self, path: &str) -> Links {
        Links {
            metadata: format!("{}/{path}", self.platform),
        }
    }

    fn name_or(&self, name: &Texts, id: &str) -> Vec<Localization> {
        if name.is_empty() {
            self.pruned(&Texts::of(id))
        } else {
            self.pruned(name)
        }
    }

    fn pruned(&self, texts: &Texts) -> Vec<Localization> {
        let mut texts = texts.localizations().to_vec();
        self.languages.prune(&mut texts);
        texts
    }
}

/// The place in the order of names: that of bokmål, else English, else whatever there is.
fn by_name(name: &[Localization]) -> Vec<(u8, char)> {
    let spoken = |language: &str| {
        name.iter()
            .find(|text| text.language_code.as_str() == language)
    };
    let text = spoken("nb").or_else(|| spoken("en")).or(name.first());
    alphabet::key(text.map_or("", |text| &text.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_by_bokmal_then_english_then_any() {
        let name = |texts: &[(&str, &str)]| -> Vec<Localization> {
            let text = |(code, value): &(&str, &str)| serde_json::json!({"languageCode": code, "value": value});
            serde_json::from_value(texts.iter().map(text).collect()).unwrap()
        };
        let key = |texts| by_name(&name(texts));
        assert_eq!(key(&[("nn", "A"), ("nb", "B")]), alphabet::key("b"));
        assert_eq!(key(&[("nn", "A"), ("en", "C")]), alphabet::key("c"));
        assert_eq!(key(&[("nn", "A"), ("de", "D")]), alphabet::key("a"));
        assert_eq!(key(&[]), []);
    }
}
