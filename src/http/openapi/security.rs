//! The ways to a token, as documents describe them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::operations_of;
use crate::auth::scope;

/// The schemes that the operations of a document ask for, each with the scopes asked of it.
pub fn schemes(document: &mut Value) -> Value {
    let mut asked: Vec<(String, String)> = Vec::new();
    for operation in operations_of(document) {
        let requirements = operation.get("security").and_then(Value::as_array);
        for (scheme, scopes) in requirements
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flatten()
        {
            let scopes = scopes
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            asked.extend(scopes.map(|scope| (scheme.clone(), scope.to_owned())));
        }
    }
    let names: BTreeSet<&String> = asked.iter().map(|(scheme, _)| scheme).collect();
    let schemes = names.into_iter().map(|name| {
        let scopes = asked.iter().filter(|(scheme, _)| scheme == name);
        let scopes = scopes
            .map(|(_, scope)| (scope.clone(), purpose(scope).into()))
            .collect();
        (name.clone(), scheme(name, scopes))
    });
    schemes.collect::<Map<_, _>>().into()
}

fn scheme(name: &str, scopes: Map<String, Value>) -> Value {
    match name {
        "idporten" => json!({
            "type": "oauth2",
            "description": "ID-porten: people sign in.",
            "flows": {"authorizationCode": {
                "authorizationUrl": "https://login.test.idporten.no/authorize",
                "tokenUrl": "https://test.idporten.no/token",
                "scopes": scopes,
            }},
        }),
        _ => json!({
            "type": "oauth2",
            "description": "Maskinporten: organizations and their systems ask for a token with a signed grant (RFC 7523).",
            "flows": {"clientCredentials": {
                "tokenUrl": "https://test.maskinporten.no/token",
                "scopes": scopes,
            }},
        }),
    }
}

fn purpose(scope: &str) -> &'static str {
    match scope {
        scope::END_USER => "Read dialogs as an end user",
        scope::SERVICE_PROVIDER => "Write and read dialogs as their service owner",
        scope::SERVICE_PROVIDER_SEARCH => "Search for dialogs as their service owner",
        scope::CHANGE_TRANSMISSIONS => "Change what has been sent",
        scope::NOTIFICATION_CONDITION => "Ask whether a notification is to be sent",
        _ => "More",
    }
}
