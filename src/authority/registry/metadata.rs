//! What roles and access packages are called.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

use super::Texts;

/// A role that policies can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Identifier at the platform, for links.
    pub id: Uuid,
    /// As policies name it, where they do, for example `urn:altinn:rolecode:dagl`.
    pub urn: String,
    /// Name.
    pub name: Texts,
}

/// An access package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPackage {
    /// `urn:altinn:accesspackage:…`.
    pub urn: String,
    /// Name.
    pub name: Texts,
}

/// An element of the platform's list of roles.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleElement {
    id: Option<Uuid>,
    #[serde(default)]
    name: Texts,
    #[serde(default)]
    urn: Option<String>,
    #[serde(default)]
    legacy_urn: Option<String>,
    #[serde(default)]
    legacy_role_code: Option<String>,
}

/// An element of the platform's list of access packages.
#[derive(Debug, Deserialize)]
pub struct PackageElement {
    #[serde(default)]
    name: Texts,
    #[serde(default)]
    urn: Option<String>,
}

/// Roles and access packages by the names under which policies may know them.
#[derive(Debug, Default)]
pub struct Metadata {
    roles: Vec<Role>,
    roles_by_subject: HashMap<String, usize>,
    packages: HashMap<String, AccessPackage>,
}

impl Metadata {
    /// Puts the lists together. Elements without name for themselves are left out; of equal ones the first counts.
    pub fn new(roles: Vec<RoleElement>, packages: Vec<PackageElement>) -> Self {
        let mut metadata = Self::default();
        for role in roles {
            metadata.add_role(role);
        }
        for package in packages {
            let Some(urn) = non_blank(package.urn) else {
                continue;
            };
            metadata
                .packages
                .entry(urn.to_lowercase())
                .or_insert(AccessPackage {
                    urn,
                    name: package.name.in_fetch_order(),
                });
        }
        metadata
    }

    /// Puts lists together that were each made for a reader of one language, in which all names in them are.
    pub fn in_languages(lists: Vec<(&str, Vec<RoleElement>, Vec<PackageElement>)>) -> Self {
        let (mut roles, mut packages) = (Vec::<RoleElement>::new(), Vec::<PackageElement>::new());
        let (mut role_at, mut package_at): (HashMap<_, usize>, HashMap<_, usize>) =
            Default::default();
        for (language, more_roles, more_packages) in lists {
            for mut role in more_roles {
                role.name = role.name.only(language);
                match role_at.get(&role.id) {
                    Some(&at) => roles[at].name.unite(role.name),
                    None => {
                        role_at.insert(role.id, roles.len());
                        roles.push(role);
                    }
                }
            }
            for mut package in more_packages {
                package.name = package.name.only(language);
                match package_at.get(&package.urn) {
                    Some(&at) => packages[at].name.unite(package.name),
                    None => {
                        package_at.insert(package.urn.clone(), packages.len());
                        packages.push(package);
                    }
                }
            }
        }
        Self::new(roles, packages)
    }

    fn add_role(&mut self, role: RoleElement) {
        let (urn, legacy) = (non_blank(role.urn), non_blank(role.legacy_urn));
        let Some((id, shown)) = role.id.zip(legacy.clone().or_else(|| urn.clone())) else {
            return;
        };
        let code =
            non_blank(role.legacy_role_code).map(|code| format!("urn:altinn:rolecode:{code}"));
        for subject in [legacy, urn, code].into_iter().flatten() {
            self.roles_by_subject
                .entry(subject.to_lowercase())
                .or_insert(self.roles.len());
        }
        self.roles.push(Role {
            id,
            urn: shown,
            name: role.name.in_fetch_order(),
        });
    }

    /// The role that policies call `subject`, lower case.
    pub fn role(&self, subject: &str) -> Option<&Role> {
        self.roles.get(*self.roles_by_subject.get(subject)?)
    }

    /// The access package that policies call `subject`, lower case.
    pub fn package(&self, subject: &str) -> Option<&AccessPackage> {
        self.packages.get(subject)
    }
}

fn non_blank(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn roles_are_found_by_each_of_their_names() {
        let roles = json!([
            {"id": "42cae370-2dc1-4fdc-9c67-c2f4b0f0f829", "name": {"nb": "Daglig leder"},
             "urn": "urn:altinn:external-role:ccr:daglig-leder", "legacyRoleCode": "DAGL", "legacyUrn": "urn:altinn:rolecode:dagl"},
            {"id": "1c6eeec1-fe70-4fc5-8b45-df4a2255dea6", "name": "Privatperson", "urn": "urn:altinn:role:x", "legacyRoleCode": "PRIV"},
            {"id": null, "name": "No id", "urn": "urn:altinn:role:y"},
            {"id": "1c6eeec1-fe70-4fc5-8b45-df4a2255dea7", "name": "No urn", "urn": " ", "legacyRoleCode": "NONE"},
        ]);
        let packages =
            json!([{"urn": "urn:altinn:accesspackage:Post", "name": "Post"}, {"name": "No urn"}]);
        let metadata = Metadata::new(
            serde_json::from_value(roles).unwrap(),
            serde_json::from_value(packages).unwrap(),
        );
        for subject in [
            "urn:altinn:rolecode:dagl",
            "urn:altinn:external-role:ccr:daglig-leder",
        ] {
            assert_eq!(
                metadata.role(subject).unwrap().urn,
                "urn:altinn:rolecode:dagl"
            );
        }
        assert_eq!(
            metadata.role("urn:altinn:rolecode:priv").unwrap().urn,
            "urn:altinn:role:x"
        );
        assert_eq!(metadata.role("urn:altinn:role:y"), None);
        assert_eq!(metadata.role("urn:altinn:rolecode:none"), None);
        assert!(metadata.package("urn:altinn:accesspackage:post").is_some());
    }
}
