//! GET enduser/serviceresources: what the dialogs that the caller may find are about.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        access,
        catalogue::Catalogue,
        wire::{self, ServiceResourceMetadata},
    },
    app::App,
    authority::{Subject, Wanted},
    dialog::{Violations, search::request},
    http::{
        extract::{EndUser, accept_language},
        openapi::headers::AcceptLanguage,
        problem::Problem,
        query::Query,
    },
};

/// Resources of dialogs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizedServiceResourceList {
    /// The resources, by name.
    #[schema(nullable)]
    pub items: Vec<ServiceResourceMetadata>,
    /// Whether these are the resources of everybody's dialogs, because the caller represents too many parties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_full_catalogue_fallback: Option<bool>,
}

/// Lists the resources. Parties that the caller does not represent have none.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/serviceresources",
    operation_id = "SearchAuthorizedServiceResources",
    params(
        ("party" = Option<Vec<String>>, Query, description = "Whose dialogs; all parties when left out."),
        AcceptLanguage,
    ),
    responses((status = 200, body = AuthorizedServiceResourceList)),
)]
pub async fn search(
    State(app): State<App>,
    EndUser(caller): EndUser,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let given = Query::parse(uri.query()).texts("party", &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;
    let parties = parties(&app, &given)?;

    let subject = access::subject(&caller)?;
    let is_everything = parties.is_empty() && represents_many(&app, &subject).await?;
    let urns = if is_everything {
        app.store().resources_in_use().await?
    } else {
        let wanted = Wanted {
            parties: &parties,
            resources: &[],
        };
        let scope = app.authority().scope(&subject, wanted).await?;
        app.store().resources_in_use_of(&scope).await?
    };
    let catalogue = Catalogue::open(&app, &languages).await?;
    let body = AuthorizedServiceResourceList {
        items: catalogue.of(&urns),
        is_full_catalogue_fallback: is_everything.then_some(true),
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}

fn parties(app: &App, given: &[String]) -> Result<Vec<String>, Problem> {
    let mut violations = Violations::default();
    let most = app.limits().end_user_search.max_party_filter_values;
    if given.len() > most {
        let message = format!("must be at most {most}, is {}.", given.len());
        violations.add("party.Count", message);
    }
    let parties = request::parties(given, &mut violations);
    violations.into_result(())?;
    Ok(parties.iter().map(ToString::to_string).collect())
}

/// Whether looking through everything that the caller represents would take longer than it is worth.
async fn represents_many(app: &App, subject: &Subject) -> Result<bool, Problem> {
    let most = app.limits().full_catalogue_above_parties;
    if most == 0 {
        return Ok(false);
    }
    let represented = app.authority().all_rights(subject).await?;
    Ok(represented.held().len() > most)
}
