//! GET enduser/dialogs/{dialogId}/context/labellog: what happened to the labels of a dialog.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{access, wire},
    app::App,
    authority::Question,
    dialog::{
        Violations, actor::Actor, named::Named, timestamp::Timestamp, view::actors::ActorMask,
    },
    http::{
        extract::{EndUser, PathIds},
        problem::Problem,
    },
    store::labels::LogEntry,
};

/// A label that was set or removed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabelAssignmentLog {
    /// When.
    pub created_at: Timestamp,
    /// `systemlabel:` and the name of the label.
    pub name: String,
    /// `set` or `remove`.
    pub action: &'static str,
    /// By whom.
    pub performed_by: Actor,
}

/// Lists the log, oldest first. A deleted dialog has none.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/dialogs/{dialogId}/context/labellog",
    operation_id = "SearchDialogLabelAssignmentLogs",
    responses((status = 200, body = [LabelAssignmentLog]), (status = 404), (status = 410)),
)]
pub async fn list(
    State(app): State<App>,
    EndUser(caller): EndUser,
    ids: PathIds,
) -> Result<Response, Problem> {
    let mut violations = Violations::default();
    let id = ids.read("dialogId", &mut violations);
    violations.into_result(())?;

    let now = app.now();
    let head = app.store().header(id).await?;
    let head = head
        .filter(|head| !head.is_deleted())
        .ok_or_else(|| Problem::no_dialog(id))?;
    let subject = access::subject(&caller)?;
    let question = Question::of_main((&head).into());
    let permitted = app.authority().decide(&subject, &question).await?;
    if !permitted.has_main() {
        return Err(Problem::no_dialog(id));
    }
    access::check_level(&app, &caller, &head.service_resource).await?;
    access::check_period(id, head.visible_from, head.expires_at, now)?;

    let mask = app.actor_mask(now);
    let entries = app.store().label_log(id).await?;
    let log: Vec<_> = entries
        .into_iter()
        .map(|entry| LabelAssignmentLog::of(entry, &mask))
        .collect();
    wire::json(StatusCode::OK, HeaderMap::new(), &log)
}

impl LabelAssignmentLog {
    fn of(entry: LogEntry, mask: &ActorMask) -> Self {
        let mut performed_by = entry.actor;
        mask.actor(&mut performed_by);
        Self {
            created_at: entry.created_at,
            name: format!("systemlabel:{}", entry.change.label.name()),
            action: if entry.change.added { "set" } else { "remove" },
            performed_by,
        }
    }
}
