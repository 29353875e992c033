//! Which authentication levels resources need: read from the policy of each.

use futures_util::{StreamExt, stream};

use super::Report;
use crate::{
    authority::{
        Unavailable,
        registry::{Resource, Resources},
        xacml::Policy,
    },
    clock::Clock,
    platform::{Failed, Platform, System},
    store::Store,
};

use super::super::{resources, unavailable};

/// How many policies are fetched at a time, unless somebody says otherwise.
const AT_ONCE: u32 = 15;

/// Services of the old platform: their policies demand no levels.
const OLD_SERVICES: &str = "se_";

/// What a policy says.
enum Found {
    Level(u8),
    NoLevel,
    Unknown,
}

/// Reads the policies of all resources in `known` and writes the levels. A policy that cannot be read leaves its
/// resource as it was. A resource that is not listed any more loses its level, but only where the whole list could be
/// read: without a level of its own a resource may need a lower one.
pub async fn levels(
    store: &Store,
    platform: &Platform,
    clock: &Clock,
    known: &Resources,
    at_once: Option<u32>,
) -> Result<Report, Unavailable> {
    let identifiers = known.iter().map(Resource::id);
    let identifiers: Vec<String> = identifiers
        .filter(|id| !id.starts_with(OLD_SERVICES))
        .map(str::to_owned)
        .collect();
    if identifiers.is_empty() {
        let reason = "the list of resources is empty; levels stay as they are";
        return Err(unavailable(System::ResourceRegistry, &reason));
    }
    let mut policies = stream::iter(identifiers)
        .map(|id| {
            let platform = platform.clone();
            async move {
                let policy = resources::policy(&platform, &id).await;
                let found = found(policy, &id);
                (id, found)
            }
        })
        .buffer_unordered(usize::try_from(at_once.unwrap_or(AT_ONCE).clamp(1, 50)).unwrap_or(1));
    let mut report = Report::default();
    let (mut levels, mut without) = (Vec::new(), Vec::new());
    while let Some((id, found)) = policies.next().await {
        report.read += 1;
        let urn = format!("{}{id}", crate::dialog::resource::PREFIX);
        match found {
            Found::Level(level) => levels.push((urn, level)),
            Found::NoLevel => without.push(urn),
            Found::Unknown => report.skipped += 1,
        }
    }
    if report.skipped == report.read {
        let reason = "no policy could be read; levels stay as they are";
        return Err(unavailable(System::ResourceRegistry, &reason));
    }
    let listed = known.listed();
    let changed = store.change_levels(&levels, &without, listed.as_deref(), clock.now());
    report.changed = changed.await?;
    Ok(report)
}

fn found(policy: Result<bytes::Bytes, Failed>, id: &str) -> Found {
    let policy = match policy {
        Ok(bytes) => String::from_utf8(bytes.into()).map_err(|_| "no UTF-8".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let level = policy.and_then(|text| match Policy::parse(&text) {
        Ok(policy) => Ok(policy.minimum_level()),
        Err(refused) => Err(refused.to_string()),
    });
    match level {
        Ok(Some(level)) => Found::Level(level),
        Ok(None) => Found::NoLevel,
        Err(reason) => {
            tracing::warn!(
                resource = id,
                reason,
                "a policy cannot be read; its level stays"
            );
            Found::Unknown
        }
    }
}
