//! Every route on one page, and the layers around them.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, post, put},
};
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    api::{
        documents, end_user, health, metadata, metering, metrics, service_owner, start, well_known,
    },
    app::App,
    http::{
        body,
        layers::{
            maintenance,
            observe::{self, Watch},
            path, private, problem,
            protection::{self, Protection},
        },
    },
};

/// The whole server, as one service. Paths are levelled before they are routed.
pub fn router(app: App) -> Router {
    let config = app.config();
    let prefix = config.http.path_prefix.clone();
    let routes = all(&app);
    let watch = Watch {
        clock: app.clock().clone(),
        sample_percent: config.telemetry.sample_percent,
    };
    let protection = Protection::new(config.http.hsts_seconds);
    let maintenance = app.maintenance().clone();
    let metered = middleware::from_fn_with_state(app.clone(), metering::meter);
    let routes = routes
        .fallback(|| async { StatusCode::NOT_FOUND })
        .with_state(app)
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(watch, observe::observe))
                .layer(middleware::from_fn_with_state(
                    protection,
                    protection::protect,
                ))
                .layer(middleware::from_fn_with_state(
                    maintenance,
                    maintenance::refuse,
                ))
                .layer(middleware::from_fn(problem::write))
                .layer(metered)
                .layer(CatchPanicLayer::custom(problem::on_panic)),
        );
    Router::new().fallback_service(service_fn(move |request: Request| {
        let answer = routes.clone().oneshot(path::level(request, &prefix));
        // Around the routes, not among their layers: `Allow` is written behind those.
        async move { answer.await.map(allow) }
    }))
}

/// Every route of this server, without what happens around them.
pub fn all(app: &App) -> Router<App> {
    let config = app.config();
    let has_start_page = config.has_start_page();
    let identities = has_start_page.then(start::identities_script);
    let mut routes = routes().merge(documents::routes(app.public_base(), identities));
    if has_start_page {
        routes = routes.merge(start_routes());
    }
    // On this machine only: nothing here is for the network.
    let is_private = config.local_mode && config.http.listen.ip().is_loopback();
    if is_private && config.metrics.listen.is_none() {
        let here = middleware::from_fn(private::only_here);
        routes = routes.merge(metrics::routes().route_layer(here));
    }
    routes
}

/// The numbers of this process and nothing else, for a listener of their own.
pub fn of_numbers(app: App) -> Router {
    metrics::routes().with_state(app)
}

fn routes() -> Router<App> {
    Router::new()
        .merge(service_owner_routes())
        .merge(end_user_routes())
        .route("/api/v1/metadata/limits", get(metadata::limits::get))
        .route(
            "/api/v1/metadata/serviceresources",
            get(metadata::service_resources::list),
        )
        .route("/api/v1/.well-known/jwks.json", get(well_known::jwks))
        .route(
            "/api/v1/.well-known/oauth-authorization-server",
            get(well_known::authorization_server),
        )
        .route("/health/liveness", get(health::liveness))
        .route("/health/readiness", get(health::readiness))
        .route("/health/startup", get(health::startup))
        .route("/health", get(health::startup))
        .route("/health/deep", get(health::deep))
}

fn service_owner_routes() -> Router<App> {
    use service_owner::{
        activities, dialogs, end_user_context, labels, lookup, notification, seen_log,
        system_labels, transmissions,
    };
    Router::new()
        .route(
            "/api/v1/serviceowner/dialogs",
            json(post(dialogs::create::create)).get(dialogs::search::search),
        )
        .route(
            "/api/v1/serviceowner/dialogs/endusercontext",
            get(end_user_context::search::search),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}",
            json(put(dialogs::update::update).patch(dialogs::patch::patch))
                .get(dialogs::get::get)
                .delete(dialogs::delete::delete),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/actions/purge",
            post(dialogs::purge::purge),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/actions/restore",
            post(dialogs::restore::restore),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/actions/freeze",
            post(dialogs::freeze::freeze),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/actions/should-send-notification",
            get(notification::check),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/context/labels",
            get(labels::list::list).merge(json(post(labels::create::create))),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/context/labels/{label}",
            delete(labels::delete::delete),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/endusercontext/systemlabels",
            json(put(system_labels::set::set)),
        )
        .route(
            "/api/v1/serviceowner/dialogs/endusercontext/systemlabels/actions/bulkset",
            json(post(system_labels::bulk_set::bulk_set)),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/activities",
            get(activities::list::list).merge(json(post(activities::create::create))),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}",
            get(activities::get::get),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}/actions/updateformsavedactivitytime",
            json(post(activities::move_time::move_time)),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/transmissions",
            get(transmissions::list::list).merge(json(post(transmissions::create::create))),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}",
            get(transmissions::get::get).merge(json(put(transmissions::replace::replace))),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/seenlog",
            get(seen_log::list::list),
        )
        .route(
            "/api/v1/serviceowner/dialogs/{dialogId}/seenlog/{seenLogId}",
            get(seen_log::get::get),
        )
        .route("/api/v1/serviceowner/dialoglookup", get(lookup::get))
}

fn end_user_routes() -> Router<App> {
    use end_user::{
        activities, dialogs, label_log, labels, lookup, parties, seen_log, service_resources,
        transmissions,
    };
    Router::new()
        .route("/api/v1/enduser/dialogs", get(dialogs::search::search))
        .route("/api/v1/enduser/dialogs/{dialogId}", get(dialogs::get::get))
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/context/labellog",
            get(label_log::list),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/context/systemlabels",
            json(put(labels::set::set)),
        )
        .route(
            "/api/v1/enduser/dialogs/context/systemlabels/actions/bulkset",
            json(post(labels::bulk_set::bulk_set)),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/activities",
            get(activities::list::list),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/activities/{activityId}",
            get(activities::get::get),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/transmissions",
            get(transmissions::list::list),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/transmissions/{transmissionId}",
            get(transmissions::get::get),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/seenlog",
            get(seen_log::list::list),
        )
        .route(
            "/api/v1/enduser/dialogs/{dialogId}/seenlog/{seenLogId}",
            get(seen_log::get::get),
        )
        .route("/api/v1/enduser/dialoglookup", get(lookup::get))
        .route("/api/v1/enduser/parties", get(parties::list))
        .route(
            "/api/v1/enduser/serviceresources",
            get(service_resources::search),
        )
}

/// For people at this very machine.
fn start_routes() -> Router<App> {
    Router::new()
        .route("/", get(start::pages::start))
        .route("/inbox", get(start::pages::inbox))
        .route("/start/files/{digest}/{name}", get(start::pages::file))
        .route("/start/identities", get(start::identities::list))
        .route("/start/tokens", json(post(start::tokens::issue)))
        .route_layer(middleware::from_fn(start::guard::admit))
}

/// Methods that take a JSON body: another content type is refused before the caller is looked at.
fn json(methods: MethodRouter<App>) -> MethodRouter<App> {
    methods.route_layer(middleware::from_fn(body::require_json))
}

/// `Allow` names the methods in alphabetical order, and never HEAD: this API has none.
fn allow(response: Response) -> Response {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let mut methods: Vec<String> = response
        .headers()
        .get_all(header::ALLOW)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|method| method.trim().to_owned())
        .filter(|method| method != "HEAD" && !method.is_empty())
        .collect();
    methods.sort();
    methods.dedup();
    let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
    if let Ok(value) = HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
