//! What roles and access packages are called, asked in one language after another.

use bytes::Bytes;
use futures_util::future::try_join_all;
use reqwest::Method;
use serde::Deserialize;

use super::{loose, told, unavailable};
use crate::{
    authority::{
        Metadata, Unavailable,
        registry::{
            elements::{self, Malformed},
            metadata::{PackageElement, RoleElement},
        },
    },
    platform::{Call, Platform, System},
};

/// Longest list that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// The most roles or packages in a list.
const MOST: usize = 100_000;

/// The languages that the platform has names in.
const LANGUAGES: [&str; 3] = ["nb", "en", "nn"];

const ROLES: &str = "accessmanagement/api/v1/meta/info/roles";
const PACKAGES: &str = "accessmanagement/api/v1/meta/info/accesspackages/export";

const NAMES: [&str; 7] = [
    "id",
    "name",
    "urn",
    "legacyUrn",
    "legacyRoleCode",
    "areas",
    "packages",
];

/// A list of areas of access packages; one bad package is one package lost.
#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    areas: Option<Vec<Area>>,
}

#[derive(Deserialize)]
struct Area {
    #[serde(default)]
    packages: Option<Vec<serde_json::Value>>,
}

/// Asks for everything in all languages.
pub async fn ask(platform: &Platform) -> Result<Metadata, Unavailable> {
    let in_languages = LANGUAGES.map(|language| async move {
        let (roles, packages) = tokio::try_join!(
            fetch(platform, "roles", ROLES, language),
            fetch(platform, "accesspackages", PACKAGES, language),
        )?;
        let read = || Ok::<_, Malformed>((read_roles(&roles)?, read_packages(&packages)?));
        let (roles, packages) = read().map_err(|error| unavailable(System::Metadata, &error))?;
        Ok::<_, Unavailable>((language, roles, packages))
    });
    Ok(Metadata::in_languages(try_join_all(in_languages).await?))
}

async fn fetch(
    platform: &Platform,
    operation: &'static str,
    path: &str,
    language: &str,
) -> Result<Bytes, Unavailable> {
    let call = Call {
        operation,
        method: Method::GET,
        path,
        body: None,
        accept_language: Some(language),
        limit: LONGEST,
    };
    platform
        .call(System::Metadata, call)
        .await
        .map_err(|error| unavailable(System::Metadata, &error))
}

fn read_roles(body: &Bytes) -> Result<Vec<RoleElement>, Malformed> {
    let text = elements::text(loose::named(body, &NAMES))?;
    let mut skipped = Vec::new();
    let roles = elements::list("roles", &text, MOST, &mut skipped)?;
    told(&skipped);
    Ok(roles)
}

fn read_packages(body: &Bytes) -> Result<Vec<PackageElement>, Malformed> {
    let text = elements::text(loose::named(body, &NAMES))?;
    let mut skipped = Vec::new();
    let groups: Vec<Group> = elements::list("access packages", &text, MOST, &mut skipped)?;
    told(&skipped);
    let areas = groups.into_iter().filter_map(|group| group.areas).flatten();
    let packages = areas.filter_map(|area| area.packages).flatten();
    Ok(packages
        .filter_map(|package| PackageElement::deserialize(package).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_together_by_language() {
        let answer = |language: &'static str, role: &str, package: &str| {
            let roles = format!(
                r#"[{{"id":"42cae370-2dc1-4fdc-9c67-c2f4b0f0f829","name":"{role}","LegacyRoleCode":"DAGL","legacyUrn":"urn:altinn:rolecode:dagl"}},{{"id":7}}]"#
            );
            let packages = format!(
                r#"[{{"areas":[{{"packages":[{{"name":"{package}","urn":"urn:altinn:accesspackage:post"}}]}},{{}}]}},5]"#
            );
            (
                language,
                read_roles(&Bytes::from(roles)).unwrap(),
                read_packages(&Bytes::from(packages)).unwrap(),
            )
        };
        let metadata = Metadata::in_languages(vec![
            answer("nb", "Daglig leder", "Post"),
            answer("en", "General manager", "Mail"),
            answer("nn", "Dagleg leiar", " "),
        ]);
        let told = |texts: &crate::authority::registry::Texts| -> Vec<String> {
            let texts = texts.localizations().iter();
            texts
                .map(|text| format!("{}:{}", text.language_code, text.value))
                .collect()
        };
        let role = metadata.role("urn:altinn:rolecode:dagl").unwrap();
        assert_eq!(
            told(&role.name),
            ["nb:Daglig leder", "en:General manager", "nn:Dagleg leiar"]
        );
        let package = metadata.package("urn:altinn:accesspackage:post").unwrap();
        assert_eq!(told(&package.name), ["nb:Post", "en:Mail"]);
        assert!(read_roles(&Bytes::from("{}")).is_err());
        assert!(read_packages(&Bytes::from("{}")).is_err());
    }
}
