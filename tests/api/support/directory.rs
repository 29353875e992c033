//! A platform directory made of few words: who owns which resource, what its policy says, who represents whom.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use super::Policy;

/// A resource of the registry.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Identifier without prefix.
    pub id: String,
    /// Type in the registry's spelling.
    pub kind: &'static str,
    /// Number of the organization that owns it.
    pub owner: String,
    /// Short name of that organization.
    pub org: String,
    /// Who may do what.
    pub policy: Policy,
}

/// What somebody holds for a party.
#[derive(Clone, Debug, Default)]
pub struct Party {
    /// Number of the person or organization, or somebody's address.
    pub number: String,
    /// Role codes.
    pub roles: Vec<String>,
    /// Access packages.
    pub packages: Vec<String>,
    /// Resources delegated directly, without prefix.
    pub resources: Vec<String>,
    /// Instances delegated: resource without prefix, and reference.
    pub instances: Vec<(String, String)>,
    /// Units below it.
    pub subunits: Vec<Party>,
}

impl Party {
    /// A party for which somebody holds a role.
    pub fn with_role(number: &str, role: &str) -> Self {
        Self {
            number: number.into(),
            roles: vec![role.into()],
            ..Self::default()
        }
    }

    /// A party for which somebody holds nothing yet.
    pub fn of(number: &str) -> Self {
        Self {
            number: number.into(),
            ..Self::default()
        }
    }

    pub(super) fn json(&self) -> Value {
        let kind = match self.number.len() {
            _ if self.number.contains('@') => "SelfIdentified",
            11 => "Person",
            _ => "Organization",
        };
        let number = |of: &str| {
            if of == kind {
                json!(self.number)
            } else {
                Value::Null
            }
        };
        json!({
            "name": format!("Name {}", self.number),
            "organizationNumber": number("Organization"),
            "personId": number("Person"),
            "emailId": number("SelfIdentified"),
            "dateOfBirth": null,
            "partyId": 1,
            "partyUuid": dialogporten::dialog::id::random(),
            "type": kind,
            "isDeleted": false,
            "onlyHierarchyElementWithNoAccess": false,
            "authorizedAccessPackages": self.packages,
            "authorizedResources": self.resources,
            "authorizedRoles": self.roles,
            "authorizedInstances": self.instances.iter().map(|(resource, reference)| json!({
                "resourceId": resource, "instanceId": reference, "instanceRef": reference
            })).collect::<Vec<_>>(),
            "subunits": self.subunits.iter().map(Self::json).collect::<Vec<_>>(),
        })
    }
}

/// The whole directory.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Short name and number of the service owner that most resources belong to.
    pub owner: (String, String),
    /// Short name and number of another one.
    pub neighbour: (String, String),
    /// The registry; the first resource is the usual one.
    pub resources: Vec<Resource>,
    /// Who represents whom, by the subject's URN.
    pub parties: Vec<(String, Vec<Party>)>,
    /// Names by URN.
    pub names: Vec<(String, String)>,
}

impl Directory {
    /// One more resource of the same owner; [`Town::also`](super::Town::also) tells its identifier.
    pub fn also(&mut self, name: &str, policy: Policy) -> &mut Resource {
        let owner = self.owner.clone();
        self.resource(name, owner, policy)
    }

    /// A resource of another service owner.
    pub fn foreign(&mut self, name: &str, policy: Policy) -> &mut Resource {
        let owner = self.neighbour.clone();
        self.resource(name, owner, policy)
    }

    fn resource(
        &mut self,
        name: &str,
        (org, owner): (String, String),
        policy: Policy,
    ) -> &mut Resource {
        let id = format!("{}-{name}", self.resources[0].id);
        self.resources.push(Resource {
            id,
            kind: "GenericAccessResource",
            owner,
            org,
            policy,
        });
        self.resources.last_mut().unwrap()
    }

    /// Lets somebody represent one more party.
    pub fn represents(&mut self, subject: &str, party: Party) {
        if let Some((_, held)) = self.parties.iter_mut().find(|(urn, _)| urn == subject) {
            held.push(party);
        } else {
            self.parties.push((subject.into(), vec![party]));
        }
    }

    /// The registry's list.
    pub(super) fn resource_list(&self) -> Value {
        self.resources
            .iter()
            .map(|r| {
                json!({
                    "identifier": r.id, "resourceType": r.kind, "delegable": true, "status": "Active",
                    "title": {"nb": r.id}, "description": {"nb": r.id},
                    "hasCompetentAuthority": {"organization": r.owner, "orgcode": r.org},
                })
            })
            .collect()
    }

    /// The public list of service owners.
    pub(super) fn orgs(&self) -> Value {
        let orgs: Map<_, _> = self
            .resources
            .iter()
            .map(|r| {
                (
                    r.org.clone(),
                    json!({"name": {"nb": r.org}, "orgnr": r.owner}),
                )
            })
            .collect();
        json!({"orgs": orgs})
    }

    /// Writes all files.
    pub fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("policies")).unwrap();
        let write = |file: &str, value: Value| {
            fs::write(
                folder.join(file),
                serde_json::to_vec_pretty(&value).unwrap(),
            )
            .unwrap();
        };
        write("resources.json", self.resource_list());
        for resource in &self.resources {
            let file = folder.join("policies").join(format!("{}.xml", resource.id));
            fs::write(file, resource.policy.xml(&resource.id)).unwrap();
        }
        write("orgs.json", self.orgs());
        let parties: Map<_, _> = self
            .parties
            .iter()
            .map(|(subject, held)| {
                (
                    subject.clone(),
                    held.iter().map(Party::json).collect::<Vec<_>>().into(),
                )
            })
            .collect();
        write("parties.json", parties.into());
        let names: Map<_, _> = self
            .names
            .iter()
            .map(|(urn, name)| (urn.clone(), json!(name)))
            .collect();
        write("names.json", names.into());
    }
}
