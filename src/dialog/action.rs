//! What can be done with a dialog: buttons for people, endpoints for systems.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{localization::Localization, timestamp::Timestamp};
use crate::named_enum;

named_enum! {
    /// How prominent a button is. A dialog has at most one primary, one secondary and five tertiary ones.
    pub enum DialogGuiActionPriority {
        /// The one to press.
        Primary = 1,
        /// The alternative.
        Secondary = 2,
        /// All others.
        Tertiary = 3,
    }
}

named_enum! {
    /// An HTTP method.
    pub enum HttpVerb {
        /// GET
        Get = 1 as "GET",
        /// POST
        Post = 2 as "POST",
        /// PUT
        Put = 3 as "PUT",
        /// PATCH
        Patch = 4 as "PATCH",
        /// DELETE
        Delete = 5 as "DELETE",
        /// HEAD
        Head = 6 as "HEAD",
        /// OPTIONS
        Options = 7 as "OPTIONS",
        /// TRACE
        Trace = 8 as "TRACE",
        /// CONNECT
        Connect = 9 as "CONNECT",
    }
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogGuiAction)]
pub struct GuiAction {
    /// Identifier, unique among all GUI actions.
    pub id: Uuid,
    /// The action that the policy of the resource must permit.
    pub action: String,
    /// Where the button leads.
    #[schema(format = "uri")]
    pub url: String,
    /// What the action is asked for, where that is not the resource as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_attribute: Option<String>,
    /// Whether the caller may use it; only in answers for an end user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_authorized: Option<bool>,
    /// Whether it deletes the dialog.
    pub is_delete_dialog_action: bool,
    /// How prominent it is.
    pub priority: DialogGuiActionPriority,
    /// `GET`, `POST` or `DELETE`.
    pub http_method: HttpVerb,
    /// The text on the button.
    #[schema(nullable)]
    pub title: Vec<Localization>,
    /// A question to ask before; absent when none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Vec<Localization>>,
}

/// Something that systems can call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogApiAction)]
pub struct ApiAction {
    /// Identifier, unique among all API actions.
    pub id: Uuid,
    /// The action that the policy of the resource must permit.
    pub action: String,
    /// What the action is asked for, where that is not the resource as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_attribute: Option<String>,
    /// Whether the caller may use it; only in answers for an end user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_authorized: Option<bool>,
    /// Name for systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At least one endpoint.
    #[schema(nullable)]
    pub endpoints: Vec<Endpoint>,
}

/// One version of an API action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DialogApiActionEndpoint)]
pub struct Endpoint {
    /// Identifier, unique among all endpoints.
    pub id: Uuid,
    /// Version in the owner's own numbering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What to call.
    #[schema(format = "uri")]
    pub url: String,
    /// How to call it.
    pub http_method: HttpVerb,
    /// Where it is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub documentation_url: Option<String>,
    /// Schema of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub request_schema: Option<String>,
    /// Schema of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub response_schema: Option<String>,
    /// Whether it will go away.
    pub deprecated: bool,
    /// When it will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset_at: Option<Timestamp>,
}
