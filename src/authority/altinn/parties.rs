//! Whom a caller represents, as Access Management knows it.

use std::sync::Arc;

use aws_lc_rs::digest;
use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;

use super::{cached::Answered, loose, told, unavailable};
use crate::{
    authority::{
        Represented, Subject, Unavailable,
        registry::elements::{self, Malformed},
        rights::party::PartyElement,
    },
    dialog::party::{Kind, PartyUrn},
    platform::{Call, Platform, System},
};

/// Longest answer that is read, in bytes: about a hundred thousand parties.
const LONGEST: usize = 64 * 1024 * 1024;

/// The most parties that one caller may represent.
const MOST_PARTIES: usize = 200_000;

const LIST: &str = "authorized parties";

const NAMES: [&str; 19] = [
    "type",
    "name",
    "organizationNumber",
    "personId",
    "emailId",
    "dateOfBirth",
    "partyId",
    "partyUuid",
    "isDeleted",
    "onlyHierarchyElementWithNoAccess",
    "authorizedRoles",
    "authorizedAccessPackages",
    "authorizedResources",
    "authorizedInstances",
    "subunits",
    "resourceId",
    "instanceId",
    "instanceRef",
    "partyType",
];

/// What is asked about a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who.
    pub who: PartyUrn,
    /// The parties that are wanted, sorted; none for all.
    pub filter: Vec<PartyUrn>,
    /// Whether access packages, resources and single dialogs are wanted as well as roles.
    pub with_delegations: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    r#type: &'a str,
    value: &'a str,
    party_filter: Vec<Wanted<'a>>,
}

/// The service has always been sent these members in Pascal case.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted<'a> {
    r#type: &'a str,
    value: &'a str,
}

impl Asked {
    /// All rights for `parties`, or for everybody where there are none. The service leaves parties out only for people.
    pub fn rights(subject: &Subject, parties: &[&str]) -> Self {
        let mut filter: Vec<PartyUrn> = match subject.urn().kind() {
            Kind::Person => parties
                .iter()
                .filter_map(|party| PartyUrn::parse(party))
                .collect(),
            _ => Vec::new(),
        };
        filter.sort_unstable();
        filter.dedup();
        Self {
            who: subject.urn().clone(),
            filter,
            with_delegations: true,
        }
    }

    /// Roles for everybody.
    pub fn roles(subject: &Subject) -> Self {
        Self {
            who: subject.urn().clone(),
            filter: Vec::new(),
            with_delegations: false,
        }
    }

    /// Equal where the answer must be.
    pub fn key(&self) -> [u8; 32] {
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(&[u8::from(self.with_delegations)]);
        for urn in std::iter::once(&self.who).chain(&self.filter) {
            hash.update(&urn.as_str().len().to_be_bytes());
            hash.update(urn.as_str().as_bytes());
        }
        let mut key = [0; 32];
        key.copy_from_slice(hash.finish().as_ref());
        key
    }

    fn path(&self) -> String {
        let with = self.with_delegations;
        format!(
            "accessmanagement/api/v1/resourceowner/authorizedparties?includeAltinn2=true&includePartiesViaKeyRoles=auto\
             &includeSubParties=auto&includeInactiveParties=auto&includeAccessPackages={with}&includeRoles=true\
             &includeResources={with}&includeInstances={with}"
        )
    }

    fn body(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Body {
            r#type: namespace(&self.who),
            value: self.who.id(),
            party_filter: self
                .filter
                .iter()
                .map(|party| Wanted {
                    r#type: namespace(party),
                    value: party.id(),
                })
                .collect(),
        })
    }
}

/// What stands before the last colon.
fn namespace(urn: &PartyUrn) -> &'static str {
    urn.kind().prefix().trim_end_matches(':')
}

/// Asks. The answer is not whole where elements of it could not be read.
pub async fn ask(
    platform: &Platform,
    asked: &Asked,
) -> Result<Answered<Arc<Represented>>, Unavailable> {
    let system = System::AccessManagement;
    let call = Call {
        operation: "authorizedparties",
        method: Method::POST,
        path: &asked.path(),
        body: Some((
            "application/json; charset=utf-8",
            asked.body().map_err(|error| unavailable(system, &error))?,
        )),
        accept_language: None,
        limit: LONGEST,
    };
    let body = platform
        .call(system, call)
        .await
        .map_err(|error| unavailable(system, &error))?;
    read(&body).map_err(|error| unavailable(system, &error))
}

