//! One state of a platform directory, read and indexed. It never changes; a new state is a new snapshot.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    alone,
    directory::{self, Files, List, Unusable},
    policies::Policies,
};
use crate::{
    authority::{
        Registry, Represented, Subject, SubjectMap,
        registry::{
            Levels, ResourceElement, Resources, ServiceOwnerElement, ServiceOwners,
            elements::{self, Malformed, Skipped},
            metadata::{Metadata, PackageElement, RoleElement},
            names,
        },
        rights::party::{Party, PartyElement},
    },
    dialog::party::{Kind, PartyUrn},
};

/// The most elements a list may have.
const MAX_ELEMENTS: usize = 1_000_000;

/// The most parties that one caller may represent.
const MAX_PARTIES: usize = 200_000;

/// How many skipped elements are told one by one before the rest is only counted.
const TOLD: usize = 20;

/// A platform directory as it was at one moment.
pub struct Snapshot {
    /// Resources and their owners.
    pub registry: Arc<Registry>,
    /// What levels resources need.
    pub levels: Arc<Levels>,
    /// Which role opens which resource.
    pub subject_map: Arc<SubjectMap>,
    /// What roles and access packages are called.
    pub metadata: Arc<Metadata>,
    /// The policies.
    pub policies: Policies,
    represented: HashMap<String, Arc<Represented>>,
    names: HashMap<String, String>,
}

impl Snapshot {
    /// Reads a directory and logs what in it cannot be used.
    pub fn load(directory: &Path) -> Result<Self, Unusable> {
        let mut skipped = Vec::new();
        let snapshot = Self::new(&directory::read(directory)?, &mut skipped)?;
        for one in skipped.iter().take(TOLD) {
            tracing::warn!("{one}");
        }
        if skipped.len() > TOLD {
            tracing::warn!(more = skipped.len() - TOLD, "more elements were skipped");
        }
        tracing::info!(
            resources = snapshot.registry.resources().count(),
            policies = snapshot.policies.len(),
            callers = snapshot.represented.len(),
            "the platform directory was read"
        );
        Ok(snapshot)
    }

    /// Puts the files together. What is wrong with single elements goes to `skipped`.
    pub fn new(files: &Files, skipped: &mut Vec<Skipped>) -> Result<Self, Unusable> {
        let resources: Vec<ResourceElement> = list(files, List::Resources, skipped)?;
        let owners = service_owners(files, skipped)?;
        let policies = Policies::compile(&files.policies);
        let registry = Registry::new(
            Arc::new(Resources::new(resources)),
            Arc::new(ServiceOwners::new(owners)),
        );
        let known = registry.resources().map(|resource| resource.urn.clone());
        let subject_map = SubjectMap::new(policies.subjects(), known);
        let metadata = Metadata::new(
            list::<RoleElement>(files, List::Roles, skipped)?,
            list::<PackageElement>(files, List::AccessPackages, skipped)?,
        );
        let mut names: HashMap<String, String> = HashMap::new();
        for (urn, name) in object(files, List::Names, skipped)? {
            names.entry(urn.to_lowercase()).or_insert(name);
        }
        let mut represented = HashMap::new();
        for (subject, tree) in represented_trees(files, skipped)? {
            remember_names(&tree, &mut names);
            let subject = subject.as_str().to_owned();
            represented
                .entry(subject)
                .or_insert_with(|| Arc::new(Represented::new(tree)));
        }
        Ok(Self {
            registry: Arc::new(registry),
            levels: Arc::new(Levels::new(policies.minimum_levels())),
            subject_map: Arc::new(subject_map),
            metadata: Arc::new(metadata),
            policies,
            represented,
            names,
        })
    }

    /// Whom the caller represents. A person or user of whom the directory knows nothing represents only itself,
    /// a system user nobody.
    pub fn represented_by(&self, subject: &Subject) -> Arc<Represented> {
        let urn = subject.urn();
        self.represented
            .get(urn.as_str())
            .cloned()
            .unwrap_or_else(|| {
                Arc::new(alone::represented(
                    urn,
                    self.names.get(urn.as_str()).map(String::as_str),
                ))
            })
    }

