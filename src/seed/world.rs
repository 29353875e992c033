//! What a platform directory must know for the made-up dialogs to be found: their services with policies, and people
//! who act for the parties.

use std::{fs, io, path::Path};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    made::{ORG, RESOURCE_TYPE},
    numbers,
    outline::{SERVICES, resource_id},
};
use crate::dialog::party::PartyUrn;

/// Number of the organization that owns the services.
const ORG_NUMBER: &str = "991825827";
/// For so many parties the people act, one person each.
const REACHES: [u64; 5] = [1, 10, 50, 500, 5_000];
/// The policy of every service, with `SERVICE` for its identifier.
const POLICY: &str = include_str!("policy.xml");

/// Why a platform directory cannot be added to.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// The system does not let us.
    #[error("{0}: {1}")]
    Io(String, io::Error),
    /// A file is not what it should be.
    #[error("{0} is not the JSON of a platform directory")]
    Malformed(String),
}

/// Somebody who acts for parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// National identity number.
    pub pid: String,
    /// The numbers of the parties, the one with most dialogs first.
    pub parties: Vec<u64>,
}

/// People who act for 1, 10, 50, 500 and 5,000 of `parties`, evenly spread from the largest to the smallest.
pub fn agents(parties: u64) -> Vec<Agent> {
    REACHES
        .iter()
        .zip(0..)
        .filter(|(reach, _)| **reach <= parties)
        .map(|(reach, n)| Agent {
            pid: numbers::person_who_acts(n),
            parties: (0..*reach).map(|at| at * parties / reach).collect(),
        })
        .collect()
}

/// Adds services, policies and people to a platform directory. What it knows otherwise stays.
pub fn add_to(directory: &Path, parties: u64) -> Result<(), Unwritable> {
    let policies = directory.join("policies");
    fs::create_dir_all(&policies).map_err(|error| unwritable(&policies, error))?;
    for service in 0..SERVICES {
        let id = resource_id(service);
        write(
            &policies.join(format!("{id}.xml")),
            &POLICY.replace("SERVICE", &id),
        )?;
    }
    change(&directory.join("resources.json"), json!([]), |resources| {
        let list = resources.as_array_mut()?;
        list.retain(|one| {
            one["identifier"]
                .as_str()
                .is_none_or(|id| !id.starts_with("seed-service-"))
        });
        list.extend((0..SERVICES).map(resource));
        Some(())
    })?;
    change(&directory.join("orgs.json"), json!({"orgs": {}}), |orgs| {
        let orgs = orgs.get_mut("orgs")?.as_object_mut()?;
        orgs.entry(ORG)
            .or_insert_with(|| json!({"name": {"nb": "Testdepartement"}, "orgnr": ORG_NUMBER}));
        Some(())
    })?;
    change(&directory.join("names.json"), json!({}), |_| Some(()))?;
    change(&directory.join("parties.json"), json!({}), |people| {
        let people = people.as_object_mut()?;
        for agent in agents(parties) {
            add_agent(people, &agent);
        }
        Some(())
    })
}

fn add_agent(people: &mut Map<String, Value>, agent: &Agent) {
    let parties = agent.parties.iter().map(|number| {
        let urn = numbers::party(*number);
        let kind = if numbers::is_organization(*number) {
            Kind::Organization
        } else {
            Kind::Person
        };
        party(
            kind,
            urn.id(),
            &format!("SEEDED PARTY {number}"),
            1_000_000 + number,
            "DAGL",
        )
    });
    let own = party(
        Kind::Person,
        &agent.pid,
        "SEEDED PERSON",
        900_000 + agent.parties.len() as u64,
        "PRIV",
    );
    let urn = PartyUrn::person(&agent.pid).to_string();
    people.insert(urn, parties.chain([own]).collect());
}

enum Kind {
    Person,
    Organization,
}

