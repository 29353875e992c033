//! What writing one part has in common with writing another.

use axum::http::{HeaderMap, Uri};
use uuid::Uuid;

use crate::{
    api::{ownership, refusals},
    app::App,
    auth::Identity,
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
        ownership::rules(caller, self.silent, now)
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
        return Err(refusals::frozen());
    }
    Ok(())
}

/// Refuses activities that tell of correspondence to callers without the scope for that, admins too.
pub fn check_correspondence(kind: DialogActivityType, rules: &Rules) -> Result<(), Problem> {
    if kind.is_correspondence() && !rules.correspondence_scope {
        return Err(refusals::lacks_scope_for_activity());
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
        return Err(refusals::not_owned(&not_owned));
    }
    if kind == resource::CORRESPONDENCE_TYPE && !rules.correspondence_scope {
        return Err(refusals::lacks_scope_for_resource(kind));
    }
    Ok(())
}

/// Refuses identifiers that two parts of the request share.
pub fn check_taken_twice(claims: &Claims) -> Result<(), Problem> {
    match claims.first_taken_twice() {
        Some((kind, id)) => Err(refusals::id_taken(kind.key(), Some(id))),
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

/// The answer where the database refuses; `None` where the dialog is no longer as it was read.
pub fn refusal(refused: NotAdded, key: Option<&str>) -> Option<Problem> {
    match refused {
        NotAdded::Outdated => None,
        NotAdded::IdTaken(kind, id) => Some(refusals::id_taken(kind, id)),
        NotAdded::KeyUsed => Some(key_used(key)),
        NotAdded::Database(error) => Some(error.into()),
    }
}
