//! GET enduser/dialoglookup: which dialog goes by a reference, and by which rights the caller may know.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{
        access,
        catalogue::Catalogue,
        lookup,
        wire::{self, IdentifierLookupServiceOwner, IdentifierLookupServiceResource, Links},
    },
    app::App,
    authority::{Evidence, rights::evidence::IdentifierLookupGrantType},
    dialog::{Violations, content::Content, localization::Localization, resource},
    http::{
        extract::{EndUser, accept_language},
        openapi::headers::AcceptLanguage,
        problem::Problem,
        query::Query,
    },
    store::lookup::Sought,
};

/// A dialog by its reference.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndUserIdentifierLookup {
    /// By which rights the caller may know.
    pub authorization_evidence: IdentifierLookupAuthorizationEvidence,
    /// Identifier of the dialog.
    pub dialog_id: Uuid,
    /// The reference; for an identifier the one that the dialog prefers.
    pub instance_ref: String,
    /// Whose dialog it is.
    pub party: String,
    /// Its resource.
    pub service_resource: IdentifierLookupServiceResource,
    /// Its service owner.
    pub service_owner: IdentifierLookupServiceOwner,
    /// Its title, the one for everybody where the caller's authentication level is too low; empty where it has none.
    #[schema(nullable)]
    pub title: Vec<Localization>,
}

/// Rights in a dialog.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierLookupAuthorizationEvidence {
    /// The caller's authentication level.
    #[schema(value_type = i32)]
    pub current_authentication_level: u32,
    /// Whether a role is among the rights.
    pub via_role: bool,
    /// Whether an access package is.
    pub via_access_package: bool,
    /// Whether the resource was delegated.
    pub via_resource_delegation: bool,
    /// Whether this dialog was delegated.
    pub via_instance_delegation: bool,
    /// The rights: roles and access packages, the resource, the dialog.
    #[schema(nullable)]
    pub evidence: Vec<IdentifierLookupAuthorizationEvidenceItem>,
}

/// One right.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierLookupAuthorizationEvidenceItem {
    /// What kind of right.
    pub grant_type: IdentifierLookupGrantType,
    /// The role, access package, resource or reference.
    pub subject: String,
    /// The name of a role or access package.
    #[schema(nullable)]
    pub name: Vec<Localization>,
    /// The description of a role or access package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Links>,
}

/// Looks a dialog up, whatever its period. It does not count as seen, and a low authentication level costs only the
/// title.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialoglookup",
    operation_id = "GetDialogLookup",
    params(
        ("instanceRef" = String, Query, description = "The reference: by dialog, app instance or correspondence."),
        AcceptLanguage,
    ),
    responses((status = 200, body = EndUserIdentifierLookup), (status = 404)),
)]
pub async fn get(
    State(app): State<App>,
    EndUser(caller): EndUser,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;
    let asked = lookup::asked(&Query::parse(uri.query()))?;

    let sought = Sought {
        reference: &asked,
        preferred_org: None,
        with_deleted: false,
    };
    let found = lookup::find(&app, sought).await?;
    let subject = access::subject(&caller)?;
    let reference = lookup::shown(&asked, found.id, &found.labels).to_string();
    let resource = resource::canonical(&found.service_resource);
    let party = found.party.to_lowercase();
    let evidence = app
        .authority()
        .evidence(&subject, &party, &resource, &reference)
        .await?;
    if evidence.is_empty() {
        return Err(Problem::forbidden("Forbidden"));
    }

    let catalogue = Catalogue::open(&app, &languages).await?;
    let may_read = caller.level >= catalogue.minimum_level(&resource);
    let mut title = title(found.content, may_read);
    languages.prune(&mut title);
    let body = EndUserIdentifierLookup {
        authorization_evidence: told(evidence, caller.level, &catalogue),
        dialog_id: found.id,
        instance_ref: reference,
        service_resource: catalogue.resource(&resource).into(),
        service_owner: catalogue.owner(&resource, &found.org).into(),
        party: found.party,
        title,
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}

/// The title for a caller who may read the dialog, or may not yet.
fn title(content: Option<Content>, may_read: bool) -> Vec<Localization> {
    let Some(content) = content else {
        return Vec::new();
    };
    let for_everybody = content.non_sensitive_title.filter(|_| !may_read);
    for_everybody.unwrap_or(content.title).value
}

fn told(
    evidence: Vec<Evidence>,
    level: u32,
    catalogue: &Catalogue<'_>,
) -> IdentifierLookupAuthorizationEvidence {
    use IdentifierLookupGrantType::{AccessPackage, InstanceDelegation, ResourceDelegation, Role};
    let has = |kind| evidence.iter().any(|one| one.grant_type == kind);
    IdentifierLookupAuthorizationEvidence {
        current_authentication_level: level,
        via_role: has(Role),
        via_access_package: has(AccessPackage),
        via_resource_delegation: has(ResourceDelegation),
        via_instance_delegation: has(InstanceDelegation),
        evidence: evidence
            .into_iter()
            .map(|one| {
                let described = match one.grant_type {
                    Role => catalogue.role(&one.subject).map(|r| (r.name, r.links)),
                    AccessPackage => catalogue.package(&one.subject).map(|p| (p.name, p.links)),
                    ResourceDelegation | InstanceDelegation => None,
                };
                let (name, links) = described.unzip();
                IdentifierLookupAuthorizationEvidenceItem {
                    grant_type: one.grant_type,
                    subject: one.subject.to_string(),
                    name: name.unwrap_or_default(),
                    links,
                }
            })
            .collect(),
    }
}
