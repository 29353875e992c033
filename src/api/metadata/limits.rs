//! `GET metadata/limits`: how much a search may ask for, as configured now.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::wire,
    app::App,
    http::{accept, problem::Problem},
};

/// How many values the filters of a search take.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Searches of end users.
    pub end_user_search: EndUserSearchLimits,
    /// Searches of service owners.
    pub service_owner_search: ServiceOwnerSearchLimits,
}

/// Limits of a search by an end user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndUserSearchLimits {
    /// Values of `party`.
    #[schema(value_type = i32)]
    pub max_party_filter_values: usize,
    /// Values of `serviceResource`.
    #[schema(value_type = i32)]
    pub max_service_resource_filter_values: usize,
    /// Values of `org`.
    #[schema(value_type = i32)]
    pub max_org_filter_values: usize,
    /// Values of `extendedStatus`.
    #[schema(value_type = i32)]
    pub max_extended_status_filter_values: usize,
}

/// Limits of a search by a service owner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceOwnerSearchLimits {
    /// Values of `party`.
    #[schema(value_type = i32)]
    pub max_party_filter_values: usize,
    /// Values of `serviceResource`.
    #[schema(value_type = i32)]
    pub max_service_resource_filter_values: usize,
    /// Values of `extendedStatus`.
    #[schema(value_type = i32)]
    pub max_extended_status_filter_values: usize,
}

/// The limits.
#[utoipa::path(
    get,
    path = "/api/v1/metadata/limits",
    operation_id = "GetLimits",
    responses((status = 200, body = Limits), (status = 406)),
)]
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    accept::json(&headers)?;
    let limits = app.limits();
    let body = Limits {
        end_user_search: EndUserSearchLimits {
            max_party_filter_values: limits.end_user_search.max_party_filter_values,
            max_service_resource_filter_values: limits
                .end_user_search
                .max_service_resource_filter_values,
            max_org_filter_values: limits.end_user_search.max_org_filter_values,
            max_extended_status_filter_values: limits
                .end_user_search
                .max_extended_status_filter_values,
        },
        service_owner_search: ServiceOwnerSearchLimits {
            max_party_filter_values: limits.service_owner_search.max_party_filter_values,
            max_service_resource_filter_values: limits
                .service_owner_search
                .max_service_resource_filter_values,
            max_extended_status_filter_values: limits
                .service_owner_search
                .max_extended_status_filter_values,
        },
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
