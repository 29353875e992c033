//! The Resource Registry: the list of resources, and their policies.

use bytes::Bytes;
use reqwest::Method;

use super::{loose, told, unavailable};
use crate::{
    authority::{
        Unavailable,
        registry::{
            ResourceElement, Resources,
            elements::{self, Malformed},
        },
    },
    platform::{self, Call, Failed, Platform, System},
};

/// Longest list that is read, in bytes.
const LONGEST_LIST: usize = 64 * 1024 * 1024;

/// Longest policy that is read, in bytes.
const LONGEST_POLICY: usize = 4 * 1024 * 1024;

/// The most resources in the list.
const MOST_RESOURCES: usize = 200_000;

const LIST: &str = "resources";

const NAMES: [&str; 9] = [
    "identifier",
    "resourceType",
    "delegable",
    "hasCompetentAuthority",
    "status",
    "title",
    "description",
    "organization",
    "orgcode",
];

/// Asks for all resources.
pub async fn ask(platform: &Platform) -> Result<Resources, Unavailable> {
    let system = System::ResourceRegistry;
    let call = Call {
        operation: "resourcelist",
        method: Method::GET,
        path: "resourceregistry/api/v1/resource/resourcelist?includeMigratedApps=true",
        body: None,
        accept_language: None,
        limit: LONGEST_LIST,
    };
    let body = platform
        .call(system, call)
        .await
        .map_err(|error| unavailable(system, &error))?;
    read(&body).map_err(|error| unavailable(system, &error))
}

fn read(body: &Bytes) -> Result<Resources, Malformed> {
    let text = elements::text(loose::named(body, &NAMES))?;
    let mut skipped = Vec::new();
    let resources: Vec<ResourceElement> =
        elements::list(LIST, &text, MOST_RESOURCES, &mut skipped)?;
    told(&skipped);
    Ok(Resources::new(resources).with_skipped(skipped.len()))
}

/// Asks for the policy of the resource with this identifier: an XACML document.
pub async fn policy(platform: &Platform, identifier: &str) -> Result<Bytes, Failed> {
    let call = Call {
        operation: "policy",
        method: Method::GET,
        path: &format!(
            "resourceregistry/api/v1/resource/{}/policy",
            platform::escape(identifier)
        ),
        body: None,
        accept_language: None,
        limit: LONGEST_POLICY,
    };
    platform.call(System::ResourceRegistry, call).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_resource_does_not_cost_the_others() {
        let list = r#"[
            {"Identifier":"A","ResourceType":"AltinnApp","Delegable":true,"Title":{"nb":"T"},"HasCompetentAuthority":{"Organization":"991825827","OrgCode":"TTD"}},
            {"identifier":"b"},
            null]"#;
        let resources = read(&Bytes::from(list)).unwrap();
        assert_eq!(resources.iter().count(), 1);
        assert_eq!(resources.get("urn:altinn:resource:a").unwrap().org, "ttd");
        assert_eq!(resources.listed(), None, "nobody knows what else there is");
        assert!(read(&Bytes::from(r#"{"message":"no"}"#)).is_err());
    }
}
