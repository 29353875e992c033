//! Parts in the hands of the service owner.

use uuid::Uuid;

use crate::{
    api::ownership,
    app::App,
    auth::Identity,
    http::problem::{Noun, Problem},
    store::parts::Parts,
};

/// The parts, for a caller that owns the dialog's resource now, while the dialog is not deleted. Hidden and expired
/// dialogs are no secret to their owner.
pub async fn of_owner<T>(
    app: &App,
    caller: &Identity,
    dialog: Uuid,
    parts: Option<Parts<T>>,
) -> Result<Vec<T>, Problem> {
    let parts = parts.ok_or_else(|| Problem::no_dialog(dialog))?;
    if !ownership::owns_resource(app, caller, &parts.service_resource).await? {
        return Err(Problem::no_dialog(dialog));
    }
    if parts.deleted_at.is_some() {
        return Err(Problem::Gone(Noun::Dialog, dialog.to_string()));
    }
    Ok(parts.items)
}
