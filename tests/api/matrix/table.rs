//! What each route answers to whom.

use axum::http::Method;
use serde_json::{Value, json};

use super::sample::Sample;
use crate::support::{activity, an_update, content, transmission, with};

/// A route, a request that it takes, and what comes back.
pub struct Row {
    pub method: Method,
    /// As the router writes it.
    pub path: &'static str,
    /// With the question mark.
    pub query: &'static str,
    /// Null: none.
    pub body: fn(&Sample) -> Value,
    pub serves: Serves,
}

/// Who may use a route, and the status that each of them gets for a dialog that the first of them owns or may read.
#[derive(Clone, Copy)]
pub enum Serves {
    /// Service owners with this scope besides the usual one: the owner, another owner, an admin of another owner.
    Owners(&'static str, [u16; 3]),
    /// A person with rights, a person without, a system of the company, somebody known by e-mail address.
    EndUsers([u16; 4]),
    /// Everybody, whatever the token.
    Anybody(u16),
}

use Serves::{Anybody, EndUsers, Owners};

const SEARCH: &str = "digdir:dialogporten.serviceprovider.search";
const CORRECT: &str = "digdir:dialogporten.serviceprovider.changetransmissions";
const ADMIN: &str = "digdir:dialogporten.serviceprovider.admin";
const NOTIFY: &str = "altinn:system/notifications.condition.check";

/// What belongs to others is not there.
const OWN: [u16; 3] = [200, 404, 200];
const MADE: [u16; 3] = [201, 404, 201];
const DONE: [u16; 3] = [204, 404, 204];
/// Lists and lookups about oneself are for everybody; they hold what is one's own.
const EACH: [u16; 4] = [200; 4];
/// Whoever may not read a dialog finds no parts of it.
const PARTS: [u16; 4] = [200, 404, 200, 404];
/// That there is such a dialog is no secret to whoever knows its id.
const WHOLE: [u16; 4] = [200, 403, 200, 403];

const fn row(
    method: Method,
    path: &'static str,
    query: &'static str,
    body: fn(&Sample) -> Value,
    serves: Serves,
) -> Row {
    Row {
        method,
        path,
        query,
        body,
        serves,
    }
}

fn nothing(_: &Sample) -> Value {
    Value::Null
}

fn a_dialog(sample: &Sample) -> Value {
    json!({"serviceResource": sample.resource, "party": sample.party, "content": {"title": content("Tittel")}})
}

fn update(_: &Sample) -> Value {
    with(an_update(), json!({"progress": 7}))
}

fn operations(_: &Sample) -> Value {
    json!([{"op": "replace", "path": "/progress", "value": 9}])
}

fn an_activity(_: &Sample) -> Value {
    activity("FormSaved")
}

fn moment(sample: &Sample) -> Value {
    json!(sample.moment)
}

fn a_transmission(_: &Sample) -> Value {
    transmission("Alert")
}

fn correction(_: &Sample) -> Value {
    with(
        transmission("Alert"),
        json!({"isSilentUpdate": true, "externalReference": "x"}),
    )
}

fn a_label(_: &Sample) -> Value {
    json!({"value": "another-label"})
}

fn bin(_: &Sample) -> Value {
    json!({"addLabels": ["Bin"]})
}

fn all_to_bin(sample: &Sample) -> Value {
    json!({"dialogs": [{"dialogId": sample.dialog}], "addLabels": ["Bin"]})
}

/// Every route of a server on a network.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(Method::POST, "/api/v1/serviceowner/dialogs", "", a_dialog, Owners("", [201, 403, 201])),
    row(Method::GET, "/api/v1/serviceowner/dialogs", "?party={party}", nothing, Owners(SEARCH, [200; 3])),
    row(Method::GET, "/api/v1/serviceowner/dialogs/endusercontext", "?party={party}", nothing, Owners(SEARCH, [200; 3])),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}", "", nothing, Owners("", OWN)),
    row(Method::PUT, "/api/v1/serviceowner/dialogs/{dialogId}", "", update, Owners("", DONE)),
    row(Method::PATCH, "/api/v1/serviceowner/dialogs/{dialogId}", "", operations, Owners("", DONE)),
    row(Method::DELETE, "/api/v1/serviceowner/dialogs/{dialogId}", "", nothing, Owners("", DONE)),
    row(Method::POST, "/api/v1/serviceowner/dialogs/{dialogId}/actions/purge", "", nothing, Owners("", DONE)),
    row(Method::POST, "/api/v1/serviceowner/dialogs/{dialogId}/actions/restore", "", nothing, Owners("", DONE)),
    // The scope is looked at by the operation: admins only, whoever owns it.
    row(Method::POST, "/api/v1/serviceowner/dialogs/{dialogId}/actions/freeze", "", nothing, Owners("", [403, 403, 204])),
    // Any organization that sends notifications may ask, and learns no more than yes or no.
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/actions/should-send-notification",
        "?conditionType=Exists&activityType=FormSaved", nothing, Owners(NOTIFY, [200; 3])),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/context/labels", "", nothing, Owners("", OWN)),
    row(Method::POST, "/api/v1/serviceowner/dialogs/{dialogId}/context/labels", "", a_label, Owners("", DONE)),
    row(Method::DELETE, "/api/v1/serviceowner/dialogs/{dialogId}/context/labels/{label}", "", nothing, Owners("", DONE)),
    row(Method::PUT, "/api/v1/serviceowner/dialogs/{dialogId}/endusercontext/systemlabels", "?enduserid={person}", bin,
        Owners("", DONE)),
    row(Method::POST, "/api/v1/serviceowner/dialogs/endusercontext/systemlabels/actions/bulkset", "?enduserid={person}",
        all_to_bin, Owners("", DONE)),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/activities", "", nothing, Owners("", OWN)),
    row(Method::POST, "/api/v1/serviceowner/dialogs/{dialogId}/activities", "", an_activity, Owners("", MADE)),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}", "", nothing, Owners("", OWN)),
    // With the scope that it asks for everybody is an admin.
    row(Method::POST,
        "/api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}/actions/updateformsavedactivitytime", "", moment,
        Owners(ADMIN, [204; 3])),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/transmissions", "", nothing, Owners("", OWN)),
    row(Method::POST, "/api/v1/serviceowner/dialogs/{dialogId}/transmissions", "", a_transmission, Owners("", MADE)),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}", "", nothing, Owners("", OWN)),
    row(Method::PUT, "/api/v1/serviceowner/dialogs/{dialogId}/transmissions/{transmissionId}", "", correction,
        Owners(CORRECT, DONE)),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/seenlog", "", nothing, Owners("", OWN)),
    row(Method::GET, "/api/v1/serviceowner/dialogs/{dialogId}/seenlog/{seenLogId}", "", nothing, Owners("", OWN)),
    row(Method::GET, "/api/v1/serviceowner/dialoglookup", "?instanceRef=urn:altinn:dialog-id:{dialogId}", nothing,
        Owners("", [200, 403, 200])),

    row(Method::GET, "/api/v1/enduser/dialogs", "?party={party}", nothing, EndUsers(EACH)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}", "", nothing, EndUsers(WHOLE)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/context/labellog", "", nothing, EndUsers(PARTS)),
    row(Method::PUT, "/api/v1/enduser/dialogs/{dialogId}/context/systemlabels", "", bin, EndUsers([204, 403, 204, 403])),
    row(Method::POST, "/api/v1/enduser/dialogs/context/systemlabels/actions/bulkset", "", all_to_bin,
        EndUsers([204, 404, 204, 404])),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/activities", "", nothing, EndUsers(PARTS)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/activities/{activityId}", "", nothing, EndUsers(PARTS)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/transmissions", "", nothing, EndUsers(PARTS)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/transmissions/{transmissionId}", "", nothing, EndUsers(PARTS)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/seenlog", "", nothing, EndUsers(PARTS)),
    row(Method::GET, "/api/v1/enduser/dialogs/{dialogId}/seenlog/{seenLogId}", "", nothing, EndUsers(PARTS)),
    row(Method::GET, "/api/v1/enduser/dialoglookup", "?instanceRef=urn:altinn:dialog-id:{dialogId}", nothing,
        EndUsers(WHOLE)),
    row(Method::GET, "/api/v1/enduser/parties", "", nothing, EndUsers(EACH)),
    row(Method::GET, "/api/v1/enduser/serviceresources", "", nothing, EndUsers(EACH)),

    row(Method::GET, "/api/v1/metadata/limits", "", nothing, Anybody(200)),
    row(Method::GET, "/api/v1/metadata/serviceresources", "", nothing, Anybody(200)),
    row(Method::GET, "/api/v1/.well-known/jwks.json", "", nothing, Anybody(200)),
    row(Method::GET, "/api/v1/.well-known/oauth-authorization-server", "", nothing, Anybody(200)),
    row(Method::GET, "/health", "", nothing, Anybody(200)),
    row(Method::GET, "/health/liveness", "", nothing, Anybody(200)),
    // These servers have not been warmed up.
    row(Method::GET, "/health/readiness", "", nothing, Anybody(503)),
    row(Method::GET, "/health/startup", "", nothing, Anybody(200)),
    row(Method::GET, "/health/deep", "", nothing, Anybody(200)),
    row(Method::GET, "/scalar", "", nothing, Anybody(200)),
    row(Method::GET, "/scalar/v1", "", nothing, Anybody(200)),
    row(Method::GET, "/scalar/v1.enduser", "", nothing, Anybody(200)),
    row(Method::GET, "/scalar/v1.serviceowner", "", nothing, Anybody(200)),
    // No such file.
    row(Method::GET, "/scalar/files/{digest}/{name}", "", nothing, Anybody(404)),
    row(Method::GET, "/swagger", "", nothing, Anybody(302)),
    row(Method::GET, "/swagger/v1/swagger.json", "", nothing, Anybody(200)),
    row(Method::GET, "/swagger/v1.enduser/swagger.json", "", nothing, Anybody(200)),
    row(Method::GET, "/swagger/v1.serviceowner/swagger.json", "", nothing, Anybody(200)),
];

/// What a server in local mode has besides. It tells nobody on a network, as tests of their own show.
#[rustfmt::skip]
pub const HERE: &[Row] = &[
    row(Method::GET, "/metrics", "", nothing, Anybody(200)),
    row(Method::GET, "/", "", nothing, Anybody(200)),
    row(Method::GET, "/inbox", "", nothing, Anybody(200)),
    row(Method::GET, "/start/files/{digest}/{name}", "", nothing, Anybody(404)),
    row(Method::GET, "/start/identities", "", nothing, Anybody(200)),
    row(Method::POST, "/start/tokens", "", nothing, Anybody(415)),
];
