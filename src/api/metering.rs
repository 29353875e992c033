//! Counts what each request was: who shares in the costs of the whole, and how much.

use axum::{
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};

use crate::{
    app::App,
    http::query::Query,
    telemetry::usage::{self, Key, Notes},
};

/// Operations that need no caller.
const ANONYMOUS: &str = "metadata.";

/// The middleware. Requests that no route takes, documents, health, and whoever is not let in are not counted.
pub async fn meter(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let operations = route
        .as_ref()
        .map_or(&[][..], |route| operations(method.as_str(), route.as_str()));
    let (Some(route), Some(first)) = (route, operations.first()) else {
        return next.run(request).await;
    };
    let for_person = !Query::parse(request.uri().query())
        .all("endUserId")
        .is_empty();

    let (response, notes) = usage::noting(next.run(request)).await;

    if !notes.is_known && !first.starts_with(ANONYMOUS) {
        return response;
    }
    let suffix = if for_person { "_EndUserId" } else { "" };
    let tag = format!("{method}_{}{suffix}", route.as_str().trim_matches('/'));
    let hour = usage::hour(app.now());
    let Notes {
        caller_org,
        is_admin,
        resource,
        operations: named,
        ..
    } = notes;
    let count = |operation, status| {
        app.usage().count(Key {
            hour,
            operation,
            tag: tag.clone(),
            caller_org: caller_org.clone().unwrap_or_default(),
            resource: resource.clone().unwrap_or_default(),
            is_admin,
            status,
        });
    };
    let status = outcome(response.status());
    if named.is_empty() {
        for operation in operations {
            count(operation, status);
        }
    }
    for (operation, succeeded) in named {
        count(operation, if succeeded { "success" } else { "failure" });
    }
    response
}

fn outcome(status: StatusCode) -> &'static str {
    match status {
        status if status.is_success() => "success",
        status if status.is_server_error() => "error",
        _ => "failure",
    }
}

/// What a route does, by names that stay as they are: accounts are drawn up by them. A patch reads and writes.
pub fn operations(method: &str, route: &str) -> &'static [&'static str] {
    if let Some(below) = route.strip_prefix("/api/v1/serviceowner/") {
        return of_service_owners(method, below);
    }
    if let Some(below) = route.strip_prefix("/api/v1/enduser/") {
        return of_end_users(method, below);
    }
    match (method, route) {
        ("GET", "/api/v1/metadata/limits") => &["metadata.limits"],
        ("GET", "/api/v1/metadata/serviceresources") => &["metadata.service-resources"],
        ("GET", "/api/v1/.well-known/jwks.json") => &["metadata.keys"],
        ("GET", "/api/v1/.well-known/oauth-authorization-server") => &["metadata.issuer"],
        ("POST", "/graphql" | "/graphql/stream") => &["graphql"],
        _ => &[],
    }
}

