//! The public list of service owners.

use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{loose, told, unavailable};
use crate::{
    authority::{
        Unavailable,
        registry::{
            ServiceOwners,
            elements::{self, Malformed},
        },
    },
    platform::{Call, Platform, System},
};

/// Longest list that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// The most service owners in the list.
const MOST_OWNERS: usize = 100_000;

const LIST: &str = "service owners";

const NAMES: [&str; 3] = ["orgs", "name", "orgnr"];

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    orgs: &'a RawValue,
}

/// Asks for all service owners.
pub async fn ask(platform: &Platform) -> Result<ServiceOwners, Unavailable> {
    let system = System::Organizations;
    let call = Call {
        operation: "orgs",
        method: Method::GET,
        path: "orgs/altinn-orgs.json",
        body: None,
        accept_language: None,
        limit: LONGEST,
    };
    let body = platform
        .call(system, call)
        .await
        .map_err(|error| unavailable(system, &error))?;
    read(&body).map_err(|error| unavailable(system, &error))
}

fn read(body: &Bytes) -> Result<ServiceOwners, Malformed> {
    let text = elements::text(loose::named(body, &NAMES))?;
    let document: Document = serde_json::from_str(&text)?;
    let mut skipped = Vec::new();
    let owners = elements::object(LIST, document.orgs.get(), MOST_OWNERS, &mut skipped)?;
    told(&skipped);
    Ok(ServiceOwners::new(owners))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_owner_does_not_cost_the_others() {
        let list = r#"{"Orgs":{"ttd":{"Name":{"nb":"T"},"OrgNr":"991825827","logo":1},"x":7,"again":{"orgnr":"991825827"}}}"#;
        let owners = read(&Bytes::from(list)).unwrap();
        assert_eq!(owners.get("991825827").unwrap().code, "ttd");
        for text in ["{}", "[]", r#"{"orgs":[]}"#] {
            assert!(read(&Bytes::from(text)).is_err(), "{text}");
        }
    }
}
