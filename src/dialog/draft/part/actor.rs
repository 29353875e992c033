//! Who did something.

use crate::dialog::{
    actor::{Actor, ActorType},
    draft::{
        check::{Check, Invalid, Valid},
        input::ActorInput,
    },
    limits,
    party::{Kind, PartyUrn},
};

/// An actor, which must be given. The name of one who is known by number is looked up later.
pub fn actor(check: &mut Check<'_>, member: &str, input: Option<ActorInput>) -> Valid<Actor> {
    let Some(input) = input else {
        check.empty(member);
        return Err(Invalid);
    };
    check.at(member, |check| {
        let actor_type = check.choice("actorType", input.actor_type);
        let given = usize::from(input.actor_name.is_some()) + usize::from(input.actor_id.is_some());
        if actor_type == Ok(ActorType::ServiceOwner) {
            if given > 0 {
                check.tell(
                    "The service owner as actor must have neither 'ActorName' nor 'ActorId'.",
                );
            }
        } else if given != 1 {
            check.tell("An actor must have either 'ActorName' or 'ActorId'.");
        }
        let actor_name = check.optional_text("actorName", input.actor_name, limits::TEXT);
        let actor_id = input.actor_id.map(|id| {
            let id = PartyUrn::parse(&id);
            if id.is_none() {
                check.tell_of(
                    "actorId",
                    "'ActorId' must be the identifier of a person or an organization.",
                );
            }
            id.ok_or(Invalid)
        });
        let actor_id = actor_id.transpose()?;
        Ok(Actor {
            actor_type: actor_type?,
            actor_name: actor_name.or_else(|| actor_id.as_ref().and_then(own_name)),
            actor_id: actor_id.map(|id| id.to_string()),
        })
    })
}

/// The name of those who have no other than the one in their identifier, escapes and all.
fn own_name(id: &PartyUrn) -> Option<String> {
    matches!(id.kind(), Kind::LegacySelfIdentified | Kind::IdportenEmail)
        .then(|| id.id().to_owned())
}
