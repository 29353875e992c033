//! Who did something.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named_enum;

named_enum! {
    /// On whose side an actor stands.
    pub enum ActorType {
        /// Somebody who acts for the party.
        PartyRepresentative = 1,
        /// The service owner; has neither name nor id.
        ServiceOwner = 2,
    }
}

/// Somebody who did something. Representatives have a name, and an id where they were identified;
/// the name is the one at the time of writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// On whose side.
    pub actor_type: ActorType,
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    /// Identifier, lower case, for example `urn:altinn:organization:identifier-no:…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<String>,
}

impl Actor {
    /// The service owner.
    pub fn service_owner() -> Self {
        Self {
            actor_type: ActorType::ServiceOwner,
            actor_name: None,
            actor_id: None,
        }
    }

    /// A representative of the party, identified by `id`.
    pub fn representative(id: String, name: Option<String>) -> Self {
        Self {
            actor_type: ActorType::PartyRepresentative,
            actor_name: name,
            actor_id: Some(id),
        }
    }
}
