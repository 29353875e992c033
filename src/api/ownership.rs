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

/// Whether the registry says now that the resource of a dialog is the caller's. Admins own everything.
pub async fn owns_resource(
    app: &App,
    caller: &Identity,
    service_resource: &str,
) -> Result<bool, Problem> {
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
        .owns(organization, service_resource))
}

/// Whether the caller is the service owner that the dialog carries, by short name and letter case. Admins own everything.
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
    Ok(app.authority().registry().await?.org_of(organization) == Some(org))
}
