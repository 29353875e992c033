//! GET enduser/dialogs: what the caller may find, filtered, in order, page by page.

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
        access,
        wire::{self, Viewer},
    },
    app::App,
    authority::Wanted,
    dialog::{Violations, search::request::MostValues},
    http::{
        extract::{EndUser, accept_language},
        openapi::headers::AcceptLanguage,
        problem::Problem,
        query::{self, Query},
    },
    store::search::{self as store, Asked, Shown},
};

/// Finds dialogs. Nothing authorized is an empty page, never a refusal.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs",
    operation_id = "SearchDialogs",
    params(SearchParameters, AcceptLanguage),
    responses((status = 200, body = Page), (status = 422)),
)]
pub async fn search(
    State(app): State<App>,
    EndUser(caller): EndUser,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let query = Query::parse(uri.query());
    let request = query::search(&query, &mut violations);
    let languages = accept_language(&headers, &mut violations);
    violations.into_result(())?;
    let search = request.validate(&most_values(&app))?;

    let now = app.now();
    let subject = access::subject(&caller)?;
    let parties: Vec<String> = search.parties.iter().map(ToString::to_string).collect();
    let wanted = Wanted {
        parties: &parties,
        resources: &search.resources,
    };
    let scope = app.authority().scope(&subject, wanted).await?;
    let asked = Asked {
        scope: &scope,
        filter: &search.filter,
        text: search.text.as_ref(),
        order: &search.order,
        cursor: search.cursor.as_ref(),
        limit: search.limit,
        shown: Shown::ToEndUser { now },
    };
    let page = app.store().find(&asked).await?;

    let token = page.next(&search.order).or_else(|| search.cursor.clone());
    let levels = app.authority().levels().await?;
    let mask = app.actor_mask(now);
    let by = ListViewer {
        viewer: Viewer {
            urn: Some(subject.urn()),
            mask: Some(&mask),
            made: None,
        },
        mask: &mask,
        languages: &languages,
    };
    let body = Page {
        has_next_page: page.has_next,
        continuation_token: token.map(|token| token.as_str().to_owned()),
        order_by: search.order.to_string(),
        items: page
            .hits
            .iter()
            .map(|hit| {
                let asked = levels.minimum(&hit.service_resource);
                DialogListItem::of(hit, caller.level >= asked, &by)
            })
            .collect::<Result<_, _>>()
            .map_err(|error| Problem::Internal(error.into()))?,
    };
    let size = list::TYPICAL_SIZE * (body.items.len() + 1);
    wire::json_of_size(StatusCode::OK, HeaderMap::new(), &body, size)
}

fn most_values(app: &App) -> MostValues {
    let limits = app.limits().end_user_search;
    MostValues {
        parties: limits.max_party_filter_values,
        resources: limits.max_service_resource_filter_values,
        orgs: limits.max_org_filter_values,
        extended_statuses: limits.max_extended_status_filter_values,
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::TimedOut => Self::unprocessable(
                "Search",
                "The search took too long. Narrow it: give contentUpdatedAfter, fewer parties, or a service resource.",
            ),
            store::Error::Cursor => Self::invalid("continuationToken", error.to_string()),
            store::Error::Database(error) => error.into(),
        }
    }
}
