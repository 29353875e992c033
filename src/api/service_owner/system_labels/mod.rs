//! System labels in the hands of service owners: for a person who finds the dialog, or, by an admin, for whomever it
//! names.

pub mod bulk_set;
pub mod set;

use crate::{
    api::{access, labelling, ownership},
    app::App,
    dialog::{Header, actor::Actor, party::PartyUrn},
    http::{extract::ServiceOwnerForPerson, problem::Problem},
};

/// Only admins may say who does it; all others act for a person.
fn check_performer(caller: &ServiceOwnerForPerson, named: Option<&Actor>) -> Result<(), Problem> {
    if named.is_some() && !ownership::is_admin(caller.identity()) {
        return Err(Problem::forbidden(
            "Only admins may use 'performedBy'; use 'endUserId' instead.",
        ));
    }
    Ok(())
}

/// Whether the person acted for, if there is one, finds the dialog. Admins need not ask.
async fn finds(app: &App, caller: &ServiceOwnerForPerson, head: &Header) -> Result<bool, Problem> {
    if ownership::is_admin(caller.identity()) {
        return Ok(true);
    }
    let subject = access::subject(caller.identity())?;
    Ok(app.authority().finds(&subject, head.into()).await?)
}

/// Who the log will say did it: the actor that the body names, else the person acted for.
async fn performer(
    app: &App,
    caller: &ServiceOwnerForPerson,
    named: Option<Actor>,
) -> Result<Actor, Problem> {
    let urn = match named {
        Some(Actor {
            actor_name: None,
            actor_id: Some(id),
            ..
        }) => PartyUrn::from_stored(id),
        Some(actor) => return Ok(actor),
        None => access::subject(caller.identity())?.urn().clone(),
    };
    labelling::representative(app, &urn).await
}
