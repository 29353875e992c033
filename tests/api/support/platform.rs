//! A platform directory made of few words: who owns which resource, what its policy says, who represents whom.

use std::{fmt::Write, fs, path::Path};

use serde_json::{Map, Value, json};

/// A rule of a policy: these subjects may do these actions, on these subresources where any are given.
#[derive(Clone, Debug)]
pub struct Policy {
    rules: String,
    level: u32,
}

impl Policy {
    /// Nothing is permitted; callers need this authentication level.
    pub fn at_level(level: u32) -> Self {
        Self {
            rules: String::new(),
            level,
        }
    }

    /// Adds a rule that permits.
    pub fn permit(self, subjects: &[&str], actions: &[&str]) -> Self {
        self.rule("Permit", subjects, actions, &[])
    }

    /// Adds a rule that permits on subresources only.
    pub fn permit_on(self, subjects: &[&str], actions: &[&str], parts: &[(&str, &str)]) -> Self {
        self.rule("Permit", subjects, actions, parts)
    }

    /// Adds a rule that denies.
    pub fn deny(self, subjects: &[&str], actions: &[&str]) -> Self {
        self.rule("Deny", subjects, actions, &[])
    }

    fn rule(
        mut self,
        effect: &str,
        subjects: &[&str],
        actions: &[&str],
        parts: &[(&str, &str)],
    ) -> Self {
        let number = self.rules.matches("<Rule ").count() + 1;
        let any_of = |category: &str, values: &[(&str, &str)]| {
            let all: String = values
                .iter()
                .map(|(id, value)| {
                    format!(
                        r#"<AllOf><Match MatchId="urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">{value}</AttributeValue><AttributeDesignator AttributeId="{id}" Category="{category}" DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false"/></Match></AllOf>"#
                    )
                })
                .collect();
            format!("<AnyOf>{all}</AnyOf>")
        };
        let subjects: Vec<_> = subjects
            .iter()
            .map(|s| s.rsplit_once(':').expect("urn:…:value"))
            .collect();
        let actions: Vec<_> = actions
            .iter()
            .map(|a| ("urn:oasis:names:tc:xacml:1.0:action:action-id", *a))
            .collect();
        let mut target = any_of(
            "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject",
            &subjects,
        );
        target += &any_of(
            "urn:oasis:names:tc:xacml:3.0:attribute-category:action",
            &actions,
        );
        if !parts.is_empty() {
            target += &any_of(
                "urn:oasis:names:tc:xacml:3.0:attribute-category:resource",
                parts,
            );
        }
        write!(
            self.rules,
            r#"<Rule RuleId="rule-{number}" Effect="{effect}"><Target>{target}</Target></Rule>"#
        )
        .unwrap();
        self
    }

    fn xml(&self, id: &str) -> String {
        let Self { rules, level } = self;
        format!(
            r#"<?xml version="1.0" encoding="utf-8"?>
<Policy xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicyId="urn:altinn:policyid:{id}" Version="1.0" RuleCombiningAlgId="urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides"><Target/>{rules}<ObligationExpressions><ObligationExpression ObligationId="urn:altinn:obligation:authenticationLevel1" FulfillOn="Permit"><AttributeAssignmentExpression AttributeId="urn:altinn:obligation1-assignment1" Category="urn:altinn:minimum-authenticationlevel"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#integer">{level}</AttributeValue></AttributeAssignmentExpression></ObligationExpression></ObligationExpressions></Policy>"#
        )
    }
}

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
    /// Number of the person or organization.
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

    fn json(&self) -> Value {
        let is_person = self.number.len() == 11;
        let number = |wanted: bool| {
            if wanted {
                json!(self.number)
            } else {
                Value::Null
            }
        };
        json!({
            "name": format!("Name {}", self.number),
            "organizationNumber": number(!is_person),
            "personId": number(is_person),
            "emailId": null,
            "dateOfBirth": null,
            "partyId": 1,
            "partyUuid": uuid::Uuid::new_v4(),
            "type": if is_person { "Person" } else { "Organization" },
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
    /// The registry.
    pub resources: Vec<Resource>,
    /// Who represents whom, by the subject's URN.
    pub parties: Vec<(String, Vec<Party>)>,
    /// Names by URN.
    pub names: Vec<(String, String)>,
}

impl Directory {
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
        let resources: Vec<_> = self
            .resources
            .iter()
            .map(|r| {
                json!({
                    "identifier": r.id, "resourceType": r.kind, "delegable": true, "status": "Active",
                    "title": {"nb": r.id}, "description": {"nb": r.id},
                    "hasCompetentAuthority": {"organization": r.owner, "orgcode": r.org},
                })
            })
            .collect();
        write("resources.json", json!(resources));
        for resource in &self.resources {
            let file = folder.join("policies").join(format!("{}.xml", resource.id));
            fs::write(file, resource.policy.xml(&resource.id)).unwrap();
        }
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
        write("orgs.json", json!({"orgs": orgs}));
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
