//! What a search takes, for the document. [`crate::http::query::search_by_owner`] reads it.

use utoipa::IntoParams;

use crate::dialog::{
    label::SystemLabel, search::owner::DeletedFilter, status::DialogStatus, timestamp::Timestamp,
};

/// All are optional. A filter with several values asks for any of them, unless it says otherwise; filters together ask
/// for what passes all of them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "a description")]
pub(super) struct SearchParameters {
    /// Resources, `urn:altinn:resource:` and a name.
    service_resource: Option<Vec<String>>,
    /// Whose dialogs, such as `urn:altinn:person:identifier-no:` and a number.
    party: Option<Vec<String>>,
    /// The person to act for, `urn:altinn:person:identifier-no:` and a number: only what that person may find is
    /// found. `party` or `serviceResource` must be given too.
    end_user_id: Option<String>,
    /// The owner's own status.
    extended_status: Option<Vec<String>>,
    /// The owner's own reference.
    external_reference: Option<String>,
    /// The state.
    status: Option<Vec<DialogStatus>>,
    /// Whether deleted dialogs are left out (when not given), included, or all that is asked for.
    deleted: Option<DeletedFilter>,
    /// Created at this moment or later.
    created_after: Option<Timestamp>,
    /// Created at this moment or earlier.
    created_before: Option<Timestamp>,
    /// Changed last at this moment or later.
    updated_after: Option<Timestamp>,
    /// Changed last at this moment or earlier.
    updated_before: Option<Timestamp>,
    /// Content changed last at this moment or later.
    content_updated_after: Option<Timestamp>,
    /// Content changed last at this moment or earlier.
    content_updated_before: Option<Timestamp>,
    /// Whether somebody has seen the current content.
    is_content_seen: Option<bool>,
    /// Due at this moment or later.
    due_after: Option<Timestamp>,
    /// Due at this moment or earlier.
    due_before: Option<Timestamp>,
    /// Visible to end users from this moment or later.
    visible_after: Option<Timestamp>,
    /// Visible to end users from this moment or earlier.
    visible_before: Option<Timestamp>,
    /// The process that the dialog belongs to.
    process: Option<String>,
    /// Labels of the party that must all be there.
    system_label: Option<Vec<SystemLabel>>,
    /// Leaves out dialogs that are for systems only.
    exclude_api_only: Option<bool>,
    /// Words that the dialog's texts have; at least three letters. Only with `endUserId`.
    search: Option<String>,
    /// Labels of the service owner that must all be there, in any letter case. A `*` at the end stands for anything.
    service_owner_labels: Option<Vec<String>>,
    /// The language of `search`, two letters.
    search_language_code: Option<String>,
    /// The order: `contentUpdatedAt` (when left out), `updatedAt`, `createdAt`, `dueAt` or `id`, each alone or with
    /// `_asc` or `_desc`, joined by commas.
    order_by: Option<String>,
    /// Where the page begins: as the page before gave it. The order must be the same.
    continuation_token: Option<String>,
    /// The most dialogs on a page, 1 to 1000; 100 when left out.
    limit: Option<i32>,
}
