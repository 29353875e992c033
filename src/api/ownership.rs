//! Which dialogs and resources a service owner may touch, and which rules its scopes lift.

use crate::{
    app::App,
    auth::{Identity, scope},
    dialog::{draft::Rules, timestamp::Timestamp},
    http::problem::Problem,
    telemetry::usage,
};

/// Whether the caller may act for every service owner.
pub fn is_admin(caller: &Identity) -> bool {
    caller.has_scope(scope::ADMIN)
}

/// What the rules of a request depend on.
pub fn rules(caller: &Identity, silent: bool, now: Timestamp) -> Rules {
    Rules {
        now,
        admin: is_admin(caller),
        silent,
        correspondence_scope: caller.has_scope(scope::CORRESPONDENCE),
        legacy_html_scope: caller.has_scope(scope::LEGACY_HTML),
    }
}

/// Whether the registry says now that the dialog's resource is the caller's. Admins own everything.
pub async fn owns_resource(app: &App, caller: &Identity, resource: &str) -> Result<bool, Problem> {
    usage::note_resource(resource);
    if is_admin(caller) {
        return Ok(true);
    }
    let Some(organization) = &caller.consumer else {
        return Ok(false);
    };
    Ok(app
        .authority()
        .registry()
        .await?
        .owns(organization, resource))
}

/// Whether `org`, the short name of a dialog's owner, is the caller's. Admins own everything.
pub async fn is_org(app: &App, caller: &Identity, org: &str) -> Result<bool, Problem> {
    Ok(is_admin(caller) || org_of(app, caller).await?.as_deref() == Some(org))
}

/// The caller's short name: the one in the token, else the one that the registry knows it by. Without one it owns
/// nothing.
pub async fn org_of(app: &App, caller: &Identity) -> Result<Option<String>, Problem> {
    if caller.org.is_some() {
        return Ok(caller.org.clone());
    }
    let Some(organization) = &caller.consumer else {
        return Ok(None);
    };
    let registry = app.authority().registry().await?;
    Ok(registry.org_of(organization).map(ToOwned::to_owned))
}
