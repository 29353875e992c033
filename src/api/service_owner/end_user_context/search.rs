//! GET serviceowner/dialogs/endusercontext: where the dialogs of some parties lie for them.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use utoipa::IntoParams;

use super::list::Page;
use crate::{
    api::{ownership, wire},
    app::App,
    auth::scope,
    dialog::{
        Violations,
        label::SystemLabel,
        search::{
            Order,
            context::{ContextHit, ContextRequest},
        },
        timestamp::Timestamp,
    },
    http::{extract::ServiceOwnerSearch, problem::Problem, query::Query},
};

/// What the search takes, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "a description")]
struct Parameters {
    /// Whose dialogs, such as `urn:altinn:person:identifier-no:` and a number.
    party: Vec<String>,
    /// Content changed last at this moment or later.
    content_updated_after: Option<Timestamp>,
    /// Labels of which at least one must be there.
    label: Option<Vec<SystemLabel>>,
    /// Where the page begins: as the page before gave it.
    continuation_token: Option<String>,
    /// The most dialogs on a page, 1 to 1000; 100 when left out.
    limit: Option<i32>,
}

/// Finds the labels of dialogs, deleted ones too, the newest content first.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/endusercontext",
    operation_id = "SearchDialogEndUserContexts",
    params(Parameters),
    responses((status = 200, body = Page), (status = 422)),
    security(("maskinporten" = [scope::SERVICE_PROVIDER, scope::SERVICE_PROVIDER_SEARCH])),
)]
pub async fn search(
    State(app): State<App>,
    ServiceOwnerSearch(caller): ServiceOwnerSearch,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut v = Violations::default();
    let query = Query::parse(uri.query());
    let request = ContextRequest {
        parties: query.texts("party", &mut v),
        labels: query.choices("label", &mut v),
        content_updated_after: query.date("contentUpdatedAfter", &mut v),
        cursor: query.cursor("continuationToken", &mut v),
        limit: query.integer("limit", &mut v),
    };
    v.into_result(())?;
    let most = app.limits().service_owner_search.max_party_filter_values;
    let search = request.validate(most)?;

    let (hits, has_next) = match ownership::org_of(&app, &caller).await? {
        Some(org) => app.store().find_contexts(&org, &search).await?,
        None => (Vec::new(), false),
    };
    let next = hits.last().filter(|_| has_next).map(ContextHit::cursor);
    let body = Page {
        has_next_page: has_next,
        continuation_token: next.map(|token| token.as_str().to_owned()),
        order_by: Order::default().to_string(),
        items: hits.into_iter().map(Into::into).collect(),
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}
