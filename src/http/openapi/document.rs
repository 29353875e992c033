//! A document: what one kind of reader gets to see, put together from parts.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::{
    Audience, Error, Names, convert, headers, names, operations, operations_of, problem, scalars,
    security,
};

/// The version that generators of clients agree on.
const VERSION: &str = "3.0.3";

/// Some operations with what they need, under their published names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part(Value);

/// Shapes that the web itself adds to every part.
#[derive(OpenApi)]
#[openapi(components(schemas(problem::ProblemDetails, headers::AcceptedLanguages)))]
struct Shared;

impl Part {
    /// The operations of one audience, each with the types that it needs.
    pub fn new(
        operations: impl IntoIterator<Item = utoipa::openapi::OpenApi>,
        audience: &Audience,
        names: &Names,
    ) -> Result<Self, Error> {
        let mut document = json!({"paths": {}, "components": {"schemas": {}}});
        for operation in operations.into_iter().chain([Shared::openapi()]) {
            let schemas = operation.components.map(|components| components.schemas);
            unite_paths(&mut document["paths"], json!(operation.paths.paths))?;
            unite(&mut document["components"]["schemas"], json!(schemas))?;
        }
        scalars::inline(&mut document);
        operations::complete(&mut document, audience);
        convert::to_3_0(&mut document);
        names::publish(&mut document, names)?;
        soften_requests(&mut document);
        Ok(Self(document))
    }

    /// The same under yet other names.
    pub fn renamed(mut self, names: &Names) -> Result<Self, Error> {
        names::publish(&mut self.0, names)?;
        Ok(self)
    }
}

/// A finished document.
#[derive(Debug, Serialize)]
pub struct Document {
    openapi: &'static str,
    info: Value,
    servers: Value,
    tags: Value,
    paths: Value,
    components: Value,
}

impl Document {
    /// Puts parts together. What two parts share must be the same in both.
    pub fn new(
        title: &str,
        server: &str,
        parts: impl IntoIterator<Item = Part>,
    ) -> Result<Self, Error> {
        let mut whole = json!({"paths": {}, "components": {"schemas": {}}});
        let mut tags: Vec<Value> = Vec::new();
        for Part(mut part) in parts {
            for operation in operations_of(&mut part) {
                let tag = json!({"name": operation["tags"][0]});
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            unite_paths(&mut whole["paths"], part["paths"].take())?;
            unite(
                &mut whole["components"]["schemas"],
                part["components"]["schemas"].take(),
            )?;
        }
        whole["components"]["securitySchemes"] = security::schemes(&mut whole);
        Ok(Self {
            openapi: VERSION,
            info: json!({"title": title, "version": "v1"}),
            servers: json!([{"url": server}]),
            tags: tags.into(),
            paths: whole["paths"].take(),
            components: whole["components"].take(),
        })
    }

    /// The document as text: lines and indentation, for people and for comparing versions.
    pub fn to_text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// Adds members; one that is there already must be the same.
fn unite(whole: &mut Value, part: Value) -> Result<(), Error> {
    let (Value::Object(whole), Value::Object(part)) = (whole, part) else {
        return Ok(());
    };
    for (name, member) in part {
        match whole.get(&name) {
            Some(before) if *before != member => return Err(Error::Conflict(name)),
            _ => whole.insert(name, member),
        };
    }
    Ok(())
}

/// Adds paths, and methods to paths that are there already.
fn unite_paths(whole: &mut Value, part: Value) -> Result<(), Error> {
    let Value::Object(part) = part else {
        return Ok(());
    };
    for (path, methods) in part {
        if whole.get(&path).is_none() {
            whole[&path] = json!({});
        }
        unite(&mut whole[&path], methods)?;
    }
    Ok(())
}

/// What a body must hold depends on its other members, and is told by 400: nothing in a shape that only bodies of
/// requests have is called required. In answers `required` says what is always there.
fn soften_requests(document: &mut Value) {
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for operation in operations_of(document) {
        references(&operation["requestBody"], &mut asked);
        references(&operation["responses"], &mut answered);
    }
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    close(schemas, &mut asked);
    close(schemas, &mut answered);
    for name in asked.iter().filter(|name| !answered.contains(name)) {
        if let Some(Value::Object(schema)) = schemas.get_mut(name) {
            schema.remove("required");
        }
    }
}

/// Adds what the named schemas refer to, directly or not.
fn close(schemas: &Map<String, Value>, names: &mut Vec<String>) {
    let mut next = 0;
    while let Some(name) = names.get(next) {
        if let Some(schema) = schemas.get(name) {
            references(schema, names);
        }
        next += 1;
    }
}

/// Adds the names of the schemas that `value` refers to.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            if let Some(name) = target.and_then(|target| target.strip_prefix(names::SCHEMAS))
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
            members
                .values()
                .for_each(|member| references(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::{ComponentsBuilder, ObjectBuilder, OpenApiBuilder};

    use super::*;

    #[test]
    fn only_shapes_of_requests_lose_what_they_require() {
        let reference = |name: &str| json!({"$ref": format!("{}{name}", names::SCHEMAS)});
        let shape = |of: Value| json!({"required": ["of"], "properties": {"of": of}});
        let mut document = json!({
            "paths": {"/a": {"put": {"requestBody": reference("Input"), "responses": reference("Output")}}},
            "components": {"schemas": {
                "Input": shape(reference("InputPart")),
                "InputPart": shape(reference("Shared")),
                "Shared": shape(json!({})),
                "Output": shape(reference("Shared")),
            }},
        });
        soften_requests(&mut document);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let strict: Vec<_> = schemas
            .iter()
            .filter(|(_, schema)| schema.get("required").is_some())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(strict, ["Output", "Shared"]);
    }

    #[test]
    fn two_types_of_one_name_are_refused() {
        let operation = |member: &str| {
            let object = ObjectBuilder::new().property(member, ObjectBuilder::new());
            let components = ComponentsBuilder::new().schema("Thing", object).build();
            OpenApiBuilder::new().components(Some(components)).build()
        };
        let audience = Audience {
            tag: "Anybody",
            security: &[],
        };
        let part = |operations: [_; 2]| Part::new(operations, &audience, &Names::default());
        assert!(part([operation("a"), operation("a")]).is_ok());
        let refused = part([operation("a"), operation("b")]);
        assert_eq!(refused, Err(Error::Conflict("Thing".to_owned())));
    }

    #[test]
    fn parts_share_only_what_is_the_same() {
        let part = |member: i32| {
            let schemas = json!({"Shared": {"enum": [1]}, "Own": {"enum": [member]}});
            Part(json!({"paths": {}, "components": {"schemas": schemas}}))
        };
        let document = |parts: [Part; 2]| Document::new("Title", "http://server", parts);
        assert!(document([part(1), part(1)]).is_ok());
        assert_eq!(
            document([part(1), part(2)]).err(),
            Some(Error::Conflict("Own".to_owned()))
        );
    }
}
