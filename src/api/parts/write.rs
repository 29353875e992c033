//! What writing one part has in common with writing another.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use uuid::Uuid;

use crate::{
    api::{ownership, wire},
    app::App,
    auth::{Identity, scope},
    dialog::{
        Violations,
        activity::DialogActivityType,
        append::Effects,
        draft::{Claims, Rules},
        id::Ids,
        label::SystemLabel,
        resource,
        timestamp::Timestamp,
    },
    http::{
        extract::{PathIds, if_match},
        problem::{Noun, Problem},
        query::Query,
    },
    store::parts::{Host, NotAdded},
    telemetry::usage,
};

/// How often a write that others overtake is tried again before the client is asked to. Every time at least one other
/// write was done.
pub const ATTEMPTS: usize = 200;

/// What a write says beside its body.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// The dialog.
    pub dialog: Uuid,
    /// The part, where the path names one.
    pub part: Option<Uuid>,
    /// The revision that the dialog must have.
    pub if_match: Option<Uuid>,
    /// Whether nobody shall be told.
    pub silent: bool,
}

impl Envelope {
    /// Reads path, header and query; `part` is the name of the second identifier in the path, `silent` what the body
    /// says, over which the query wins.
    pub fn read(
        ids: &PathIds,
        part: Option<&str>,
        headers: &HeaderMap,
        uri: &Uri,
        silent: Option<bool>,
    ) -> Result<Self, Problem> {
        let mut violations = Violations::default();
        let query = Query::parse(uri.query());
        let envelope = Self {
            dialog: ids.read("dialogId", &mut violations),
            part: part.map(|name| ids.read(name, &mut violations)),
            if_match: if_match(headers, &mut violations),
            silent: query
                .boolean("isSilentUpdate", &mut violations)
                .or(silent)
                .unwrap_or(false),
        };
        Ok(violations.into_result(envelope)?)
    }

    /// What the rules of the request depend on.
    pub fn rules(&self, caller: &Identity, now: Timestamp) -> Rules {
        Rules {
            now,
            admin: ownership::is_admin(caller),
            silent: self.silent,
            correspondence_scope: caller.has_scope(scope::CORRESPONDENCE),
            legacy_html_scope: caller.has_scope(scope::LEGACY_HTML),
        }
    }
}

/// The dialog, for its service owner only.
pub async fn owned(
    app: &App,
    caller: &Identity,
    dialog: Uuid,
    host: Option<Host>,
) -> Result<Host, Problem> {
    let host = host.ok_or_else(|| Problem::no_dialog(dialog))?;
    usage::note_resource(&host.service_resource);
    if !ownership::is_org(app, caller, &host.org).await? {
        return Err(Problem::no_dialog(dialog));
    }
    Ok(host)
}

/// The answer where a dialog is deleted.
pub fn gone(dialog: Uuid) -> Problem {
    Problem::Gone(Noun::Dialog, dialog.to_string())
}

/// Refuses changes of a frozen dialog; admins may make them.
pub fn check_not_frozen(is_frozen: bool, rules: &Rules) -> Result<(), Problem> {
    if is_frozen && !rules.admin {
        return Err(Problem::forbidden(
            "The dialog is frozen: only administrators may change it.",
        ));
    }
    Ok(())
}

/// Refuses activities that tell of correspondence to callers without the scope for that, admins too.
pub fn check_correspondence(kind: DialogActivityType, rules: &Rules) -> Result<(), Problem> {
    if kind.is_correspondence() && !rules.correspondence_scope {
        return Err(Problem::forbidden(format!(
            "Activities of the types CorrespondenceOpened and CorrespondenceConfirmed need the scope {}.",
            scope::CORRESPONDENCE
        )));
    }
    Ok(())
}

/// Refuses callers who do not own the dialog's resource now, or one that the part names, and those who lack the scope for
/// the resource's type. Admins pass.
pub async fn check_resources(
    app: &App,
    caller: &Identity,
    rules: &Rules,
    (service_resource, kind): (&str, &str),
    attribute: Option<&str>,
) -> Result<(), Problem> {
    if rules.admin {
        return Ok(());
    }
    let owner = caller.consumer.as_deref().unwrap_or_default();
    let named = std::iter::once(service_resource).chain(attribute);
    let not_owned = app.authority().registry().await?.not_owned(owner, named);
    if !not_owned.is_empty() {
        return Err(Problem::forbidden(format!(
            "These resources are not owned by the calling organization: {}.",
            not_owned.join(", ")
        )));
    }
    if kind == resource::CORRESPONDENCE_TYPE && !rules.correspondence_scope {
        return Err(Problem::forbidden(format!(
            "Dialogs of the resource type {kind} need the scope {}.",
            scope::CORRESPONDENCE
        )));
    }
    Ok(())
}

/// Refuses identifiers that two parts of the request share.
pub fn check_taken_twice(claims: &Claims) -> Result<(), Problem> {
    match claims.first_taken_twice() {
        Some((kind, id)) => Err(taken(kind.key(), Some(id))),
        None => Ok(()),
    }
}

/// The entries that labels may leave in the log.
pub fn log_entries(effects: &Effects, ids: &mut Ids) -> Vec<(Uuid, SystemLabel, bool)> {
    effects
        .label_changes()
        .map(|(label, set)| (ids.next(), label, set))
        .collect()
}

/// The answer to a used key.
pub fn key_used(key: Option<&str>) -> Problem {
    Problem::Conflict(Violations::one(
        "IdempotentKey",
        format!(
            "The dialog already has a transmission with: {}.",
            key.unwrap_or_default()
        ),
    ))
}

/// The answer to a taken identifier.
pub fn taken(kind: &str, id: Option<Uuid>) -> Problem {
    Problem::unprocessable(
        kind,
        id.map_or_else(
            || "Key ('Id') already exists.".to_owned(),
            |id| format!("Key ('Id')=({id}) already exists."),
        ),
    )
}

/// The answer where the database refuses; `None` where the dialog is no longer as it was read.
pub fn refusal(refused: NotAdded, key: Option<&str>) -> Option<Problem> {
    match refused {
        NotAdded::Outdated => None,
        NotAdded::IdTaken(kind, id) => Some(taken(kind, id)),
        NotAdded::KeyUsed => Some(key_used(key)),
        NotAdded::Database(error) => Some(error.into()),
    }
}

/// 201 with the identifier of what was added to the list at `location`.
pub fn added(location: &str, id: Uuid, revision: Uuid) -> Result<Response, Problem> {
    let mut headers = wire::etag(revision)?;
    let location = HeaderValue::from_str(&format!("{location}/{id}"))
        .map_err(|error| Problem::Internal(error.into()))?;
    headers.insert(header::LOCATION, location);
    wire::json(StatusCode::CREATED, headers, &id)
}
