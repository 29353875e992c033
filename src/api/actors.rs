//! Names of actors: looked up once, when what they did is written down.

use std::collections::HashMap;

use crate::{
    app::App,
    dialog::{Violations, actor::Actor, party::PartyUrn},
    http::problem::Problem,
};

/// Gives the actors that have an identifier but no name the name that they have now. Refuses where one is unknown.
pub async fn name<'a>(
    app: &App,
    actors: impl Iterator<Item = &'a mut Actor>,
) -> Result<(), Problem> {
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    let mut unknown = Violations::default();
    for actor in actors.filter(|actor| actor.actor_name.is_none()) {
        let Some(id) = &actor.actor_id else {
            continue;
        };
        if !names.contains_key(id) {
            let urn = PartyUrn::from_stored(id.clone());
            let name = app.authority().name(&urn).await?;
            if name.is_none() {
                unknown.add(
                    "ActorId",
                    "The name of an actor could not be looked up by its id.",
                );
            }
            names.insert(id.clone(), name);
        }
        actor.actor_name = names.get(id).cloned().flatten();
    }
    unknown.into_result(()).map_err(Problem::Unprocessable)
}
