//! The service owner's own labels of a dialog, which nobody else sees.

pub mod create;
pub mod delete;
pub mod list;

use uuid::Uuid;

use crate::{api::ownership, app::App, auth::Identity, dialog::Header, http::problem::Problem};

/// The head of a dialog whose labels are the caller's to see and change: not a deleted one.
async fn owned(app: &App, caller: &Identity, id: Uuid) -> Result<Header, Problem> {
    let head = app.store().header(id).await?;
    let head = head
        .filter(|head| !head.is_deleted())
        .ok_or_else(|| Problem::no_dialog(id))?;
    if !ownership::owns_resource(app, caller, &head.service_resource).await? {
        return Err(Problem::no_dialog(id));
    }
    Ok(head)
}
