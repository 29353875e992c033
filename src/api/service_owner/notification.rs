//! GET serviceowner/dialogs/{dialogId}/actions/should-send-notification: whether a planned notification is still
//! wanted, judged by what has happened in the dialog.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    api::wire,
    app::App,
    auth::scope,
    dialog::{Violations, activity::DialogActivityType, named::Named, reading::Choice},
    http::{
        extract::{NotificationSender, PathIds},
        problem::Problem,
        query::Query,
    },
    named_enum,
};

named_enum! {
    /// When a notification is to be sent.
    pub enum NotificationConditionType {
        /// As long as there is no such activity.
        NotExists = 1,
        /// As soon as there is such an activity.
        Exists = 2,
    }
}

/// What the question is about, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "a description")]
struct Parameters {
    /// When the notification is to be sent.
    condition_type: NotificationConditionType,
    /// The type of the activity.
    activity_type: DialogActivityType,
    /// The transmission that was opened: for activities of the type `TransmissionOpened`, and only for these.
    transmission_id: Option<Uuid>,
}

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationCondition {
    /// Whether to send it.
    pub send_notification: bool,
}

/// Tells of any dialog, deleted or not, whether an activity is there.
#[utoipa::path(
    get,
    path = "/api/v1/serviceowner/dialogs/{dialogId}/actions/should-send-notification",
    operation_id = "CheckNotificationCondition",
    params(Parameters),
    responses((status = 200, body = NotificationCondition), (status = 404)),
    security(("maskinporten" = [scope::NOTIFICATION_CONDITION])),
)]
pub async fn check(
    State(app): State<App>,
    _: NotificationSender,
    ids: PathIds,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut v = Violations::default();
    let query = Query::parse(uri.query());
    let dialog = ids.read("dialogId", &mut v);
    let condition = query.choice("conditionType", &mut v);
    let activity = query.choice("activityType", &mut v);
    let transmission = query.id("transmissionId", &mut v);
    v.into_result(())?;

    let mut v = Violations::default();
    if dialog.is_nil() {
        v.add("dialogId", "must not be the zero UUID.");
    }
    let condition: Option<NotificationConditionType> = known("conditionType", condition, &mut v);
    let activity: Option<DialogActivityType> = known("activityType", activity, &mut v);
    check_transmission(activity, transmission, &mut v);
    let (Some(condition), Some(activity)) = (condition, activity) else {
        return Err(Problem::Invalid(v));
    };
    v.into_result(())?;

    let exists = app
        .store()
        .has_happened(dialog, activity, transmission)
        .await?
        .ok_or_else(|| Problem::no_dialog(dialog))?;
    let send_notification = match condition {
        NotificationConditionType::Exists => exists,
        NotificationConditionType::NotExists => !exists,
    };
    let body = NotificationCondition { send_notification };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}

fn known<T: Named>(key: &str, choice: Option<Choice<T>>, v: &mut Violations) -> Option<T> {
    match choice {
        Some(Choice::Known(value)) => return Some(value),
        Some(Choice::Unknown(number)) => v.add(key, format!("{number} is no such value.")),
        None => v.add(key, "must be given."),
    }
    None
}

fn check_transmission(
    activity: Option<DialogActivityType>,
    transmission: Option<Uuid>,
    v: &mut Violations,
) {
    let key = "transmissionId";
    match (activity, transmission) {
        (Some(DialogActivityType::TransmissionOpened), None) => {
            v.add(
                key,
                "must be given with activities of the type TransmissionOpened.",
            );
        }
        (Some(DialogActivityType::TransmissionOpened), Some(id)) if id.is_nil() => {
            v.add(key, "must not be the zero UUID.");
        }
        (Some(DialogActivityType::TransmissionOpened), Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            v.add(
                key,
                "must be left out unless the type is TransmissionOpened.",
            );
        }
    }
}