fn of_service_owners(method: &str, below: &str) -> &'static [&'static str] {
    match (method, below) {
        ("POST", "dialogs") => &["serviceowner.dialog.create"],
        ("GET", "dialogs") => &["serviceowner.dialog.search"],
        ("GET", "dialogs/{dialogId}") => &["serviceowner.dialog.get"],
        ("PUT", "dialogs/{dialogId}") => &["serviceowner.dialog.update"],
        ("PATCH", "dialogs/{dialogId}") => {
            &["serviceowner.dialog.get", "serviceowner.dialog.update"]
        }
        ("DELETE", "dialogs/{dialogId}") => &["serviceowner.dialog.delete"],
        ("POST", "dialogs/{dialogId}/actions/purge") => &["serviceowner.dialog.purge"],
        ("POST", "dialogs/{dialogId}/actions/restore") => &["serviceowner.dialog.restore"],
        ("POST", "dialogs/{dialogId}/actions/freeze") => &["serviceowner.dialog.freeze"],
        ("GET", "dialogs/{dialogId}/actions/should-send-notification") => {
            &["serviceowner.notification-condition.get"]
        }
        ("GET", "dialogs/endusercontext") => &["serviceowner.end-user-context.search"],
        ("PUT", "dialogs/{dialogId}/endusercontext/systemlabels") => {
            &["serviceowner.system-label.set"]
        }
        ("POST", "dialogs/endusercontext/systemlabels/actions/bulkset") => {
            &["serviceowner.system-label.bulk-set"]
        }
        ("GET", "dialogs/{dialogId}/context/labels") => &["serviceowner.label.list"],
        ("POST", "dialogs/{dialogId}/context/labels") => &["serviceowner.label.create"],
        ("DELETE", "dialogs/{dialogId}/context/labels/{label}") => &["serviceowner.label.delete"],
        ("GET", "dialogs/{dialogId}/activities") => &["serviceowner.activity.list"],
        ("POST", "dialogs/{dialogId}/activities") => &["serviceowner.activity.create"],
        ("GET", "dialogs/{dialogId}/activities/{activityId}") => &["serviceowner.activity.get"],
        (
            "POST",
            "dialogs/{dialogId}/activities/{activityId}/actions/updateformsavedactivitytime",
        ) => &["serviceowner.activity.move"],
        ("GET", "dialogs/{dialogId}/transmissions") => &["serviceowner.transmission.list"],
        ("POST", "dialogs/{dialogId}/transmissions") => &["serviceowner.transmission.create"],
        ("GET", "dialogs/{dialogId}/transmissions/{transmissionId}") => {
            &["serviceowner.transmission.get"]
        }
        ("PUT", "dialogs/{dialogId}/transmissions/{transmissionId}") => {
            &["serviceowner.transmission.update"]
        }
        ("GET", "dialogs/{dialogId}/seenlog") => &["serviceowner.seen-log.list"],
        ("GET", "dialogs/{dialogId}/seenlog/{seenLogId}") => &["serviceowner.seen-log.get"],
        ("GET", "dialoglookup") => &["serviceowner.dialog.look-up"],
        _ => &[],
    }
}

fn of_end_users(method: &str, below: &str) -> &'static [&'static str] {
    match (method, below) {
        ("GET", "dialogs") => &["enduser.dialog.search"],
        ("GET", "dialogs/{dialogId}") => &["enduser.dialog.get"],
        ("GET", "dialogs/{dialogId}/context/labellog") => &["enduser.label-log.list"],
        ("PUT", "dialogs/{dialogId}/context/systemlabels") => &["enduser.system-label.set"],
        ("POST", "dialogs/context/systemlabels/actions/bulkset") => {
            &["enduser.system-label.bulk-set"]
        }
        ("GET", "dialogs/{dialogId}/activities") => &["enduser.activity.list"],
        ("GET", "dialogs/{dialogId}/activities/{activityId}") => &["enduser.activity.get"],
        ("GET", "dialogs/{dialogId}/transmissions") => &["enduser.transmission.list"],
        ("GET", "dialogs/{dialogId}/transmissions/{transmissionId}") => {
            &["enduser.transmission.get"]
        }
        ("GET", "dialogs/{dialogId}/seenlog") => &["enduser.seen-log.list"],
        ("GET", "dialogs/{dialogId}/seenlog/{seenLogId}") => &["enduser.seen-log.get"],
        ("GET", "dialoglookup") => &["enduser.dialog.look-up"],
        ("GET", "parties") => &["enduser.party.list"],
        ("GET", "serviceresources") => &["enduser.service-resource.search"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_operation_is_counted_under_some_name() {
        let document = include_str!("../../openapi/v1.json");
        let document: serde_json::Value = serde_json::from_str(document).unwrap();
        let mut seen = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                let names = operations(&method.to_uppercase(), path);
                assert!(!names.is_empty(), "{method} {path}");
                seen += 1;
            }
        }
        assert!(seen > 40);
        assert_eq!(operations("GET", "/health/liveness").len(), 0);
        assert_eq!(
            operations("PATCH", "/api/v1/serviceowner/dialogs/{dialogId}").len(),
            2
        );
    }
}
