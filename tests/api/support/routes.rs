//! The routes that need a token.

use axum::http::Method;

use super::{FOUND, OWNED};

/// Routes of service owners that need no scope but the usual one.
const OF_OWNERS: &[(Method, &str)] = &[
    (Method::POST, "dialogs"),
    (Method::GET, "dialogs/{dialog}"),
    (Method::PUT, "dialogs/{dialog}"),
    (Method::PATCH, "dialogs/{dialog}"),
    (Method::DELETE, "dialogs/{dialog}"),
    (Method::POST, "dialogs/{dialog}/actions/purge"),
    (Method::POST, "dialogs/{dialog}/actions/restore"),
    (Method::POST, "dialogs/{dialog}/actions/freeze"),
    (Method::GET, "dialogs/{dialog}/activities"),
    (Method::POST, "dialogs/{dialog}/activities"),
    (Method::GET, "dialogs/{dialog}/activities/{part}"),
    (Method::GET, "dialogs/{dialog}/transmissions"),
    (Method::POST, "dialogs/{dialog}/transmissions"),
    (Method::GET, "dialogs/{dialog}/transmissions/{part}"),
    (Method::GET, "dialogs/{dialog}/seenlog"),
    (Method::GET, "dialogs/{dialog}/seenlog/{part}"),
    (Method::GET, "dialogs/{dialog}/context/labels"),
    (Method::POST, "dialogs/{dialog}/context/labels"),
    (Method::DELETE, "dialogs/{dialog}/context/labels/x"),
    (Method::PUT, "dialogs/{dialog}/endusercontext/systemlabels"),
    (
        Method::POST,
        "dialogs/endusercontext/systemlabels/actions/bulkset",
    ),
    (Method::GET, "dialoglookup"),
];

/// Routes of service owners that need one more scope, or another one.
const OF_OWNERS_WITH: &[(&str, Method, &str)] = &[
    (SEARCH, Method::GET, "dialogs"),
    (SEARCH, Method::GET, "dialogs/endusercontext"),
    (
        "digdir:dialogporten.serviceprovider.changetransmissions",
        Method::PUT,
        "dialogs/{dialog}/transmissions/{part}",
    ),
    (
        "digdir:dialogporten.serviceprovider.admin",
        Method::POST,
        "dialogs/{dialog}/activities/{part}/actions/updateFormSavedActivityTime",
    ),
    (
        "altinn:system/notifications.condition.check",
        Method::GET,
        "dialogs/{dialog}/actions/should-send-notification",
    ),
];

const SEARCH: &str = "digdir:dialogporten.serviceprovider.search";

/// Routes of end users.
const OF_END_USERS: &[(Method, &str)] = &[
    (Method::GET, "dialogs"),
    (Method::GET, "dialogs/{dialog}"),
    (Method::GET, "dialogs/{dialog}/activities"),
    (Method::GET, "dialogs/{dialog}/activities/{part}"),
    (Method::GET, "dialogs/{dialog}/transmissions"),
    (Method::GET, "dialogs/{dialog}/transmissions/{part}"),
    (Method::GET, "dialogs/{dialog}/seenlog"),
    (Method::GET, "dialogs/{dialog}/seenlog/{part}"),
    (Method::GET, "dialogs/{dialog}/context/labellog"),
    (Method::PUT, "dialogs/{dialog}/context/systemlabels"),
    (Method::POST, "dialogs/context/systemlabels/actions/bulkset"),
    (Method::GET, "parties"),
    (Method::GET, "serviceresources"),
    (Method::GET, "dialoglookup"),
];

/// Every route of service owners that needs the usual scope only, with these ids.
pub fn routes_of_owners(dialog: &str, part: &str) -> Vec<(Method, String)> {
    filled(OWNED, OF_OWNERS, dialog, part)
}

/// Every other route of service owners, with the scope that it needs and these ids.
pub fn routes_with_scopes(dialog: &str, part: &str) -> Vec<(&'static str, (Method, String))> {
    let route = |(scope, method, below): &(&'static str, Method, &str)| {
        let one = [(method.clone(), *below)];
        (*scope, filled(OWNED, &one, dialog, part).remove(0))
    };
    OF_OWNERS_WITH.iter().map(route).collect()
}

/// Every route of end users, with these ids.
pub fn routes_of_end_users(dialog: &str, part: &str) -> Vec<(Method, String)> {
    filled(FOUND, OF_END_USERS, dialog, part)
}

/// Every route, with ids that nobody has.
pub fn routes() -> Vec<(Method, String)> {
    let (dialog, part) = (
        dialogporten::dialog::id::random().to_string(),
        dialogporten::dialog::id::random().to_string(),
    );
    let mut all = routes_of_owners(&dialog, &part);
    let guarded = routes_with_scopes(&dialog, &part).into_iter();
    all.extend(guarded.map(|(_, route)| route));
    all.extend(routes_of_end_users(&dialog, &part));
    all
}

fn filled(
    dialogs: &str,
    routes: &[(Method, &str)],
    dialog: &str,
    part: &str,
) -> Vec<(Method, String)> {
    let root = dialogs.strip_suffix("dialogs").expect("a path of dialogs");
    let path = |below: &str| {
        let below = below.replace("{dialog}", dialog);
        format!("{root}{}", below.replace("{part}", part))
    };
    routes
        .iter()
        .map(|(method, below)| (method.clone(), path(below)))
        .collect()
}
