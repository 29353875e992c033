//! A world for the tests of this folder: built from short descriptions, so that each test shows what it is about.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    authority::{Subject, Target},
    dialog::party::PartyUrn,
};

pub const PERSON: &str = "urn:altinn:person:identifier-no:08844397713";
pub const STRANGER: &str = "urn:altinn:person:identifier-no:13838599936";
pub const COMPANY: &str = "urn:altinn:organization:identifier-no:310923044";
pub const UNIT: &str = "urn:altinn:organization:identifier-no:315010195";
pub const SYSTEM: &str = "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
pub const MAIL: &str = "urn:altinn:person:idporten-email:a@b.no";

pub fn subject(urn: &str) -> Subject {
    Subject::new(PartyUrn::parse_user(urn).unwrap())
}

pub fn target<'a>(party: &'a str, resource: &'a str) -> Target<'a> {
    Target {
        dialog: Uuid::nil(),
        party,
        resource,
        labels: &[],
    }
}

/// A directory that goes away with its value.
pub struct Directory(PathBuf);

impl Directory {
    /// A directory with these parties and no policies.
    pub fn new(parties: &Value) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("dialogporten-authority-{}-{number}", std::process::id());
        let directory = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(directory.path().join("policies")).unwrap();
        directory.put("resources.json", "[]");
        directory.put(
            "orgs.json",
            r#"{"orgs":{"ttd":{"name":{"nb":"Test"},"orgnr":"991825827"}}}"#,
        );
        directory.put("names.json", "{}");
        directory.put("parties.json", &parties.to_string());
        directory
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn put(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).unwrap();
    }

    pub fn remove(&self, file: &str) {
        fs::remove_file(self.path().join(file)).unwrap();
    }

    /// Writes a policy of rules such as `Permit urn:altinn:rolecode=dagl,priv urn:altinn:subresource=x read,write`: effect,
    /// subject, narrowing or `-`, actions.
    pub fn policy(&self, id: &str, rules: &[&str]) -> &Self {
        self.put(&format!("policies/{id}.xml"), &policy(id, rules));
        self
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// An organization as a caller represents it.
pub fn org(urn: &str, roles: &[&str]) -> Value {
    json!({"type": "Organization", "name": "FIRMA", "organizationNumber": urn.rsplit(':').next(), "authorizedRoles": roles})
}

pub fn policy(id: &str, rules: &[&str]) -> String {
    const RESOURCE: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource";
    let own = match id
        .strip_prefix("app_")
        .and_then(|rest| rest.split_once('_'))
    {
        Some((org, app)) => {
            matches(RESOURCE, "urn:altinn:org", org) + &matches(RESOURCE, "urn:altinn:app", app)
        }
        None => matches(RESOURCE, "urn:altinn:resource", id),
    };
    let mut text = String::new();
    for (at, rule) in rules.iter().enumerate() {
        let words: Vec<&str> = rule.split(' ').collect();
        let [effect, subject, narrowing, actions] = words[..] else {
            unreachable!("a rule has four words");
        };
        let (subject, values) = subject.split_once('=').unwrap();
        let category = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
        let subjects = any_of(
            values
                .split(',')
                .map(|value| matches(category, subject, value)),
        );
        let resource = match narrowing.split_once('=') {
            Some((attribute, value)) => own.clone() + &matches(RESOURCE, attribute, value),
            None => own.clone(),
        };
        let category = "urn:oasis:names:tc:xacml:3.0:attribute-category:action";
        let actions = actions.split(',').map(|action| {
            matches(
                category,
                "urn:oasis:names:tc:xacml:1.0:action:action-id",
                action,
            )
        });
        write!(
            text,
            r#"<Rule RuleId="rule-{at}" Effect="{effect}"><Target>{subjects}{}{}</Target></Rule>"#,
            any_of([resource]),
            any_of(actions),
        )
        .unwrap();
    }
    format!(
        r#"<Policy xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicyId="p" Version="1.0" RuleCombiningAlgId="urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides"><Target/>{text}</Policy>"#
    )
}

fn matches(category: &str, attribute: &str, value: &str) -> String {
    format!(
        r#"<Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">{value}</AttributeValue><AttributeDesignator AttributeId="{attribute}" Category="{category}" DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false"/></Match>"#
    )
}

fn any_of(alternatives: impl IntoIterator<Item = String>) -> String {
    let all: Vec<String> = alternatives
        .into_iter()
        .map(|matches| format!("<AllOf>{matches}</AllOf>"))
        .collect();
    format!("<AnyOf>{}</AnyOf>", all.join(""))
}
