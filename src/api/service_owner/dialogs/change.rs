//! Changing a dialog to what a body says: what updates and patches share.

use axum::response::Response;
use uuid::Uuid;

use super::asked::{self, Asked};
use crate::{
    api::{actors, ownership, wire},
    app::App,
    auth::{Identity, scope},
    dialog::{
        Dialog, Violations,
        change::{Proposal, Surroundings, Wanted, change},
        draft::{Rules, Standing, UpdateDialog},
        id::Ids,
        timestamp::Timestamp,
    },
    http::problem::Problem,
    store::dialogs::update::{DialogChange, Refused},
};

/// Checks `body` against the rules and the stored dialog, and writes the difference, if there is one.
///
/// `surroundings` hold what was `wanted`; should the change turn out to need more, it is read again.
pub async fn carry_out(
    app: &App,
    caller: &Identity,
    asked: &Asked,
    (mut before, mut surroundings): (Dialog, Surroundings),
    wanted: &Wanted,
    body: UpdateDialog,
) -> Result<Response, Problem> {
    let now = app.now();
    let mut ids = Ids::at(now);
    let rules = rules(caller, asked, now);
    let standing = Standing {
        visible_from: before.visible_from,
        lacks_transmission_content: surroundings.lacks_transmission_content,
    };
    let mut update = body.validate(&rules, &standing, &mut ids)?;

    asked::check_not_deleted(&before)?;
    asked::check_not_frozen(caller, &before)?;
    asked.check_revision(&before)?;

    let needed = Wanted::of_update(&update);
    if !wanted.covers(&needed) {
        let revision = before.revision;
        (before, surroundings) = asked.load(app, caller, &needed).await?;
        if before.revision != revision {
            return Err(asked.lost_race());
        }
    }
    let proposal = Proposal {
        before: &before,
        surroundings: &surroundings,
        update: &update,
    };
    let collected = collect(&proposal)?;
    check_resources(app, caller, &proposal).await?;
    collected.into_result(()).map_err(Problem::Unprocessable)?;

    actors::name(app, update.actors_mut()).await?;
    let change = change(&before, update, &surroundings, crate::dialog::id::random());
    if let Some((kind, id)) = change.taken {
        return Err(id_taken(kind.key(), Some(id)));
    }
    if !change.is_empty(&before) {
        let events = change.events(app.public_base());
        let write = DialogChange {
            before: &before,
            change: &change,
            has_children: surroundings.has_children,
            end_user_revision: crate::dialog::id::random(),
            label_log_ids: [ids.next(), ids.next(), ids.next()],
            events: &events,
            hold_until: app.hold_until(&before, now),
            now,
        };
        app.store()
            .change_dialog(&write)
            .await
            .map_err(|refused| refusal(asked, refused))?;
    }
    wire::no_content(Some(change.after.revision))
}

fn rules(caller: &Identity, asked: &Asked, now: Timestamp) -> Rules {
    Rules {
        now,
        admin: ownership::is_admin(caller),
        silent: asked.silent,
        correspondence_scope: caller.has_scope(scope::CORRESPONDENCE),
        legacy_html_scope: caller.has_scope(scope::LEGACY_HTML),
    }
}

/// Everything that is wrong beyond the form of the request. What has been collected wins over refusals that follow.
fn collect(proposal: &Proposal<'_>) -> Result<Violations, Problem> {
    let mut collected = proposal.passed_dates();
    collected.extend(proposal.stored_activities());
    let collected_or = |collected: Violations, problem: Problem| {
        if collected.is_empty() {
            problem
        } else {
            Problem::Unprocessable(collected)
        }
    };
    if proposal.lacks_correspondence_scope() {
        let problem = Problem::forbidden(format!(
            "Activities of the types CorrespondenceOpened and CorrespondenceConfirmed need the scope {}.",
            scope::CORRESPONDENCE
        ));
        return Err(collected_or(collected, problem));
    }
    collected.extend(proposal.transmission_violations());
    let repeated = proposal.repeated_transmission_keys();
    if !repeated.is_empty() {
        let message = format!("More than one transmission has: {}.", repeated.join(", "));
        let problem = Problem::Conflict(Violations::one("IdempotentKey", message));
        return Err(collected_or(collected, problem));
    }
    collected.extend(proposal.reference_violations());
    collected.extend(proposal.expired_attachments());
    Ok(collected)
}

/// Whether the caller owns every resource that the dialog would name. This wins over what was collected.
async fn check_resources(
    app: &App,
    caller: &Identity,
    proposal: &Proposal<'_>,
) -> Result<(), Problem> {
    if ownership::is_admin(caller) {
        return Ok(());
    }
    let owner = caller.consumer.as_deref().unwrap_or_default();
    let named = proposal.named_resources();
    let registry = app.authority().registry().await?;
    let not_owned = registry.not_owned(owner, named.iter().map(String::as_str));
    if !not_owned.is_empty() {
        return Err(Problem::forbidden(format!(
            "These resources are not owned by the calling organization: {}.",
            not_owned.join(", ")
        )));
    }
    asked::check_resource_type(caller, proposal.before)
}

fn refusal(asked: &Asked, refused: Refused) -> Problem {
    match refused {
        Refused::Changed => asked.lost_race(),
        Refused::IdTaken(kind, id) => id_taken(kind, id),
        Refused::Database(error) => error.into(),
    }
}

fn id_taken(kind: &str, id: Option<Uuid>) -> Problem {
    let message = id.map_or_else(
        || "Key ('Id') already exists.".to_owned(),
        |id| format!("Key ('Id')=({id}) already exists."),
    );
    Problem::unprocessable(kind, message)
}