fn read(body: &Bytes) -> Result<Answered<Arc<Represented>>, Malformed> {
    let text = elements::text(loose::named(body, &NAMES))?;
    let mut skipped = Vec::new();
    let parties: Vec<PartyElement> = elements::list(LIST, &text, MOST_PARTIES, &mut skipped)?;
    told(&skipped);
    let mut unknown = 0;
    let tree = parties
        .into_iter()
        .filter_map(|party| {
            let party = party.read();
            unknown += usize::from(party.is_none());
            party
        })
        .collect();
    if unknown > 0 {
        tracing::warn!(
            unknown,
            "parties without number, address and name were skipped"
        );
    }
    Ok(Answered {
        value: Arc::new(Represented::new(tree)),
        is_whole: skipped.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::*;

    const PERSON: &str = "urn:altinn:person:identifier-no:08844397713";
    const COMPANY: &str = "urn:altinn:organization:identifier-no:991825827";
    const SYSTEM: &str = "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
    const MAIL: &str = "urn:altinn:person:idporten-email:a@b.no";

    fn subject(urn: &str) -> Subject {
        Subject::new(PartyUrn::parse_user(urn).unwrap())
    }

    fn body(asked: &Asked) -> Value {
        serde_json::from_slice(&asked.body().unwrap()).unwrap()
    }

    #[test]
    fn a_person_is_asked_for_some_parties_and_others_for_all() {
        let parties = [COMPANY, "nonsense", PERSON, COMPANY];
        let filter = json!([
            {"Type": "urn:altinn:organization:identifier-no", "Value": "991825827"},
            {"Type": "urn:altinn:person:identifier-no", "Value": "08844397713"},
        ]);
        for (urn, kind, value, filter) in [
            (
                PERSON,
                "urn:altinn:person:identifier-no",
                "08844397713",
                filter,
            ),
            (
                SYSTEM,
                "urn:altinn:systemuser:uuid",
                "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
                json!([]),
            ),
            (
                MAIL,
                "urn:altinn:person:idporten-email",
                "a@b.no",
                json!([]),
            ),
        ] {
            assert_eq!(
                body(&Asked::rights(&subject(urn), &parties)),
                json!({"type": kind, "value": value, "partyFilter": filter})
            );
        }
    }

    #[test]
    fn the_query_says_what_is_included() {
        let path = |asked: &Asked| {
            let path = asked.path();
            let (path, query) = path.split_once('?').unwrap();
            assert_eq!(
                path,
                "accessmanagement/api/v1/resourceowner/authorizedparties"
            );
            query.to_owned()
        };
        let always = "includeAltinn2=true&includePartiesViaKeyRoles=auto&includeSubParties=auto&includeInactiveParties=auto";
        assert_eq!(
            path(&Asked::rights(&subject(PERSON), &[])),
            format!(
                "{always}&includeAccessPackages=true&includeRoles=true&includeResources=true&includeInstances=true"
            )
        );
        assert_eq!(
            path(&Asked::roles(&subject(PERSON))),
            format!(
                "{always}&includeAccessPackages=false&includeRoles=true&includeResources=false&includeInstances=false"
            )
        );
    }

    #[test]
    fn keys_tell_apart_who_asks_for_what_in_any_order() {
        let keys = [
            Asked::rights(&subject(PERSON), &[]),
            Asked::rights(&subject(PERSON), &[COMPANY]),
            Asked::rights(&subject(PERSON), &[COMPANY, PERSON]),
            Asked::rights(&subject(SYSTEM), &[COMPANY]),
            Asked::roles(&subject(PERSON)),
        ]
        .map(|asked| asked.key());
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        assert_eq!(
            keys[2],
            Asked::rights(&subject(PERSON), &[PERSON, COMPANY, PERSON]).key()
        );
    }

    #[test]
    fn a_party_that_cannot_be_read_is_one_party_lost() {
        let answer = json!([
            {"Type": "Organization", "OrganizationNumber": "991825827", "AuthorizedRoles": ["DAGL"], "unitType": "AS"},
            {"type": "Robot", "name": "x"},
            {"type": "Person", "personId": null},
            7,
        ]);
        let answered = read(&Bytes::from(answer.to_string())).unwrap();
        assert!(!answered.is_whole);
        let represented = answered.value;
        let held = represented.held_of(COMPANY).unwrap();
        assert_eq!(
            represented.subjects_of(held).join(" "),
            "urn:altinn:rolecode:dagl"
        );
        assert_eq!(represented.held().len(), 1);
        for text in ["", "{}", "[", "\u{fffd}"] {
            assert!(read(&Bytes::from(text)).is_err(), "{text}");
        }
    }
}
