//! What an end user may do with one dialog, asked once per request.

use uuid::Uuid;

use crate::{
    app::App,
    auth::Identity,
    authority::{Permitted, Question, Subject, Unavailable},
    dialog::{Dialog, Header, timestamp::Timestamp},
    http::problem::Problem,
    telemetry::usage,
};

/// Who asks, in the eyes of the authority. Every caller that a route lets in is somebody.
pub fn subject(caller: &Identity) -> Result<Subject, Problem> {
    Subject::of(caller).ok_or_else(|| Problem::forbidden("Forbidden"))
}

/// Decides the whole dialog and marks its parts. What is permitted may be nothing.
pub async fn decide(
    app: &App,
    subject: &Subject,
    dialog: &mut Dialog,
) -> Result<Permitted, Problem> {
    usage::note_resource(&dialog.service_resource);
    let permitted = app
        .authority()
        .decide(subject, &Question::of_dialog(dialog))
        .await?;
    mark(dialog, &permitted);
    Ok(permitted)
}

/// Writes on every action, reference and transmission whether the caller may use it.
fn mark(dialog: &mut Dialog, permitted: &Permitted) {
    for action in &mut dialog.gui_actions {
        let attribute = action.authorization_attribute.as_deref();
        action.is_authorized = Some(permitted.permits_action(&action.action, attribute));
    }
    for action in &mut dialog.api_actions {
        let attribute = action.authorization_attribute.as_deref();
        action.is_authorized = Some(permitted.permits_action(&action.action, attribute));
    }
    for transmission in &mut dialog.transmissions {
        let attribute = transmission.body.authorization_attribute.as_deref();
        transmission.is_authorized = Some(permitted.permits_transmission(attribute));
    }
    if let Some(reference) = dialog
        .content
        .as_mut()
        .and_then(|content| content.main_content_reference.as_mut())
    {
        reference.is_authorized = Some(permitted.permits_main_content());
    }
}

/// Refuses a caller who would not find the dialog by a search.
pub async fn check_found(app: &App, subject: &Subject, head: &Header) -> Result<(), Problem> {
    usage::note_resource(&head.service_resource);
    if app.authority().finds(subject, head.into()).await? {
        return Ok(());
    }
    Err(not_found_by_search(head.id))
}

/// Tells somebody who may not find a dialog that they may not change its labels.
pub fn not_found_by_search(id: Uuid) -> Problem {
    Problem::forbidden(format!("No access to the dialog {id}."))
}

/// Refuses a caller whose authentication level is below what the resource asks for.
pub async fn check_level(app: &App, caller: &Identity, resource: &str) -> Result<(), Problem> {
    usage::note_resource(resource);
    let levels = app.authority().levels().await?;
    if caller.level < levels.minimum(resource) {
        return Err(Problem::level_too_low());
    }
    Ok(())
}

/// Hides a dialog before its time and after it.
pub fn check_period(
    id: Uuid,
    visible_from: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Problem> {
    if let Some(from) = visible_from
        && from > now
    {
        return Err(Problem::NotYetVisible(id, from));
    }
    if let Some(since) = expires_at
        && since < now
    {
        return Err(Problem::Expired(id, since));
    }
    Ok(())
}

impl From<Unavailable> for Problem {
    fn from(unavailable: Unavailable) -> Self {
        match unavailable {
            Unavailable::UnknownUser => Self::forbidden(unavailable.to_string()),
            Unavailable::Database {
                is_overloaded: true,
                ..
            } => Self::Overloaded,
            Unavailable::Database { reason, .. } => Self::Internal(anyhow::anyhow!(reason)),
            Unavailable::NoParties | Unavailable::NoAnswer { .. } => {
                Self::Upstream(unavailable.to_string())
            }
        }
    }
}