    /// Everybody of whom the directory knows that they can call, by what they represent or by a name; sorted by
    /// identifier.
    pub fn callers(&self) -> BTreeSet<PartyUrn> {
        let known = self.represented.keys().chain(self.names.keys());
        known
            .filter_map(|urn| PartyUrn::parse_user(urn))
            .filter(|urn| urn.kind() != Kind::Organization)
            .collect()
    }

    /// The name to show for a party or actor.
    pub fn name(&self, urn: &PartyUrn) -> Option<String> {
        names::shown(urn, self.names.get(urn.as_str()).map(String::as_str))
    }
}

fn list<T: DeserializeOwned>(
    files: &Files,
    list: List,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<T>, Unusable> {
    let Some(text) = files.list(list) else {
        return Ok(Vec::new());
    };
    elements::list(list.file(), text, MAX_ELEMENTS, skipped).map_err(malformed(list))
}

fn object<T: DeserializeOwned>(
    files: &Files,
    list: List,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(String, T)>, Unusable> {
    let Some(text) = files.list(list) else {
        return Ok(Vec::new());
    };
    elements::object(list.file(), text, MAX_ELEMENTS, skipped).map_err(malformed(list))
}

fn service_owners(
    files: &Files,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(String, ServiceOwnerElement)>, Unusable> {
    #[derive(Deserialize)]
    struct Orgs<'a> {
        #[serde(borrow)]
        orgs: &'a RawValue,
    }
    let Some(text) = files.list(List::Orgs) else {
        return Ok(Vec::new());
    };
    let orgs: Orgs = serde_json::from_str(text)
        .map_err(Malformed::from)
        .map_err(malformed(List::Orgs))?;
    elements::object(List::Orgs.file(), orgs.orgs.get(), MAX_ELEMENTS, skipped)
        .map_err(malformed(List::Orgs))
}

fn represented_trees(
    files: &Files,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(PartyUrn, Vec<Party>)>, Unusable> {
    let text = files.list(List::Parties).unwrap_or("{}");
    let members = elements::members(text, MAX_ELEMENTS).map_err(malformed(List::Parties))?;
    let mut trees = Vec::with_capacity(members.len());
    for (at, (subject, parties)) in members.into_iter().enumerate() {
        match represented_tree(&subject, parties, |reason| skipped.push(skip(at, reason))) {
            Ok(tree) => trees.push(tree),
            Err(reason) => skipped.push(skip(at, reason.to_owned())),
        }
    }
    Ok(trees)
}

fn represented_tree(
    subject: &str,
    parties: &RawValue,
    mut skip: impl FnMut(String),
) -> Result<(PartyUrn, Vec<Party>), &'static str> {
    let subject = PartyUrn::parse_user(subject.trim()).ok_or("its name is no caller's")?;
    let mut skipped = Vec::new();
    let elements: Vec<PartyElement> = elements::list(
        List::Parties.file(),
        parties.get(),
        MAX_PARTIES,
        &mut skipped,
    )
    .map_err(|_| "no list of parties, or too long a one")?;
    for one in skipped {
        skip(format!("party {}: {}", one.at, one.reason));
    }
    let tree = elements
        .into_iter()
        .filter_map(|element| {
            let party = element.read();
            if party.is_none() {
                skip("a party has neither number nor address nor name".to_owned());
            }
            party
        })
        .collect();
    Ok((subject, tree))
}

fn skip(at: usize, reason: String) -> Skipped {
    Skipped {
        list: List::Parties.file(),
        at,
        reason,
    }
}

/// A party is called what it is called where it is represented, unless the list of names says otherwise.
fn remember_names(tree: &[Party], names: &mut HashMap<String, String>) {
    for party in tree {
        if !party.name.trim().is_empty() {
            names
                .entry(party.urn.as_str().to_owned())
                .or_insert_with(|| party.name.clone());
        }
        remember_names(&party.sub_parties, names);
    }
}

fn malformed(list: List) -> impl Fn(Malformed) -> Unusable {
    move |error| Unusable::Malformed {
        file: list.file(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authority::local::fixture::{
        COMPANY, Directory, MAIL, PERSON, STRANGER, SYSTEM, UNIT, org, subject,
    };

    fn load(directory: &Directory) -> (Snapshot, Vec<String>) {
        let mut skipped = Vec::new();
        let files = directory::read(directory.path()).unwrap();
        let snapshot = Snapshot::new(&files, &mut skipped).unwrap();
        (snapshot, skipped.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn one_bad_element_is_skipped_and_told_without_its_name() {
        let directory = Directory::new(&json!({
            PERSON: [org(COMPANY, &["DAGL"]), {"type": "Robot"}, {"type": "Person"}, 5],
            "urn:altinn:person:identifier-no:00000000001": [org(COMPANY, &["DAGL"])],
            STRANGER: 7,
        }));
        directory.put(
            "names.json",
            &json!({PERSON: "A B", COMPANY: 5}).to_string(),
        );
        directory.put(
            "resources.json",
            r#"[{"identifier":"a"},{"identifier":"b","resourceType":"AltinnApp","delegable":true,"hasCompetentAuthority":{"organization":"1","orgcode":"x"}}]"#,
        );
        directory.put(
            "orgs.json",
            r#"{"orgs":{"a":{"orgnr":"1"},"b":7,"c":{"orgnr":"1"}}}"#,
        );
        let (snapshot, skipped) = load(&directory);
        assert_eq!(snapshot.registry.resources().count(), 1);
        assert_eq!(snapshot.registry.service_owner("1").unwrap().code, "a");
        assert_eq!(snapshot.represented_by(&subject(PERSON)).tree().len(), 1);
        assert_eq!(skipped.len(), 8, "{skipped:#?}");
        assert!(!skipped.join("\n").contains("0000001"));
    }

    #[test]
    fn who_is_absent_represents_itself_or_nobody() {
        let directory = Directory::new(&json!({STRANGER: []}));
        directory.put("names.json", &json!({PERSON: "A B"}).to_string());
        let (snapshot, _) = load(&directory);
        let told = |who: &str| {
            let represented = snapshot.represented_by(&subject(who));
            let tell = |party: &Party| format!("{} {}", party.urn, party.name);
            represented.tree().iter().map(tell).collect::<Vec<_>>()
        };
        assert_eq!(told(PERSON), [format!("{PERSON} A B")]);
        assert_eq!(told(MAIL), [format!("{MAIL} a@b.no")]);
        assert!(told(SYSTEM).is_empty());
        assert!(told(STRANGER).is_empty());
    }

    #[test]
    fn names_come_from_their_list_first_and_then_from_the_parties() {
        let mut company = org(COMPANY, &[]);
        company["subunits"] = json!([org(UNIT, &[])]);
        let directory = Directory::new(&json!({PERSON: [company]}));
        directory.put(
            "names.json",
            &json!({COMPANY.to_uppercase(): "NAVN AS", PERSON: "A B C"}).to_string(),
        );
        let (snapshot, _) = load(&directory);
        let name = |urn: &str| snapshot.name(&PartyUrn::parse_user(urn).unwrap());
        assert_eq!(name(COMPANY).as_deref(), Some("NAVN AS"));
        assert_eq!(name(UNIT).as_deref(), Some("FIRMA"));
        assert_eq!(name(PERSON).as_deref(), Some("C A B"));
        assert_eq!(name(STRANGER), None);
        assert_eq!(name(SYSTEM).as_deref(), Some("Systembruker"));
    }

    #[test]
    fn roles_open_what_policies_name_them_for() {
        let directory = Directory::new(&json!({}));
        directory.policy(
            "A",
            &[
                "Permit urn:altinn:rolecode=DAGL - x",
                "Deny urn:altinn:rolecode=REVI - x",
            ],
        );
        let (snapshot, _) = load(&directory);
        let map = &snapshot.subject_map;
        assert!(map.opens("urn:altinn:rolecode:dagl", "urn:altinn:resource:a"));
        assert!(!map.opens("urn:altinn:rolecode:revi", "urn:altinn:resource:a"));
    }
}
