//! POST serviceowner/dialogs/{dialogId}/activities/{activityId}/actions/updateFormSavedActivityTime: administrators move
//! the time at which a form was saved, as migrating from elsewhere needs it.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};

use crate::{
    api::{
        parts::write::{self, Envelope},
        revision, wire,
    },
    app::App,
    dialog::{
        Violations,
        activity::{Activity, DialogActivityType},
        limits,
        timestamp::Timestamp,
    },
    http::{
        body,
        extract::{Administrator, PathIds},
        problem::{Noun, Problem},
    },
    json,
    store::parts::{MovedActivity, NotAdded},
};

/// Moves the activity; nobody is told. Identifiers that are none are paths that lead nowhere, whoever calls.
pub async fn move_time(
    State(app): State<App>,
    ids: PathIds,
    caller: Result<Administrator, Problem>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut malformed = Violations::default();
    let dialog = ids.read("dialogId", &mut malformed);
    let id = ids.read("activityId", &mut malformed);
    if !malformed.is_empty() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    caller?;
    let bytes = body::read(&headers, body).await?;
    let moment: Timestamp = json::read(&bytes)?;
    let envelope = Envelope::read(&ids, None, &headers, &uri, None)?;
    let now = app.now();
    if moment > now + chrono::Duration::seconds(limits::CLOCK_SKEW_SECONDS) {
        return Err(Problem::invalid(
            "newCreatedAt",
            "The time must not lie in the future.",
        ));
    }

    for _ in 0..write::ATTEMPTS {
        let mut found = app
            .store()
            .activity_to_move(dialog, id)
            .await?
            .ok_or_else(|| Problem::NotFound(Noun::Activity, id.to_string()))?;
        check_kind(&found.activity)?;
        revision::check(envelope.if_match, found.revision)?;
        found.activity.created_at = moment;
        let moved = MovedActivity {
            dialog,
            activity: &found.activity,
            newest_other: found.newest_other.as_ref(),
            expected: found.revision,
            revision: crate::dialog::id::random(),
            start: found.visible_from.filter(|from| *from > now),
        };
        match app.store().move_activity(&moved).await {
            Ok(()) => return wire::no_content(Some(moved.revision)),
            Err(NotAdded::Outdated) => {}
            Err(refused) => {
                return Err(write::refusal(refused, None).unwrap_or(Problem::Stale));
            }
        }
    }
    Err(revision::lost_race(envelope.if_match))
}

fn check_kind(activity: &Activity) -> Result<(), Problem> {
    if activity.kind == DialogActivityType::FormSaved {
        return Ok(());
    }
    Err(Problem::unprocessable(
        "Type",
        "Only activities of the type FormSaved can be moved.",
    ))
}
