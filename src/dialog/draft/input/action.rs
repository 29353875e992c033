//! Actions in request bodies.

use utoipa::ToSchema;
use uuid::Uuid;

use super::LocalizationInput;
use crate::{
    dialog::{
        action::{DialogGuiActionPriority, HttpVerb},
        draft::text::uri::Uri,
        localization::Localization,
        reading::Choice,
        timestamp::Timestamp,
    },
    json::Field,
    json_object,
};

/// A button.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogGuiAction {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// The action that the policy of the resource must permit.
    #[schema(value_type = String)]
    pub action: Option<String>,
    /// Where the button leads, an absolute `https` address.
    #[schema(value_type = String, format = "uri")]
    pub url: Option<Uri>,
    /// What the action is asked for, where that is not the resource as a whole.
    pub authorization_attribute: Option<String>,
    /// Whether it deletes the dialog.
    #[schema(required = false)]
    pub is_delete_dialog_action: bool,
    /// `GET`, `POST` or `DELETE`; `GET` when left out.
    #[schema(value_type = Option<HttpVerb>)]
    pub http_method: Field<Choice<HttpVerb>>,
    /// How prominent it is.
    #[schema(value_type = DialogGuiActionPriority)]
    pub priority: Option<Choice<DialogGuiActionPriority>>,
    /// The text on the button.
    #[schema(value_type = Vec<Localization>, nullable)]
    pub title: Vec<LocalizationInput>,
    /// A question to ask before.
    #[schema(value_type = Option<Vec<Localization>>)]
    pub prompt: Option<Vec<LocalizationInput>>,
}

json_object!(CreateDialogGuiAction {
    id,
    action: never_null,
    url: never_null,
    authorization_attribute,
    is_delete_dialog_action,
    http_method,
    priority: never_null,
    title,
    prompt,
});

/// Something that systems can call.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogApiAction {
    /// Identifier, a UUID of version 7; made when left out.
    pub id: Option<Uuid>,
    /// The action that the policy of the resource must permit.
    #[schema(value_type = String)]
    pub action: Option<String>,
    /// What the action is asked for, where that is not the resource as a whole.
    pub authorization_attribute: Option<String>,
    /// Name for systems.
    pub name: Option<String>,
    /// At least one endpoint.
    #[schema(nullable)]
    pub endpoints: Vec<CreateDialogApiActionEndpoint>,
}

json_object!(CreateDialogApiAction {
    id,
    action: never_null,
    authorization_attribute,
    name,
    endpoints,
});

/// One version of an API action.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogApiActionEndpoint {
    /// Identifier; made when left out or all zeros.
    pub id: Option<Uuid>,
    /// Version in the service owner's own numbering.
    pub version: Option<String>,
    /// What to call, an absolute `https` address.
    #[schema(value_type = String, format = "uri")]
    pub url: Option<Uri>,
    /// How to call it.
    #[schema(value_type = HttpVerb)]
    pub http_method: Option<Choice<HttpVerb>>,
    /// Where it is described.
    #[schema(value_type = Option<String>, format = "uri")]
    pub documentation_url: Option<Uri>,
    /// Schema of the request.
    #[schema(value_type = Option<String>, format = "uri")]
    pub request_schema: Option<Uri>,
    /// Schema of the response.
    #[schema(value_type = Option<String>, format = "uri")]
    pub response_schema: Option<Uri>,
    /// Whether it will go away.
    #[schema(required = false)]
    pub deprecated: bool,
    /// When it will; needs `deprecated`.
    pub sunset_at: Option<Timestamp>,
}

json_object!(CreateDialogApiActionEndpoint {
    id,
    version,
    url: never_null,
    http_method: never_null,
    documentation_url,
    request_schema,
    response_schema,
    deprecated,
    sunset_at,
});
