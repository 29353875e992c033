//! The published OpenAPI documents: what they say is what the code says, and it holds together.

use std::{collections::BTreeSet, fs};

use dialogporten::{api::documents::Edition, config::Http};
use serde_json::{Map, Value};

/// Routes that no document describes: one that only an administrator uses.
const UNDOCUMENTED: &[&str] = &[
    "post /api/v1/serviceowner/dialogs/{dialogId}/activities/{activityId}/actions/updateformsavedactivitytime",
];

fn text(edition: Edition) -> String {
    let mut http = Http::default();
    http.settle(http.listen);
    edition.document(&http.public_base_uri).unwrap()
}

fn document(edition: Edition) -> Value {
    serde_json::from_str(&text(edition)).unwrap()
}

/// Every object of a document with the way to it, from the outside in.
fn objects<'a>(
    value: &'a Value,
    place: &str,
    visit: &mut impl FnMut(&str, &'a Map<String, Value>),
) {
    match value {
        Value::Object(members) => {
            visit(place, members);
            for (name, member) in members {
                objects(member, &format!("{place}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                objects(item, &format!("{place}/{at}"), visit);
            }
        }
        _ => {}
    }
}

/// Path, method and description of every operation.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

#[test]
fn the_published_documents_are_what_the_code_says() {
    for edition in Edition::ALL {
        let file = format!("openapi/{}.json", edition.name());
        let published = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            published == text(edition),
            "{file} is not what the code says; write it anew with: cargo run -- openapi --out openapi"
        );
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_needed() {
    for edition in Edition::ALL {
        let document = document(edition);
        let mut needed = BTreeSet::new();
        objects(&document, "", &mut |place, object| {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                let pointer = target.strip_prefix('#').unwrap();
                assert!(
                    document.pointer(pointer).is_some(),
                    "{place} refers to {target}"
                );
                assert_eq!(
                    object.len(),
                    1,
                    "{place}: company of a reference is not read"
                );
                needed.insert(target.rsplit('/').next().unwrap());
            }
        });
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let unneeded: Vec<_> = schemas
            .keys()
            .filter(|name| !needed.contains(name.as_str()))
            .collect();
        assert!(
            unneeded.is_empty(),
            "{}: nobody needs {unneeded:?}",
            edition.name()
        );
    }
}

#[test]
fn nothing_is_said_in_words_that_3_0_does_not_know() {
    for edition in Edition::ALL {
        let document = document(edition);
        assert!(document["openapi"].as_str().unwrap().starts_with("3.0."));
        objects(&document, "", &mut |place, object| {
            let is_map = [
                "properties",
                "schemas",
                "paths",
                "responses",
                "headers",
                "scopes",
            ]
            .iter()
            .any(|map| place.ends_with(&format!("/{map}")));
            if is_map {
                return;
            }
            for word in [
                "const",
                "examples",
                "propertyNames",
                "prefixItems",
                "$defs",
                "contentEncoding",
            ] {
                assert!(!object.contains_key(word), "{place} has {word}");
            }
            if let Some(kind) = object.get("type") {
                assert!(
                    kind.is_string() && kind != "null",
                    "{place} has the type {kind}"
                );
            }
        });
    }
}

#[test]
fn every_operation_is_complete() {
    for edition in Edition::ALL {
        let document = document(edition);
        let mut ids = BTreeSet::new();
        for (path, method, operation) in operations(&document) {
            let place = format!("{} {method} {path}", edition.name());
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{place}: {id} is taken");
            assert!(operation["summary"].is_string(), "{place} has no summary");

            let empty = Vec::new();
            let parameters = operation["parameters"].as_array().unwrap_or(&empty);
            for parameter in parameters {
                assert!(
                    parameter["description"].is_string(),
                    "{place}: {} is not described",
                    parameter["name"]
                );
            }
            for name in path.split(['{', '}']).skip(1).step_by(2) {
                let declared =
                    |p: &&Value| p["in"] == "path" && p["name"] == name && p["required"] == true;
                assert_eq!(
                    parameters.iter().filter(declared).count(),
                    1,
                    "{place}: {name}"
                );
            }

            for (status, answer) in operation["responses"].as_object().unwrap() {
                let description = answer["description"].as_str().unwrap_or_default();
                assert!(
                    !description.is_empty(),
                    "{place}: {status} is not described"
                );
            }

            let requirements = operation["security"].as_array().unwrap_or(&empty).iter();
            for (scheme, scopes) in
                requirements.flat_map(|requirement| requirement.as_object().unwrap())
            {
                let known = &document["components"]["securitySchemes"][scheme]["flows"];
                for scope in scopes.as_array().unwrap() {
                    assert!(
                        known.to_string().contains(&scope.to_string()),
                        "{place}: {scheme} lacks {scope}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_may_be_missing_is_not_called_required() {
    for edition in Edition::ALL {
        let document = document(edition);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let ending =
            |name: &'static str| schemas.iter().filter(move |(key, _)| key.ends_with(name));
        for (name, problem) in ending("ProblemDetails") {
            assert!(problem.get("required").is_none(), "{name}");
            assert!(problem.get("additionalProperties").is_some(), "{name}");
        }
        for (name, value) in ending("ContentValue") {
            assert_eq!(value["required"], serde_json::json!(["value"]), "{name}");
        }
    }
}

/// Methods and paths on the page of routes. A route ends where the next one begins.
fn routed(router: &str) -> BTreeSet<String> {
    let listed = router.split(".route(").skip(1);
    let quoted = listed.filter_map(|route| {
        let (_, rest) = route.split_once('"')?;
        rest.split_once('"')
    });
    let methods = ["get", "put", "post", "delete", "patch"];
    quoted
        .filter(|(path, _)| path.starts_with("/api/"))
        .flat_map(|(path, handlers)| {
            let has = |method: &&str| handlers.contains(&format!("{method}("));
            methods
                .into_iter()
                .filter(has)
                .map(move |method| format!("{method} {path}"))
        })
        .collect()
}

#[test]
fn what_is_routed_is_documented_and_what_is_documented_is_routed() {
    let routed = routed(&fs::read_to_string("src/router.rs").unwrap());
    let document = document(Edition::Whole);
    let documented: BTreeSet<_> = operations(&document)
        .into_iter()
        .map(|(path, method, _)| format!("{method} {path}"))
        .collect();
    let hidden: BTreeSet<_> = UNDOCUMENTED
        .iter()
        .map(|route| (*route).to_owned())
        .collect();
    let missing: Vec<_> = routed
        .iter()
        .filter(|route| !documented.contains(*route) && !hidden.contains(*route))
        .collect();
    assert!(
        missing.is_empty(),
        "describe these on their handlers and list them in src/api/documents/mod.rs: {missing:#?}"
    );
    let unrouted: Vec<_> = documented.difference(&routed).collect();
    assert!(
        unrouted.is_empty(),
        "documented, but not in src/router.rs: {unrouted:#?}"
    );
}
