//! Activities and actors in request bodies.

use utoipa::ToSchema;
use uuid::Uuid;

use super::LocalizationInput;
use crate::{
    dialog::{
        activity::DialogActivityType,
        actor::{Actor, ActorType},
        draft::text::uri::Uri,
        localization::Localization,
        reading::Choice,
        timestamp::Timestamp,
    },
    json_object,
};

/// One thing that happened.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogActivity {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// When it happened; now when left out.
    pub created_at: Option<Timestamp>,
    /// The service owner's own type.
    #[schema(value_type = Option<String>, format = "uri")]
    pub extended_type: Option<Uri>,
    /// What happened.
    #[schema(value_type = DialogActivityType, rename = "type")]
    pub kind: Option<Choice<DialogActivityType>>,
    /// The transmission that was opened; only with `TransmissionOpened`.
    pub transmission_id: Option<Uuid>,
    /// Who did it.
    #[schema(value_type = Actor)]
    pub performed_by: Option<ActorInput>,
    /// What happened, in words; only with `Information`.
    #[schema(value_type = Vec<Localization>, nullable, required = false)]
    pub description: Vec<LocalizationInput>,
}

json_object!(CreateDialogActivity {
    id,
    created_at,
    extended_type,
    kind as "type": never_null,
    transmission_id,
    performed_by: never_null,
    description,
});

/// Who did something.
#[derive(Clone, Default)]
pub struct ActorInput {
    /// On whose side.
    pub actor_type: Option<Choice<ActorType>>,
    /// Name of a representative of the party who has no identifier.
    pub actor_name: Option<String>,
    /// Identifier of a representative of the party.
    pub actor_id: Option<String>,
}

json_object!(ActorInput {
    actor_type: never_null,
    actor_name,
    actor_id,
});
