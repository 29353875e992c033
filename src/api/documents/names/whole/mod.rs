//! Names in the document that holds everything: they tell audience, operation and shape, because one document cannot
//! have a `Dialog` for each audience. Clients generated from it have these names in their code.

mod end_user;
mod service_owner;

pub use end_user::WHOLE_END_USER;
pub use service_owner::WHOLE_SERVICE_OWNER;

use crate::http::openapi::{
    Names,
    names::{Scope, everywhere},
};

/// What anybody may know, in the whole document.
pub const WHOLE_ANYBODY: Names = Names {
    scopes: &[SHARED],
    edits: &[],
    operations: &[
        ("GetJwks", "V1WellKnownJwksGet_Jwks"),
        ("GetLimits", "V1MetadataLimitsGet_Limits"),
        (
            "GetOauthAuthorizationServer",
            "V1WellKnownOauthAuthorizationServerGet_OauthAuthorizationServer",
        ),
        (
            "GetServiceResourceMetadata",
            "V1MetadataServiceResourcesGet_ServiceResourceMetadata",
        ),
    ],
};

/// Shapes that audiences share.
const SHARED: Scope = everywhere(&[
    ("AcceptedLanguage*", "V1EndUserCommon_AcceptedLanguage*"),
    ("ActorType", "Actors_ActorType"),
    (
        "AttachmentUrlConsumerType",
        "Attachments_AttachmentUrlConsumerType",
    ),
    ("ContentValue", "V1CommonContent_ContentValue"),
    (
        "DialogActivityType",
        "DialogsEntitiesActivities_DialogActivityType",
    ),
    (
        "DialogGuiActionPriority",
        "DialogsEntitiesActions_DialogGuiActionPriority",
    ),
    ("DialogStatus", "DialogsEntities_DialogStatus"),
    (
        "DialogTransmissionType",
        "DialogsEntitiesTransmissions_DialogTransmissionType",
    ),
    (
        "*IdentifierLookup",
        "V1CommonIdentifierLookup_*IdentifierLookup",
    ),
    (
        "IdentifierLookup*",
        "V1CommonIdentifierLookup_IdentifierLookup*",
    ),
    (
        "IdentifierLookupGrantType",
        "V1CommonIdentifierLookup_IdentifierLookupGrantType",
    ),
    ("HttpVerb", "Http_HttpVerb"),
    ("Jwk*", "V1WellKnownJwksQueriesGet_Jwk*"),
    ("*Limits", "V1MetadataLimitsQueriesGet_*Limits"),
    ("Links", "DigdirDomainDialogportenApplicationCommon_Link"),
    ("Localization", "V1CommonLocalizations_Localization"),
    (
        "OauthAuthorizationServer",
        "V1WellKnownOauthAuthorizationServerQueriesGet_OauthAuthorizationServer",
    ),
    (
        "ServiceResource",
        "V1CommonServiceResourceMetadata_ServiceResourceMetadataServiceResource",
    ),
    (
        "ServiceResourceMetadata",
        "V1CommonServiceResourceMetadata_ServiceResourceMetadataItem",
    ),
    (
        "ServiceResourceMetadataList",
        "V1MetadataServiceResourcesQueriesGet_ServiceResourceMetadata",
    ),
    (
        "ServiceResourceOwner",
        "V1CommonServiceResourceMetadata_ServiceResourceMetadataServiceOwner",
    ),
    (
        "ServiceResource*",
        "V1CommonServiceResourceMetadata_ServiceResourceMetadata*",
    ),
    ("SystemLabel", "DialogEndUserContextsEntities_SystemLabel"),
]);
