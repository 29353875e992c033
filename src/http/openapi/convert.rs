//! From OpenAPI 3.1, which utoipa writes, to OpenAPI 3.0, which clients of the public API generate code from.
//!
//! Both versions describe the same; what differs is how a schema says "or null", "exactly this", "for example", and
//! whether anything may stand beside a reference (OpenAPI 3.0.3 and 3.1.0, section 4.8.24 in the latter).

use serde_json::{Map, Value, json};

/// Rewrites every schema of a document; what is 3.0 already stays as it is.
pub fn to_3_0(document: &mut Value) {
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.values_mut().for_each(schema);
    }
    if let Some(paths) = document.get_mut("paths") {
        within_operations(paths);
    }
}

/// Outside of schemas the member `schema` always holds one.
fn within_operations(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    "schema" => schema(member),
                    "example" | "examples" => {}
                    _ => within_operations(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(within_operations),
        _ => {}
    }
}

fn schema(value: &mut Value) {
    let Some(schema) = value.as_object_mut() else {
        return;
    };
    for (name, member) in schema.iter_mut() {
        match (name.as_str(), member) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(self::schema);
            }
            ("items" | "additionalProperties" | "not", member) => self::schema(member),
            ("allOf" | "oneOf" | "anyOf", Value::Array(arms)) => {
                arms.iter_mut().for_each(self::schema);
            }
            _ => {}
        }
    }
    null_as_type(schema);
    null_as_alternative(schema);
    bounds(schema);
    reference_with_company(schema);
    if let Some(only) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([only]));
    }
    if let Some(Value::Array(examples)) = schema.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        schema.insert("example".to_owned(), first);
    }
    // Names of members are always text; 3.0 has no word for it.
    schema.remove("propertyNames");
}

/// `type: [x, "null"]` becomes `type: x, nullable: true`; several types become alternatives.
fn null_as_type(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else {
        return;
    };
    let mut types = types.clone();
    let before = types.len();
    types.retain(|name| name != "null");
    if types.len() < before {
        schema.insert("nullable".to_owned(), true.into());
    }
    if types.len() == 1 {
        schema.insert("type".to_owned(), types.remove(0));
    } else {
        schema.remove("type");
        if !types.is_empty() {
            let arms: Value = types
                .into_iter()
                .map(|name| json!({"type": name}))
                .collect();
            schema.insert("anyOf".to_owned(), arms);
        }
    }
}

/// An alternative that is null becomes `nullable: true`; a single one left needs no list.
fn null_as_alternative(schema: &mut Map<String, Value>) {
    for list in ["oneOf", "anyOf"] {
        let Some(Value::Array(arms)) = schema.get_mut(list) else {
            continue;
        };
        let before = arms.len();
        arms.retain(|arm| arm.get("type") != Some(&Value::from("null")));
        if arms.len() == before {
            continue;
        }
        let single = (arms.len() == 1).then(|| arms.remove(0));
        schema.insert("nullable".to_owned(), true.into());
        if let Some(Value::Object(arm)) = single {
            schema.remove(list);
            for (name, member) in arm {
                schema.entry(name).or_insert(member);
            }
        }
    }
}

/// `exclusiveMinimum: n` becomes `minimum: n, exclusiveMinimum: true`; likewise at the other end.
fn bounds(schema: &mut Map<String, Value>) {
    for (inclusive, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if let Some(bound) = schema
            .get(exclusive)
            .filter(|bound| bound.is_number())
            .cloned()
        {
            schema.insert(inclusive.to_owned(), bound);
            schema.insert(exclusive.to_owned(), true.into());
        }
    }
}

/// In 3.0 everything beside `$ref` is ignored, so a reference with company moves into `allOf`.
fn reference_with_company(schema: &mut Map<String, Value>) {
    if schema.len() < 2 {
        return;
    }
    if let Some(reference) = schema.remove("$ref") {
        schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(mut given: Value) -> Value {
        schema(&mut given);
        given
    }

    #[test]
    fn every_difference_between_the_versions_is_bridged() {
        let reference = json!({"$ref": "#/components/schemas/A"});
        for (given, expected) in [
            (
                json!({"type": ["string", "null"], "format": "uuid"}),
                json!({"type": "string", "nullable": true, "format": "uuid"}),
            ),
            (json!({"type": ["string"]}), json!({"type": "string"})),
            (
                json!({"type": ["string", "integer", "null"]}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
            ),
            (
                json!({"oneOf": [{"type": "null"}, reference], "description": "d"}),
                json!({"allOf": [reference], "nullable": true, "description": "d"}),
            ),
            (
                json!({"anyOf": [{"type": "string", "description": "inner"}, {"type": "null"}], "description": "outer"}),
                json!({"type": "string", "nullable": true, "description": "outer"}),
            ),
            (
                json!({"oneOf": [{"type": "null"}, reference, {"type": "string"}]}),
                json!({"oneOf": [reference, {"type": "string"}], "nullable": true}),
            ),
            (json!({"oneOf": [reference]}), json!({"oneOf": [reference]})),
            (json!({"const": 1}), json!({"enum": [1]})),
            (json!({"examples": ["a", "b"]}), json!({"example": "a"})),
            (json!({"examples": []}), json!({})),
            (
                json!({"exclusiveMinimum": 0, "maximum": 9}),
                json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 9}),
            ),
            (reference.clone(), reference.clone()),
            (
                json!({"$ref": "#/components/schemas/A", "description": "d"}),
                json!({"allOf": [reference], "description": "d"}),
            ),
            (
                json!({"type": "object", "propertyNames": {"type": "string"}, "additionalProperties": {"type": ["integer", "null"]}}),
                json!({"type": "object", "additionalProperties": {"type": "integer", "nullable": true}}),
            ),
            (
                json!({"type": "array", "items": {"type": ["array", "null"], "items": {"const": "x"}}}),
                json!({"type": "array", "items": {"type": "array", "nullable": true, "items": {"enum": ["x"]}}}),
            ),
        ] {
            assert_eq!(converted(given.clone()), expected, "{given}");
            assert_eq!(converted(expected.clone()), expected, "twice: {given}");
        }
    }

    #[test]
    fn members_may_have_the_names_of_keywords() {
        let given = json!({"properties": {"const": {"const": 1}, "examples": {"type": ["string", "null"]}}});
        let expected = json!({"properties": {"const": {"enum": [1]}, "examples": {"type": "string", "nullable": true}}});
        assert_eq!(converted(given), expected);
    }

    #[test]
    fn schemas_are_found_wherever_they_stand_and_examples_are_left_alone() {
        let nullable = json!({"type": ["string", "null"]});
        let media = json!({"application/json": {"schema": nullable, "example": nullable}});
        let mut document = json!({
            "paths": {"/a": {"get": {
                "parameters": [{"name": "p", "in": "query", "schema": nullable}],
                "requestBody": {"content": media},
                "responses": {"200": {"content": media, "headers": {"Etag": {"schema": nullable}}}},
            }}},
            "components": {"schemas": {"A": nullable}},
        });
        to_3_0(&mut document);
        let found = document.to_string().matches(r#""nullable":true"#).count();
        assert_eq!(
            (found, document.to_string().matches(r#""null""#).count()),
            (5, 2)
        );
    }
}
