//! Refusals that operations share, in the same words wherever they are told.

use uuid::Uuid;

use crate::{auth::scope, http::problem::Problem};

/// The dialog is frozen, and the caller is no administrator.
pub fn frozen() -> Problem {
    Problem::forbidden("The dialog is frozen: only administrators may change it.")
}

/// The dialog, or a part of it, names resources of other owners.
pub fn not_owned(resources: &[String]) -> Problem {
    Problem::forbidden(format!(
        "These resources are not owned by the calling organization: {}.",
        resources.join(", ")
    ))
}

/// The caller lacks the scope for dialogs of resources of this type.
pub fn lacks_scope_for_resource(kind: &str) -> Problem {
    Problem::forbidden(format!(
        "Dialogs of the resource type {kind} need the scope {}.",
        scope::CORRESPONDENCE
    ))
}

/// The caller lacks the scope for activities that tell of correspondence.
pub fn lacks_scope_for_activity() -> Problem {
    Problem::forbidden(format!(
        "Activities of the types CorrespondenceOpened and CorrespondenceConfirmed need the scope {}.",
        scope::CORRESPONDENCE
    ))
}

/// A part of this kind has the identifier; which one, the database does not always tell.
pub fn id_taken(kind: &str, id: Option<Uuid>) -> Problem {
    Problem::unprocessable(
        kind,
        id.map_or_else(
            || "Key ('Id') already exists.".to_owned(),
            |id| format!("Key ('Id')=({id}) already exists."),
        ),
    )
}
