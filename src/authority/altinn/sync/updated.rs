//! The Resource Registry's list of changes: which roles and access packages open which resources, since a moment.

use bytes::Bytes;
use reqwest::{Method, Url};
use serde::{Deserialize, Deserializer};

use super::super::{loose, told, unavailable};
use crate::{
    authority::{
        Unavailable,
        registry::elements::{self, Malformed},
    },
    dialog::timestamp::Timestamp,
    platform::{self, Call, Platform, System},
};
use serde_json::value::RawValue;

/// The most changes on one page.
const PAGE: u32 = 1_000;

/// The most changes that are read from one page, however many were asked for.
const MOST: usize = 100_000;

/// Longest page that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

const PATH: &str = "resourceregistry/api/v1/resource/updated";

const NAMES: [&str; 7] = [
    "links",
    "next",
    "data",
    "subjectUrn",
    "resourceUrn",
    "updatedAt",
    "deleted",
];

/// One change.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The role or access package.
    pub subject_urn: String,
    /// The resource.
    pub resource_urn: String,
    /// When.
    pub updated_at: Timestamp,
    /// Whether it opens the resource no longer.
    #[serde(default, deserialize_with = "null_is_false")]
    pub deleted: bool,
}

fn null_is_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Some changes.
pub struct Page {
    /// In the registry's order.
    pub changes: Vec<Change>,
    /// How many more could not be read.
    pub skipped: usize,
    /// Where the next page is; `None`: this was the last.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(default)]
    links: Option<Links>,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct Links {
    #[serde(default)]
    next: Option<String>,
}

/// Where the changes since a moment begin, so many at a time, at most a thousand.
pub fn first(since: Timestamp, batch: Option<u32>) -> String {
    let batch = batch.unwrap_or(PAGE).clamp(1, PAGE);
    let since = since.to_datetime().format("%Y-%m-%dT%H:%M:%S%.6f0+00:00");
    format!(
        "{PATH}?since={}&limit={batch}",
        platform::escape(&since.to_string())
    )
}

/// Asks for one page.
pub async fn ask(platform: &Platform, path: &str) -> Result<Page, Unavailable> {
    let system = System::ResourceRegistry;
    let call = Call {
        operation: "updated",
        method: Method::GET,
        path,
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

fn read(body: &Bytes) -> Result<Page, Malformed> {
    let text = elements::text(loose::named(body, &NAMES))?;
    let document: Document = serde_json::from_str(&text)?;
    let mut skipped = Vec::new();
    let changes: Vec<Change> = elements::list("updated", document.data.get(), MOST, &mut skipped)?;
    told(&skipped);
    let next = document.links.and_then(|links| links.next);
    Ok(Page {
        next: next
            .filter(|_| !changes.is_empty() || !skipped.is_empty())
            .and_then(|next| within(&next)),
        changes,
        skipped: skipped.len(),
    })
}

/// Path and query of an address; its host may be one that only the platform knows.
fn within(next: &str) -> Option<String> {
    let base = Url::parse("https://platform.invalid/").ok()?;
    let next = base.join(next).ok()?;
    let path = next.path().trim_start_matches('/');
    // A deployment may answer under a prefix; ours is in the configured address already.
    let path = path.find(PATH).map(|at| &path[at..])?;
    Some(match next.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_seven_decimals_and_an_offset() {
        let since: Timestamp = serde_json::from_str("\"2026-03-01T08:15:30.123456Z\"").unwrap();
        assert_eq!(
            first(since, None),
            "resourceregistry/api/v1/resource/updated?since=2026-03-01T08%3A15%3A30.1234560%2B00%3A00&limit=1000"
        );
        assert!(first(since, Some(9)).ends_with("&limit=9"));
        assert!(first(since, Some(5_000)).ends_with("&limit=1000"));
    }

    #[test]
    fn the_next_page_is_on_the_same_host() {
        let next = |next: &str| {
            let body = format!(
                r#"{{"Links":{{"Next":"{next}"}},"data":[{{"subjectUrn":"a","resourceUrn":"b","updatedAt":"2024-01-01T00:00:00+00:00","deleted":false}},{{}}]}}"#
            );
            let page = read(&Bytes::from(body)).unwrap();
            assert_eq!((page.changes.len(), page.skipped), (1, 1));
            page.next
        };
        let path = "resourceregistry/api/v1/resource/updated?since=x%3A&limit=9&skipPast=3";
        for address in [
            format!("https://inside.local:8080/{path}"),
            format!("/{path}"),
            format!("https://other.example/prefix/{path}"),
        ] {
            assert_eq!(next(&address).as_deref(), Some(path), "{address}");
        }
        assert_eq!(next("https://inside.local/elsewhere"), None);
    }

    #[test]
    fn a_page_that_cannot_be_read_at_all_is_not_the_last() {
        let body = format!(r#"{{"links":{{"next":"/{PATH}?x=1"}},"data":[{{}}]}}"#);
        let page = read(&Bytes::from(body)).unwrap();
        assert_eq!((page.changes.len(), page.skipped), (0, 1));
        assert!(page.next.is_some());
    }

    #[test]
    fn a_page_without_changes_is_the_last() {
        let page = read(&Bytes::from(r#"{"links":{"next":"/x"},"data":[]}"#)).unwrap();
        assert_eq!(page.next, None);
        let page = read(&Bytes::from(r#"{"links":{"next":null},"data":[]}"#)).unwrap();
        assert_eq!(page.next, None);
        assert!(read(&Bytes::from("{}")).is_err());
    }
}