fn party(kind: Kind, id: &str, name: &str, number: u64, role: &str) -> Value {
    let (kind, organization, person) = match kind {
        Kind::Person => ("Person", None, Some(id)),
        Kind::Organization => ("Organization", Some(id), None),
    };
    json!({
        "type": kind,
        "name": name,
        "organizationNumber": organization,
        "personId": person,
        "partyId": number,
        "partyUuid": Uuid::from_u128(0x5eed << 100 | 0x4 << 76 | 0x8 << 60 | u128::from(number)),
        "isDeleted": false,
        "onlyHierarchyElementWithNoAccess": false,
        "authorizedAccessPackages": [],
        "authorizedResources": [],
        "authorizedRoles": [role],
        "authorizedInstances": [],
        "subunits": [],
    })
}

fn resource(service: u64) -> Value {
    let text = |nb: &str| json!({"nb": format!("{nb} {service}"), "nn": format!("{nb} {service}"), "en": format!("Service {service}")});
    json!({
        "identifier": resource_id(service),
        "resourceType": RESOURCE_TYPE,
        "title": text("Tjeneste"),
        "description": text("Tjeneste"),
        "status": "Active",
        "delegable": true,
        "hasCompetentAuthority": {"organization": ORG_NUMBER, "orgcode": ORG},
    })
}

/// Reads a file, or begins with `empty`, and writes it again.
fn change(
    path: &Path,
    empty: Value,
    change: impl FnOnce(&mut Value) -> Option<()>,
) -> Result<(), Unwritable> {
    let malformed = || Unwritable::Malformed(path.display().to_string());
    let mut value = match fs::read_to_string(path) {
        Ok(text) => {
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| malformed())?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => empty,
        Err(error) => return Err(unwritable(path, error)),
    };
    change(&mut value).ok_or_else(malformed)?;
    write(path, &format!("{value:#}\n"))
}

/// Whoever reads the directory at the same time sees the old file or the new one.
fn write(path: &Path, text: &str) -> Result<(), Unwritable> {
    let draft = path.with_extension("unfinished");
    fs::write(&draft, text)
        .and_then(|()| fs::rename(&draft, path))
        .map_err(|error| unwritable(path, error))
}

fn unwritable(path: &Path, error: io::Error) -> Unwritable {
    Unwritable::Io(path.display().to_string(), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_act_for_parties_of_every_size() {
        let agents = agents(20_000);
        let reaches: Vec<_> = agents.iter().map(|agent| agent.parties.len()).collect();
        assert_eq!(reaches, [1, 10, 50, 500, 5_000]);
        for agent in &agents {
            assert_eq!(agent.parties[0], 0);
            assert!(agent.parties.is_sorted());
            assert!(agent.parties.last() < Some(&20_000));
        }
        assert_eq!(super::agents(49).len(), 2);
    }

    #[test]
    fn what_a_directory_knows_stays_and_adding_twice_is_as_good_as_once() {
        let folder = std::env::temp_dir().join(crate::dialog::id::random().to_string());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("resources.json"), r#"[{"identifier": "mine"}]"#).unwrap();
        fs::write(folder.join("parties.json"), r#"{"me": []}"#).unwrap();
        let read = |name: &str| -> Value {
            serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
        };
        for _ in 0..2 {
            add_to(&folder, 100).unwrap();
            let resources = read("resources.json");
            assert_eq!(resources.as_array().unwrap().len(), 201);
            assert_eq!(resources[0]["identifier"], "mine");
            assert_eq!(read("orgs.json")["orgs"]["ttd"]["orgnr"], ORG_NUMBER);
            let people = read("parties.json");
            assert_eq!(people.as_object().unwrap().len(), 4);
            assert_eq!(people["me"], json!([]));
        }
        let policy = fs::read_to_string(folder.join("policies/seed-service-199.xml")).unwrap();
        assert!(policy.contains("seed-service-199"));
        fs::write(folder.join("parties.json"), "[]").unwrap();
        assert!(matches!(
            add_to(&folder, 100),
            Err(Unwritable::Malformed(_))
        ));
        fs::remove_dir_all(folder).unwrap();
    }
}
