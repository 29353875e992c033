//! Buttons and API actions.

use super::localizations;
use crate::{
    dialog::{
        action::{ApiAction, DialogGuiActionPriority, Endpoint, GuiAction, HttpVerb},
        draft::{
            check::{Check, Invalid, Purpose, Valid},
            claims::PartKind,
            input::{CreateDialogApiAction, CreateDialogApiActionEndpoint, CreateDialogGuiAction},
        },
        limits,
        reading::Choice,
    },
    json::Field,
};

/// How many buttons of a priority a dialog may have.
const MOST: [(DialogGuiActionPriority, usize, &str); 3] = [
    (
        DialogGuiActionPriority::Primary,
        1,
        "Only 1 primary GUI action is allowed.",
    ),
    (
        DialogGuiActionPriority::Secondary,
        1,
        "Only 1 secondary GUI action is allowed.",
    ),
    (
        DialogGuiActionPriority::Tertiary,
        5,
        "Only 5 tertiary GUI actions are allowed.",
    ),
];

/// The buttons of a dialog.
pub fn gui_actions(
    check: &mut Check<'_>,
    items: Vec<CreateDialogGuiAction>,
) -> Valid<Vec<GuiAction>> {
    for (priority, most, message) in MOST {
        let count = items
            .iter()
            .filter(|item| item.priority == Some(Choice::Known(priority)))
            .count();
        if count > most {
            check.tell_of("guiActions", message);
        }
    }
    check.distinct_ids("guiActions", items.iter().map(|item| item.id));
    check.each("guiActions", items, gui_action)
}

fn gui_action(check: &mut Check<'_>, input: CreateDialogGuiAction) -> Valid<GuiAction> {
    let id = action_id(check, PartKind::GuiAction, input.id);
    let action = check.required_text("action", input.action, limits::TEXT);
    let url = check.https_url(input.url);
    let authorization_attribute = check.authorization_attribute(input.authorization_attribute);
    let http_method = match input.http_method {
        Field::Absent => Ok(HttpVerb::Get),
        Field::Value(Choice::Known(verb @ (HttpVerb::Get | HttpVerb::Post | HttpVerb::Delete))) => {
            Ok(verb)
        }
        Field::Null | Field::Value(_) => {
            check.tell_of("httpMethod", "'HttpMethod' must be GET, POST or DELETE.");
            Err(Invalid)
        }
    };
    let priority = check.choice("priority", input.priority);
    if input.title.is_empty() {
        check.empty("title");
    }
    let title = localizations(check, "title", input.title, limits::TEXT);
    let prompt = localizations(
        check,
        "prompt",
        input.prompt.unwrap_or_default(),
        limits::TEXT,
    );
    Ok(GuiAction {
        id,
        action: action?,
        url: url?,
        authorization_attribute,
        is_authorized: None,
        is_delete_dialog_action: input.is_delete_dialog_action,
        priority: priority?,
        http_method: http_method?,
        title: title?,
        prompt: prompt.map(|texts| (!texts.is_empty()).then_some(texts))?,
    })
}

/// The API actions of a dialog.
pub fn api_actions(
    check: &mut Check<'_>,
    items: Vec<CreateDialogApiAction>,
) -> Valid<Vec<ApiAction>> {
    check.distinct_ids("apiActions", items.iter().map(|item| item.id));
    check.each("apiActions", items, api_action)
}

fn api_action(check: &mut Check<'_>, input: CreateDialogApiAction) -> Valid<ApiAction> {
    let id = action_id(check, PartKind::ApiAction, input.id);
    let action = check.required_text("action", input.action, limits::TEXT);
    let authorization_attribute = check.authorization_attribute(input.authorization_attribute);
    let name = check.optional_text("name", input.name, limits::TEXT);
    if input.endpoints.is_empty() {
        check.empty("endpoints");
    }
    check.distinct_ids(
        "endpoints",
        input.endpoints.iter().map(|endpoint| endpoint.id),
    );
    let endpoints = check.each("endpoints", input.endpoints, endpoint);
    Ok(ApiAction {
        id,
        action: action?,
        authorization_attribute,
        is_authorized: None,
        name,
        endpoints: endpoints?,
    })
}

fn endpoint(check: &mut Check<'_>, input: CreateDialogApiActionEndpoint) -> Valid<Endpoint> {
    let id = check.any_id(PartKind::Endpoint, input.id);
    let version = check.optional_text("version", input.version, limits::TEXT);
    let url = check.https_url(input.url);
    let http_method = check.choice("httpMethod", input.http_method);
    let documentation_url = check.optional_uri("documentationUrl", input.documentation_url);
    let request_schema = check.optional_uri("requestSchema", input.request_schema);
    let response_schema = check.optional_uri("responseSchema", input.response_schema);
    if input.sunset_at.is_some() && !input.deprecated {
        check.tell_of(
            "deprecated",
            "'Deprecated' must be true where 'SunsetAt' is set.",
        );
    }
    Ok(Endpoint {
        id,
        version,
        url: url?,
        http_method: http_method?,
        documentation_url,
        request_schema,
        response_schema,
        deprecated: input.deprecated,
        sunset_at: input.sunset_at,
    })
}

/// Identifiers of actions are checked on creation only: what a dialog already has may be of any kind.
fn action_id(check: &mut Check<'_>, kind: PartKind, id: Option<uuid::Uuid>) -> uuid::Uuid {
    match check.purpose {
        Purpose::Create => check.own_id(kind, id),
        Purpose::Update | Purpose::Append => check.any_id(kind, id),
    }
}
