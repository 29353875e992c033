//! Authorized parties: whom a caller represents, and by which rights.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::dialog::{
    instance::InstanceRef,
    party::{Kind, PartyUrn},
    resource,
};

/// The prefix of roles where policies name them.
pub const ROLE_PREFIX: &str = "urn:altinn:rolecode:";

/// The prefix of access packages where policies name them.
pub const PACKAGE_PREFIX: &str = "urn:altinn:accesspackage:";

/// Roles that make somebody a leading person of an organization.
const KEY_ROLES: [&str; 6] = ["DAGL", "LEDE", "INNH", "DTPR", "DTSO", "BEST"];
const MAIN_ADMINISTRATOR: &str = "HADM";
const ACCESS_MANAGER: &str = "ADMAI";

/// Sub-units within sub-units; far more than any real organization has.
const MAX_DEPTH: usize = 16;

/// What kind of party it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartyType {
    /// Somebody with a national identity number.
    Person,
    /// An organization or a part of one.
    Organization,
    /// Somebody without a number, known by an address or a name of their own choice.
    SelfIdentified,
}

/// An element of the platform's list of authorized parties.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyElement {
    #[serde(rename = "type")]
    party_type: PartyType,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    organization_number: Option<String>,
    #[serde(default)]
    person_id: Option<String>,
    #[serde(default)]
    email_id: Option<String>,
    #[serde(default)]
    date_of_birth: Option<String>,
    #[serde(default)]
    party_id: i32,
    #[serde(default)]
    party_uuid: Uuid,
    #[serde(default)]
    is_deleted: bool,
    #[serde(default)]
    only_hierarchy_element_with_no_access: bool,
    #[serde(default)]
    authorized_roles: Vec<String>,
    #[serde(default)]
    authorized_access_packages: Vec<String>,
    #[serde(default)]
    authorized_resources: Vec<String>,
    #[serde(default)]
    authorized_instances: Vec<InstanceElement>,
    #[serde(default)]
    subunits: Vec<PartyElement>,
}

/// An instance right within an authorized party.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceElement {
    #[serde(default)]
    resource_id: Option<String>,
    #[serde(default)]
    instance_id: Option<String>,
    #[serde(default)]
    instance_ref: Option<String>,
}

/// A party that a caller represents, with the parts of it that the caller represents too.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not depend on each other, each a member of the public API"
)]
pub struct Party {
    /// Its identifier.
    pub urn: Arc<PartyUrn>,
    /// What kind it is.
    pub party_type: PartyType,
    /// The platform's identifier.
    pub uuid: Uuid,
    /// The platform's number.
    pub party_id: i32,
    /// Name, in the register's order.
    pub name: String,
    /// Date of birth of a person, as the register writes it.
    pub date_of_birth: Option<String>,
    /// Whether it no longer exists.
    pub is_deleted: bool,
    /// Whether it is here only because a part of it is.
    pub has_only_access_to_sub_parties: bool,
    /// Whether the caller is a leading person of it.
    pub has_key_role: bool,
    /// Whether the caller is its main administrator.
    pub is_main_administrator: bool,
    /// Whether the caller manages access to it.
    pub is_access_manager: bool,
    /// Parts of it.
    pub sub_parties: Vec<Party>,
    /// What the caller may do for it; [`Represented`](super::Represented) takes it out.
    pub(in crate::authority) rights: Rights,
}

/// What a caller may do for one party.
#[derive(Clone, Default)]
pub struct Rights {
    /// Roles and access packages as policies name them: lower case, sorted, each once.
    pub subjects: Vec<Arc<str>>,
    /// Resources delegated as a whole, lower case, sorted.
    pub resources: Vec<Arc<str>>,
    /// Single dialogs.
    pub instances: Vec<Instance>,
}

/// A right in one dialog.
#[derive(Clone)]
pub struct Instance {
    /// The dialog's resource, lower case.
    pub resource: Arc<str>,
    /// The platform's name for the instance; not always a reference.
    pub id: Option<String>,
    /// The reference to the dialog, where there is one that can be read.
    pub reference: Option<InstanceRef>,
    /// The same as it came, lower case.
    pub reference_text: Option<String>,
}

