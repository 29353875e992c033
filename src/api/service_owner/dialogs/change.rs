//! Changing a dialog to what a body says: what updates and patches share.

use axum::response::Response;

use super::asked::{self, Asked};
use crate::{
    api::{actors, ownership, refusals, wire},
    app::App,
    auth::Identity,
    dialog::{
        Dialog, Violations,
        change::{Proposal, Surroundings, Wanted, change},
        draft::{Standing, UpdateDialog},
        id::Ids,
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
    let rules = ownership::rules(caller, asked.silent, now);
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
        return Err(refusals::id_taken(kind.key(), Some(id)));
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
        let problem = refusals::lacks_scope_for_activity();
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
        return Err(refusals::not_owned(&not_owned));
    }
    asked::check_resource_type(caller, proposal.before)
}

fn refusal(asked: &Asked, refused: Refused) -> Problem {
    match refused {
        Refused::Changed => asked.lost_race(),
        Refused::IdTaken(kind, id) => refusals::id_taken(kind, id),
        Refused::Database(error) => error.into(),
    }
}
