//! What a look-up tells about a dialog to both audiences.

use serde::Serialize;
use utoipa::ToSchema;

use super::resource::{ServiceResource, ServiceResourceOwner};
use crate::dialog::localization::Localization;

/// The resource of a dialog that was looked up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierLookupServiceResource {
    /// Identifier without prefix.
    pub id: String,
    /// Whether rights in it can be handed on.
    pub is_delegable: bool,
    /// The authentication level that reading the dialog needs.
    #[schema(value_type = i32)]
    pub minimum_authentication_level: u32,
    /// Name.
    #[schema(nullable)]
    pub name: Vec<Localization>,
}

/// The service owner of a dialog that was looked up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierLookupServiceOwner {
    /// Number of the organization.
    pub org_number: String,
    /// Short name.
    pub code: String,
    /// Name.
    #[schema(nullable)]
    pub name: Vec<Localization>,
}

impl From<ServiceResource> for IdentifierLookupServiceResource {
    fn from(resource: ServiceResource) -> Self {
        Self {
            id: resource.id,
            is_delegable: resource.is_delegable,
            minimum_authentication_level: resource.minimum_authentication_level,
            name: resource.name,
        }
    }
}

impl From<ServiceResourceOwner> for IdentifierLookupServiceOwner {
    fn from(owner: ServiceResourceOwner) -> Self {
        Self {
            org_number: owner.org_number,
            code: owner.code,
            name: owner.name,
        }
    }
}
