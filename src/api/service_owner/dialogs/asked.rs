//! What every change of a dialog reads beside its body, and the dialog that it is about.

use axum::http::{HeaderMap, Uri, header};
use uuid::Uuid;

use crate::{
    api::{ownership, refusals, revision},
    app::App,
    auth::{Identity, scope},
    dialog::{
        Dialog, Violations,
        change::{Surroundings, Wanted},
    },
    http::{
        extract::{PathIds, if_match},
        problem::{Noun, Problem},
        query::Query,
    },
};

/// Path, query and headers of a change.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The dialog.
    pub id: Uuid,
    /// The revision that the caller expects.
    pub revision: Option<Uuid>,
    /// Whether the change shall be told to nobody.
    pub silent: bool,
}

impl Asked {
    /// Reads everything, and tells everything that is wrong at once.
    pub fn read(ids: &PathIds, uri: &Uri, headers: &HeaderMap) -> Result<Self, Problem> {
        let mut violations = Violations::default();
        let silent = Query::parse(uri.query()).boolean("isSilentUpdate", &mut violations);
        Self::with(ids, headers, silent.unwrap_or(false), violations)
    }

    /// The same for changes that are never silent, whatever the query says.
    pub fn read_loud(ids: &PathIds, headers: &HeaderMap) -> Result<Self, Problem> {
        Self::with(ids, headers, false, Violations::default())
    }

    /// The same for patches, for which an empty `If-Match` is none.
    pub fn read_patch(ids: &PathIds, uri: &Uri, headers: &mut HeaderMap) -> Result<Self, Problem> {
        if headers
            .get(header::IF_MATCH)
            .is_some_and(|value| value.as_bytes().trim_ascii().is_empty())
        {
            headers.remove(header::IF_MATCH);
        }
        Self::read(ids, uri, headers).map_err(|problem| match problem {
            Problem::Invalid(violations) => Problem::UnreadablePatch(violations),
            problem => problem,
        })
    }

    fn with(
        ids: &PathIds,
        headers: &HeaderMap,
        silent: bool,
        mut violations: Violations,
    ) -> Result<Self, Problem> {
        let id = ids.read("dialogId", &mut violations);
        let revision = if_match(headers, &mut violations);
        violations
            .into_result(Self {
                id,
                revision,
                silent,
            })
            .map_err(Into::into)
    }

    /// The dialog, if the caller may know of it.
    pub async fn load(
        &self,
        app: &App,
        caller: &Identity,
        wanted: &Wanted,
    ) -> Result<(Dialog, Surroundings), Problem> {
        let found = app.store().dialog_to_change(self.id, wanted).await?;
        let (dialog, surroundings) = found.ok_or_else(|| Problem::no_dialog(self.id))?;
        if !ownership::owns_resource(app, caller, &dialog.service_resource).await? {
            return Err(Problem::no_dialog(self.id));
        }
        Ok((dialog, surroundings))
    }

    /// Refuses unless the dialog is of the revision that the caller expects.
    pub fn check_revision(&self, dialog: &Dialog) -> Result<(), Problem> {
        revision::check(self.revision, dialog.revision)
    }

    /// Somebody else was faster.
    pub fn lost_race(&self) -> Problem {
        revision::lost_race(self.revision)
    }
}

/// Refuses changes of a deleted dialog.
pub fn check_not_deleted(dialog: &Dialog) -> Result<(), Problem> {
    match dialog.deleted_at {
        Some(_) => Err(Problem::Gone(Noun::Dialog, dialog.id.to_string())),
        None => Ok(()),
    }
}

/// Refuses changes of a frozen dialog by anybody but admins.
pub fn check_not_frozen(caller: &Identity, dialog: &Dialog) -> Result<(), Problem> {
    if dialog.is_frozen && !ownership::is_admin(caller) {
        return Err(refusals::frozen());
    }
    Ok(())
}

/// Refuses changes of correspondences by callers without their scope.
pub fn check_resource_type(caller: &Identity, dialog: &Dialog) -> Result<(), Problem> {
    if dialog.is_correspondence() && !caller.has_scope(scope::CORRESPONDENCE) {
        return Err(refusals::lacks_scope_for_resource(
            &dialog.service_resource_type,
        ));
    }
    Ok(())
}
