//! Service resources with what the platform knows about them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::dialog::localization::Localization;

/// Where more is to be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    /// The platform's own description.
    pub metadata: String,
}

/// A resource, who owns it and what opens it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceResourceMetadata {
    /// The resource.
    pub service_resource: ServiceResource,
    /// The roles that its policy names, by name.
    #[schema(nullable)]
    pub roles: Vec<ServiceResourceRole>,
    /// The access packages that its policy names, by name.
    #[schema(nullable)]
    pub access_packages: Vec<ServiceResourceAccessPackage>,
    /// Its owner.
    pub service_owner: ServiceResourceOwner,
}

/// A resource of the registry. What the registry does not tell is empty.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceResource {
    /// Identifier without prefix.
    pub id: String,
    /// Type, lower case.
    pub resource_type: String,
    /// Whether it is in use, in the registry's words, lower case.
    pub status: String,
    /// Whether rights in it can be handed on.
    pub is_delegable: bool,
    /// The authentication level that reading a dialog needs.
    #[schema(value_type = i32)]
    pub minimum_authentication_level: u32,
    /// Name.
    #[schema(nullable)]
    pub name: Vec<Localization>,
    /// Its entry in the registry.
    pub links: Links,
}

/// A role that opens a resource.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceResourceRole {
    /// `urn:altinn:rolecode:` and a code.
    pub urn: String,
    /// Name.
    #[schema(nullable)]
    pub name: Vec<Localization>,
    /// Its description.
    pub links: Links,
}

/// An access package that opens a resource.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceResourceAccessPackage {
    /// `urn:altinn:accesspackage:` and a name.
    pub urn: String,
    /// Name.
    #[schema(nullable)]
    pub name: Vec<Localization>,
    /// Its description.
    pub links: Links,
}

/// The owner of a resource.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceResourceOwner {
    /// Number of the organization.
    pub org_number: String,
    /// Short name.
    pub code: String,
    /// Name.
    #[schema(nullable)]
    pub name: Vec<Localization>,
}