impl Instance {
    /// Whether the dialog that the platform knows as `asked` is meant.
    pub fn is(&self, asked: &InstanceRef) -> bool {
        self.reference.as_ref() == Some(asked)
            || self.id.as_deref().is_some_and(|id| id == asked.to_string())
    }
}

impl PartyElement {
    /// The party; `None` for one without the number, address or name that its kind is known by.
    pub fn read(self) -> Option<Party> {
        self.at_depth(0)
    }

    fn at_depth(self, depth: usize) -> Option<Party> {
        let urn = self.urn()?;
        let has = |code: &str| {
            self.authorized_roles
                .iter()
                .any(|role| role.eq_ignore_ascii_case(code))
        };
        let sub_parties = match depth {
            MAX_DEPTH.. => Vec::new(),
            _ => self
                .subunits
                .into_iter()
                .filter_map(|unit| unit.at_depth(depth + 1))
                .collect(),
        };
        Some(Party {
            urn: Arc::new(urn),
            party_type: self.party_type,
            uuid: self.party_uuid,
            party_id: self.party_id,
            name: self.name.unwrap_or_default(),
            date_of_birth: self.date_of_birth,
            is_deleted: self.is_deleted,
            has_only_access_to_sub_parties: self.only_hierarchy_element_with_no_access,
            has_key_role: KEY_ROLES.into_iter().any(&has),
            is_main_administrator: has(MAIN_ADMINISTRATOR),
            is_access_manager: has(ACCESS_MANAGER),
            sub_parties,
            rights: Rights {
                subjects: subjects(&self.authorized_roles, &self.authorized_access_packages),
                resources: distinct(self.authorized_resources.iter().map(|id| resource_urn(id))),
                instances: self
                    .authorized_instances
                    .into_iter()
                    .filter_map(InstanceElement::read)
                    .collect(),
            },
        })
    }

    fn urn(&self) -> Option<PartyUrn> {
        let given = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_lowercase)
        };
        match self.party_type {
            PartyType::Person => given(&self.person_id).map(|number| PartyUrn::person(&number)),
            PartyType::Organization => {
                given(&self.organization_number).map(|number| PartyUrn::organization(&number))
            }
            PartyType::SelfIdentified => given(&self.email_id)
                .map(|address| PartyUrn::email(&address))
                .or_else(|| {
                    let prefix = Kind::LegacySelfIdentified.prefix();
                    let name = given(&self.name)?;
                    Some(PartyUrn::from_stored(format!("{prefix}{name}")))
                }),
        }
    }
}

impl InstanceElement {
    fn read(self) -> Option<Instance> {
        let text = self.instance_ref.map(|text| text.trim().to_lowercase());
        Some(Instance {
            resource: resource_urn(&self.resource_id?),
            id: self.instance_id.map(|id| id.trim().to_lowercase()),
            reference: text.as_deref().and_then(InstanceRef::parse),
            reference_text: text,
        })
    }
}

/// Equal rights must be equal lists, so they are sorted.
fn subjects(roles: &[String], packages: &[String]) -> Vec<Arc<str>> {
    let roles = roles.iter().map(|role| named(ROLE_PREFIX, role));
    distinct(
        roles.chain(
            packages
                .iter()
                .map(|package| named(PACKAGE_PREFIX, package)),
        ),
    )
}

fn resource_urn(id: &str) -> Arc<str> {
    named(resource::PREFIX, id)
}

/// Registers write identifiers bare; a full name is taken as well.
fn named(prefix: &str, id: &str) -> Arc<str> {
    let id = id.trim().to_lowercase();
    if id.starts_with(prefix) {
        id.into()
    } else {
        format!("{prefix}{id}").into()
    }
}

