//! What every operation has, so that no annotation need repeat it: the parameters of its path, who may call, what a
//! refusal looks like, and a description of each answer.

use serde_json::{Map, Value, json};

use super::{names::SCHEMAS, operations_of};

/// Who uses a part of the API, and with which right.
#[derive(Debug, Clone, Copy)]
pub struct Audience {
    /// The tag that its operations carry.
    pub tag: &'static str,
    /// Any one of these schemes with its scopes opens an operation that asks for nothing else; anybody may call when
    /// there is none.
    pub security: &'static [(&'static str, &'static [&'static str])],
}

/// Completes every operation of a document.
pub fn complete(document: &mut Value, audience: &Audience) {
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (path, methods) in paths {
            for operation in methods
                .as_object_mut()
                .into_iter()
                .flat_map(Map::values_mut)
            {
                path_parameters(operation, path);
            }
        }
    }
    for operation in operations_of(document) {
        optional_parameters(operation);
        operation["tags"] = json!([audience.tag]);
        if operation.get("security").is_none() && !audience.security.is_empty() {
            let requirements = audience.security.iter();
            operation["security"] = requirements
                .map(|(scheme, scopes)| json!({*scheme: scopes}))
                .collect();
        }
        answers(operation);
    }
}

/// Parameters of the path that the annotation does not describe: identifiers are UUIDs.
fn path_parameters(operation: &mut Value, path: &str) {
    let mut parameters = match operation.get_mut("parameters").map(Value::take) {
        Some(Value::Array(parameters)) => parameters,
        _ => Vec::new(),
    };
    let in_path =
        |parameter: &Value, name: &str| parameter["in"] == "path" && parameter["name"] == name;
    let names = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for (at, name) in names.enumerate() {
        if parameters.iter().any(|parameter| in_path(parameter, name)) {
            continue;
        }
        let (schema, description) = match name.strip_suffix("Id") {
            Some(noun) => (
                json!({"type": "string", "format": "uuid"}),
                format!("Identifier of the {}.", in_words(noun)),
            ),
            None => (
                json!({"type": "string"}),
                format!("The {}.", in_words(name)),
            ),
        };
        let parameter = json!({"in": "path", "name": name, "required": true, "description": description, "schema": schema});
        parameters.insert(at.min(parameters.len()), parameter);
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    } else if let Some(operation) = operation.as_object_mut() {
        operation.remove("parameters");
    }
}

/// A parameter that may be left out may be null, too: generated clients leave out what is null.
fn optional_parameters(operation: &mut Value) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["required"] != true)
    {
        let schema = &mut parameter["schema"];
        if let Some(one @ Value::String(_)) = schema.get("type").cloned() {
            schema["type"] = json!([one, "null"]);
        } else if schema.get("$ref").is_some() {
            *schema = json!({"oneOf": [{"type": "null"}, schema.take()]});
        }
    }
}

/// `seenLog` as `seen log`.
fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// Refusals that any operation of its kind may answer with, and what each answer means.
fn answers(operation: &mut Value) {
    let takes_anything =
        operation.get("parameters").is_some() || operation.get("requestBody").is_some();
    let is_secured = operation.get("security").is_some();
    let Some(answers) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let refusals = [
        ("400", takes_anything),
        ("401", is_secured),
        ("403", is_secured),
        ("503", true),
    ];
    for (status, _) in refusals.iter().filter(|(_, may_happen)| *may_happen) {
        answers.entry(*status).or_insert_with(|| json!({}));
    }
    for (status, answer) in answers {
        let is_described = |text: &Value| text.as_str().is_some_and(|text| !text.is_empty());
        if !answer.get("description").is_some_and(is_described) {
            answer["description"] = meaning(status).into();
        }
        if answer.get("content").is_none()
            && let Some(content) = content(status)
        {
            answer["content"] = content;
        }
        if status == "503" {
            answer["headers"] = json!({"Retry-After": {
                "description": "When to try again: seconds, or a moment.",
                "schema": {"type": "string"},
            }});
        }
    }
}

/// The body of a refusal. Without: 401, told by `WWW-Authenticate`, and 403, which often has nothing to add.
fn content(status: &str) -> Option<Value> {
    match status {
        "400" | "404" | "406" | "409" | "410" | "412" | "413" | "422" => {
            let problem = json!({"$ref": format!("{SCHEMAS}ProblemDetails")});
            Some(json!({"application/problem+json": {"schema": problem}}))
        }
        "503" => Some(json!({"text/plain": {"schema": {"type": "string"}}})),
        _ => None,
    }
}

