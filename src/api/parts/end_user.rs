//! Parts in the eyes of an end user.

use uuid::Uuid;

use crate::{
    api::access,
    app::App,
    auth::Identity,
    authority::{Permitted, Question, Subject},
    dialog::timestamp::Timestamp,
    http::problem::{Noun, Problem},
    store::parts::Parts,
    telemetry::usage,
};

/// Somebody who reads parts of a dialog. Access to the dialog's parts needs a permitted `read`: who would only find the
/// dialog in a list, or may do other things with it, is told that there is none.
pub struct Reader<'a> {
    app: &'a App,
    caller: &'a Identity,
    subject: Subject,
    now: Timestamp,
}

impl<'a> Reader<'a> {
    /// The caller, at the moment of the request.
    pub fn new(app: &'a App, caller: &'a Identity, now: Timestamp) -> Result<Self, Problem> {
        Ok(Self {
            app,
            caller,
            subject: access::subject(caller)?,
            now,
        })
    }

    /// The caller as the authority knows it.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Refuses a caller who may not read, and everybody once the dialog is deleted. `attribute` is what is asked for a
    /// part beside the dialog's own resource.
    pub async fn decide<T>(
        &self,
        dialog: Uuid,
        parts: Option<Parts<T>>,
        attribute: impl Fn(&T) -> Option<&str>,
    ) -> Result<(Parts<T>, Permitted), Problem> {
        let parts = parts.ok_or_else(|| Problem::no_dialog(dialog))?;
        usage::note_resource(&parts.service_resource);
        let attributes = parts.items.iter().filter_map(attribute);
        let question = Question::of_transmissions((&parts).into(), attributes);
        let permitted = self
            .app
            .authority()
            .decide(&self.subject, &question)
            .await?;
        if !permitted.has_main() {
            return Err(Problem::no_dialog(dialog));
        }
        if parts.deleted_at.is_some() {
            return Err(Problem::Gone(Noun::Dialog, dialog.to_string()));
        }
        Ok((parts, permitted))
    }

    /// Refuses a caller who signed in at too low a level, and everybody before the dialog's time and after it.
    pub async fn check<T>(&self, parts: &Parts<T>) -> Result<(), Problem> {
        access::check_level(self.app, self.caller, &parts.service_resource).await?;
        access::check_period(parts.dialog, parts.visible_from, parts.expires_at, self.now)
    }
}
