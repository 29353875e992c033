//! GET serviceowner/dialoglookup: which dialog goes by a reference.

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
        catalogue::Catalogue,
        lookup, ownership,
        wire::{self, IdentifierLookupServiceOwner, IdentifierLookupServiceResource},
    },
    app::App,
    dialog::{Violations, localization::Localization},
    http::{
        extract::{ServiceOwner, accept_language},
        openapi::headers::AcceptLanguage,
        problem::Problem,
        query::Query,
    },
    store::lookup::Sought,
};

/// A dialog by its reference.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceOwnerIdentifierLookup {
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
    /// Its title; empty where it has none.
    #[schema(nullable)]
    pub title: Vec<Localization>,
    /// Its title for those whose authentication level is too low.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_sensitive_title: Option<Vec<Localization>>,
}

/// Looks a dialog up, deleted ones too. Of several with the same label the caller's own is meant, then the newest.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialoglookup",
    operation_id = "GetDialogLookup",
    params(
        ("instanceRef" = String, Query, description = "The reference: by dialog, app instance or correspondence."),
        AcceptLanguage,
    ),
    responses((status = 200, body = ServiceOwnerIdentifierLookup), (status = 404)),
)]
pub async fn get(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;
    let asked = lookup::asked(&Query::parse(uri.query()))?;

    // Short names are lower case; tokens may have them otherwise.
    let org = ownership::org_of(&app, &caller).await?;
    let org = org.map(|org| org.to_lowercase());
    let sought = Sought {
        reference: &asked,
        preferred_org: org.as_deref(),
        with_deleted: true,
    };
    let found = lookup::find(&app, sought).await?;
    if !ownership::is_admin(&caller) && Some(found.org.to_lowercase()) != org {
        return Err(Problem::forbidden(
            "The dialog belongs to another service owner.",
        ));
    }

    let catalogue = Catalogue::of_resources(&app, &languages).await?;
    let texts = |mut texts: Vec<Localization>| {
        languages.prune(&mut texts);
        texts
    };
    let (title, non_sensitive_title) = match found.content {
        Some(content) => (content.title.value, content.non_sensitive_title),
        None => (Vec::new(), None),
    };
    let body = ServiceOwnerIdentifierLookup {
        dialog_id: found.id,
        instance_ref: lookup::shown(&asked, found.id, &found.labels).to_string(),
        service_resource: catalogue.resource(&found.service_resource).into(),
        service_owner: catalogue.owner(&found.service_resource, &found.org).into(),
        party: found.party,
        title: texts(title),
        non_sensitive_title: non_sensitive_title.map(|title| texts(title.value)),
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
