//! GET serviceowner/dialogs: the caller's own dialogs, filtered, in order, page by page; or those of them that a person
//! may find.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};

use super::{
    list::{self, DialogListItem, ListViewer, Page},
    parameters::SearchParameters,
};
use crate::{
    api::{
        access, ownership,
        wire::{self, Viewer},
    },
    app::App,
    auth::{Identity, scope},
    authority::Wanted,
    dialog::{
        Violations,
        search::{self, OwnerSearch, request::MostValues},
    },
    http::{
        extract::ServiceOwnerSearchForPerson,
        problem::Problem,
        query::{self, Query},
    },
    store::search::{Asked, Owned, Shown},
};

/// Finds dialogs of the service owner. Nothing there, or nothing that the person may find, is an empty page. Nobody is
/// taken to have seen anything.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs",
    operation_id = "SearchDialogs",
    params(SearchParameters),
    responses((status = 200, body = Page), (status = 422)),
    security(("maskinporten" = [scope::SERVICE_PROVIDER, scope::SERVICE_PROVIDER_SEARCH])),
)]
pub async fn search(
    State(app): State<App>,
    ServiceOwnerSearchForPerson(caller): ServiceOwnerSearchForPerson,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let query = Query::parse(uri.query());
    let request = query::search_by_owner(&query, &mut violations);
    violations.into_result(())?;

    let mut violations = Violations::default();
    let person = caller.person().unwrap_or_else(|wrong| {
        violations.extend(wrong);
        None
    });
    let most = most_values(&app, caller.is_for_person());
    let search = request.validate(&most, caller.is_for_person(), &mut violations);
    violations.into_result(())?;

    let page = match ownership::org_of(&app, caller.identity()).await? {
        None => search::Page::default(),
        Some(org) if person.is_some() => {
            find_for_person(&app, caller.identity(), &org, &search).await?
        }
        Some(org) => find(&app, &org, &search).await?,
    };
    let levels = match &person {
        Some(_) => Some(app.authority().levels().await?),
        None => None,
    };
    let OwnerSearch { common, .. } = search;
    let token = page.next(&common.order).or(common.cursor);
    let by = ListViewer {
        viewer: Viewer {
            urn: person.as_ref(),
            mask: None,
            made: None,
        },
        levels: levels.as_deref(),
    };
    let body = Page {
        has_next_page: page.has_next,
        continuation_token: token.map(|token| token.as_str().to_owned()),
        order_by: common.order.to_string(),
        items: page
            .hits
            .iter()
            .map(|hit| DialogListItem::of(hit, &by))
            .collect::<Result<_, _>>()
            .map_err(|error| Problem::Internal(error.into()))?,
    };
    let size = list::TYPICAL_SIZE * (body.items.len() + 1);
    wire::json_of_size(StatusCode::OK, HeaderMap::new(), &body, size)
}

/// A page of the dialogs of `org`.
async fn find(app: &App, org: &str, search: &OwnerSearch) -> Result<search::Page, Problem> {
    let OwnerSearch { common, filter } = search;
    let asked = Owned {
        org,
        parties: &common.parties,
        resources: &common.resources,
        filter: &common.filter,
        own: filter,
        order: &common.order,
        cursor: common.cursor.as_ref(),
        limit: common.limit,
    };
    Ok(app.store().find_owned(&asked).await?)
}

/// A page of the dialogs of `org` that the person may find for whom the caller acts.
async fn find_for_person(
    app: &App,
    caller: &Identity,
    org: &str,
    search: &OwnerSearch,
) -> Result<search::Page, Problem> {
    let OwnerSearch { common, filter } = search;
    let parties: Vec<String> = common.parties.iter().map(ToString::to_string).collect();
    let wanted = Wanted {
        parties: &parties,
        resources: &common.resources,
    };
    let subject = access::subject(caller)?;
    let scope = app.authority().scope(&subject, wanted).await?;
    let asked = Asked {
        scope: &scope,
        filter: &common.filter,
        text: common.text.as_ref(),
        order: &common.order,
        cursor: common.cursor.as_ref(),
        limit: common.limit,
        shown: Shown::ToOwner { org, filter },
    };
    Ok(app.store().find(&asked).await?)
}

/// A person is searched for under the limits of end users.
fn most_values(app: &App, for_person: bool) -> MostValues {
    let limits = app.limits();
    if for_person {
        let limits = &limits.end_user_search;
        MostValues {
            parties: limits.max_party_filter_values,
            resources: limits.max_service_resource_filter_values,
            orgs: 0,
            extended_statuses: limits.max_extended_status_filter_values,
        }
    } else {
        let limits = &limits.service_owner_search;
        MostValues {
            parties: limits.max_party_filter_values,
            resources: limits.max_service_resource_filter_values,
            orgs: 0,
            extended_statuses: limits.max_extended_status_filter_values,
        }
    }
}
