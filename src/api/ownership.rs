//! Which dialogs and resources a service owner may touch.

use crate::{
    app::App,
    auth::{Identity, scope},
    dialog::Dialog,
    http::problem::Problem,
};

/// Whether the caller may act for every service owner.
pub fn is_admin(caller: &Identity) -> bool {
    caller.has_scope(scope::ADMIN)
}

/// Whether the registry says now that the dialog's resource is the caller's. Admins own everything.
pub async fn owns_resource(app: &App, caller: &Identity, dialog: &Dialog) -> Result<bool, Problem> {
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
        .owns(organization, &dialog.service_resource))
}