fn meaning(status: &str) -> &'static str {
    match status {
        "200" => "What was asked for.",
        "201" => "Created.",
        "204" => "Done.",
        "400" => "The form of the request is wrong; `errors` says where and why.",
        "401" => "There is no valid token.",
        "403" => "The token opens other doors, or the caller may not do this.",
        "404" => "It does not exist, or not for this caller.",
        "406" => "The answer is JSON, which the `Accept` header rules out.",
        "409" => "It contradicts what is there already.",
        "410" => "It has been deleted.",
        "412" => "It has changed since: the revision is not the one in `If-Match`.",
        "413" => "The body is too large.",
        "422" => "The request is well formed, and yet impossible; `errors` says why.",
        "503" => "Too much at once, or closed for maintenance: try again later.",
        _ => "Another answer.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITERS: Audience = Audience {
        tag: "Writers",
        security: &[("pen", &["write", "erase"]), ("ink", &[])],
    };

    fn completed(path: &str, operation: &Value, audience: &Audience) -> Value {
        let mut document = json!({"paths": {path: {"get": operation}}});
        complete(&mut document, audience);
        document["paths"][path]["get"].take()
    }

    #[test]
    fn parameters_come_from_the_path_in_its_order() {
        let asked = json!({"in": "query", "name": "q"});
        let operation = json!({"parameters": [asked], "responses": {}});
        let completed = completed("/a/{dialogId}/b/{seenLogId}/{label}", &operation, &WRITERS);
        let parameters = completed["parameters"].as_array().unwrap();
        let facts: Vec<_> = parameters
            .iter()
            .map(|p| (p["name"].as_str().unwrap(), p["schema"]["format"].as_str()))
            .collect();
        let uuid = Some("uuid");
        assert_eq!(
            facts,
            [
                ("dialogId", uuid),
                ("seenLogId", uuid),
                ("label", None),
                ("q", None)
            ]
        );
        assert_eq!(parameters[1]["description"], "Identifier of the seen log.");
    }

    #[test]
    fn parameters_that_may_be_left_out_may_be_null() {
        let reference = json!({"$ref": "#/components/schemas/A"});
        for (required, schema, expected) in [
            (true, json!({"type": "string"}), json!({"type": "string"})),
            (
                false,
                json!({"type": "string"}),
                json!({"type": ["string", "null"]}),
            ),
            (
                false,
                reference.clone(),
                json!({"oneOf": [{"type": "null"}, reference]}),
            ),
        ] {
            let parameter =
                json!({"in": "query", "name": "q", "required": required, "schema": schema});
            let operation = json!({"parameters": [parameter], "responses": {}});
            let completed = completed("/a", &operation, &WRITERS);
            assert_eq!(completed["parameters"][0]["schema"], expected);
        }
    }

    #[test]
    fn what_the_annotation_says_stays() {
        let id =
            json!({"in": "path", "name": "id", "required": true, "schema": {"type": "integer"}});
        let operation = json!({
            "parameters": [id],
            "security": [{"key": []}],
            "responses": {"404": {"description": "No such page.", "content": {}}},
        });
        let completed = completed("/a/{id}", &operation, &WRITERS);
        assert_eq!(completed["parameters"], operation["parameters"]);
        assert_eq!(completed["security"], operation["security"]);
        assert_eq!(completed["responses"]["404"], operation["responses"]["404"]);
    }

    #[test]
    fn operations_get_the_tag_and_the_rights_of_their_audience() {
        let operation = json!({"tags": ["a::module"], "responses": {}});
        let completed = completed("/a", &operation, &WRITERS);
        assert_eq!(completed["tags"], json!(["Writers"]));
        assert_eq!(
            completed["security"],
            json!([{"pen": ["write", "erase"]}, {"ink": []}])
        );
    }

    #[test]
    fn refusals_are_those_that_can_happen() {
        let anybody = Audience {
            tag: "Anybody",
            security: &[],
        };
        for (path, audience, expected) in [
            ("/a", &anybody, &["200", "503"][..]),
            ("/a/{id}", &anybody, &["200", "400", "503"]),
            ("/a", &WRITERS, &["200", "401", "403", "503"]),
        ] {
            let operation = json!({"responses": {"200": {"description": ""}}});
            let completed = completed(path, &operation, audience);
            let answers = completed["responses"].as_object().unwrap();
            assert_eq!(answers.keys().collect::<Vec<_>>(), expected);
            assert!(
                answers
                    .values()
                    .all(|answer| answer["description"].as_str().unwrap().len() > 3)
            );
        }
    }
}
