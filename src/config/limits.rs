//! Bounds on what one request may ask for.

use serde::{Deserialize, Serialize};

/// `[limits]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// `[limits.end_user_search]`
    pub end_user_search: EndUserSearch,
    /// `[limits.service_owner_search]`
    pub service_owner_search: ServiceOwnerSearch,
    /// An end user with more parties than this gets the whole catalogue of service resources unless naming parties;
    /// 0 never.
    pub full_catalogue_above_parties: usize,
    /// Seconds after which the database gives up a search; 0 never, at most 600.
    pub search_statement_timeout_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            end_user_search: EndUserSearch::default(),
            service_owner_search: ServiceOwnerSearch::default(),
            full_catalogue_above_parties: 1_000,
            search_statement_timeout_seconds: 20,
        }
    }
}

/// `[limits.end_user_search]`: how many values one filter may have, each 1 to 1000. Published by
/// `/api/v1/metadata/limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EndUserSearch {
    /// Of `party`.
    pub max_party_filter_values: usize,
    /// Of `serviceResource`.
    pub max_service_resource_filter_values: usize,
    /// Of `org`.
    pub max_org_filter_values: usize,
    /// Of `extendedStatus`.
    pub max_extended_status_filter_values: usize,
}

impl Default for EndUserSearch {
    fn default() -> Self {
        Self {
            max_party_filter_values: 100,
            max_service_resource_filter_values: 20,
            max_org_filter_values: 20,
            max_extended_status_filter_values: 20,
        }
    }
}

/// `[limits.service_owner_search]`: how many values one filter may have, each 1 to 1000. Published by
/// `/api/v1/metadata/limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceOwnerSearch {
    /// Of `party`.
    pub max_party_filter_values: usize,
    /// Of `serviceResource`.
    pub max_service_resource_filter_values: usize,
    /// Of `extendedStatus`.
    pub max_extended_status_filter_values: usize,
}

impl Default for ServiceOwnerSearch {
    fn default() -> Self {
        Self {
            max_party_filter_values: 20,
            max_service_resource_filter_values: 20,
            max_extended_status_filter_values: 20,
        }
    }
}
