//! Which dialogs and resources a service owner may touch.

use crate::{
    app::App,
    auth::{Identity, scope},
    http::problem::Problem,
};

/// Whether the caller may act for every service owner.
pub fn is_admin(caller: &Identity) -> bool {
    caller.has_scope(scope::ADMIN)
}

/// Whether the registry says now that the dialog's resource is the caller's. Admins own everything.
pub async fn owns_resource(app: &App, caller: &Identity, resource: &str) -> Result<bool, Problem> {
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

/// Whether `org`, the short name of a dialog's owner, is the caller's: the one in the token, else the one that the
/// registry knows it by. Admins own everything.
pub async fn is_org(app: &App, caller: &Identity, org: &str) -> Result<bool, Problem> {
    if is_admin(caller) {
        return Ok(true);
    }
    if let Some(own) = &caller.org {
        return Ok(own == org);
    }
    let Some(organization) = &caller.consumer else {
        return Ok(false);
    };
    let registry = app.authority().registry().await?;
    Ok(registry.org_of(organization) == Some(org))
}