/// Sorted, each once.
fn distinct(names: impl Iterator<Item = Arc<str>>) -> Vec<Arc<str>> {
    let names: BTreeSet<Arc<str>> = names.collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(element: Value) -> Option<Party> {
        serde_json::from_value::<PartyElement>(element)
            .unwrap()
            .read()
    }

    fn urn(element: Value) -> Option<String> {
        read(element).map(|party| party.urn.to_string())
    }

    #[test]
    fn a_party_is_known_by_its_number_address_or_name() {
        for (element, expected) in [
            (
                json!({"type": "Person", "personId": "08844397713"}),
                Some("urn:altinn:person:identifier-no:08844397713"),
            ),
            (
                json!({"type": "Organization", "organizationNumber": "991825827", "personId": "08844397713"}),
                Some("urn:altinn:organization:identifier-no:991825827"),
            ),
            (
                json!({"type": "SelfIdentified", "emailId": "A@B.no", "name": "x"}),
                Some("urn:altinn:person:idporten-email:a@b.no"),
            ),
            (
                json!({"type": "SelfIdentified", "emailId": "", "name": "Kari"}),
                Some("urn:altinn:person:legacy-selfidentified:kari"),
            ),
            (
                json!({"type": "Organization", "organizationNumber": ""}),
                None,
            ),
            (json!({"type": "SelfIdentified"}), None),
        ] {
            assert_eq!(urn(element.clone()).as_deref(), expected, "{element}");
        }
    }

    #[test]
    fn roles_tell_the_callers_position() {
        let position = |role: &str| {
            let party = read(json!({"type": "Person", "personId": "1", "authorizedRoles": [role]}))
                .unwrap();
            (
                party.has_key_role,
                party.is_main_administrator,
                party.is_access_manager,
            )
        };
        for role in ["DAGL", "LEDE", "INNH", "DTPR", "DTSO", "BEST", "dagl"] {
            assert_eq!(position(role), (true, false, false), "{role}");
        }
        assert_eq!(position("HADM"), (false, true, false));
        assert_eq!(position("ADMAI"), (false, false, true));
        assert_eq!(position("UTINN"), (false, false, false));
    }

    #[test]
    fn rights_are_named_as_policies_name_them() {
        let rights = read(json!({
            "type": "Person", "personId": "1",
            "authorizedRoles": ["UTINN", "DAGL", "utinn"],
            "authorizedAccessPackages": ["Post", "urn:altinn:accesspackage:bank"],
            "authorizedResources": ["TTD-one"],
            "authorizedInstances": [
                {"resourceId": "TTD-one", "instanceRef": " URN:altinn:dialog-id:0198C1A2-0000-7000-8000-000000000000 "},
                {"resourceId": "b", "instanceId": "x", "instanceRef": "urn:altinn:frog:1"},
                {"instanceId": "no resource"},
            ],
        }))
        .unwrap()
        .rights;
        assert_eq!(
            rights.subjects.join(" "),
            "urn:altinn:accesspackage:bank urn:altinn:accesspackage:post urn:altinn:rolecode:dagl urn:altinn:rolecode:utinn"
        );
        assert_eq!(rights.resources.join(" "), "urn:altinn:resource:ttd-one");
        let dialog =
            InstanceRef::parse("urn:altinn:dialog-id:0198c1a2-0000-7000-8000-000000000000")
                .unwrap();
        assert_eq!(rights.instances.len(), 2);
        assert!(rights.instances[0].is(&dialog));
        assert!(!rights.instances[1].is(&dialog));
        assert_eq!(rights.instances[1].reference, None);
    }

    #[test]
    fn units_within_units_are_kept_to_a_limit() {
        let mut element = json!({"type": "Organization", "organizationNumber": "991825827"});
        for _ in 0..40 {
            element = json!({"type": "Organization", "organizationNumber": "991825827", "subunits": [element]});
        }
        let mut party = read(element).unwrap();
        let mut depth = 0;
        while let Some(unit) = party.sub_parties.pop() {
            party = unit;
            depth += 1;
        }
        assert_eq!(depth, MAX_DEPTH);
    }
}
