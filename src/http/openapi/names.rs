//! Publishes shapes under the names that generated clients know.
//!
//! The public API has many names for one shape: what is sent within a dialog is a `DialogTransmission` there, a
//! `DialogTransmissionDetails` when asked for alone and a `DialogTransmissionSearchItem` in a list, each with parts of
//! its own names. Here a shape is one Rust type; a table says what it is called where, and which members it lacks
//! there. Publishing follows the references of each operation and writes every shape it meets under its name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// How references to schemas begin.
pub const SCHEMAS: &str = "#/components/schemas/";

/// What shapes are called, and where names differ in more than the name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names {
    /// Which names hold where. Of several that fit the first one counts.
    pub scopes: &'static [Scope],
    /// What is different under a name.
    pub edits: &'static [Edit],
    /// Operations that are called differently: own identifier, published identifier.
    pub operations: &'static [(&'static str, &'static str)],
}

/// Names that hold in one place: pairs of own and published name.
///
/// One `*` in both stands for the same letters, none included. Patterns are for objects: an enumeration keeps its
/// name unless it is named in full.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    within: Within,
    names: &'static [(&'static str, &'static str)],
}

#[derive(Debug, Clone, Copy)]
enum Within {
    Document,
    Operation(&'static str),
    Shape(&'static str),
}

/// Names that hold everywhere.
pub const fn everywhere(names: &'static [(&'static str, &'static str)]) -> Scope {
    Scope {
        within: Within::Document,
        names,
    }
}

/// Names that hold in the request and the answers of an operation. They see the names that shapes give.
pub const fn operation(id: &'static str, names: &'static [(&'static str, &'static str)]) -> Scope {
    Scope {
        within: Within::Operation(id),
        names,
    }
}

/// Names that hold for what a shape is made of, however deep.
pub const fn below(shape: &'static str, names: &'static [(&'static str, &'static str)]) -> Scope {
    Scope {
        within: Within::Shape(shape),
        names,
    }
}

/// How a published schema differs from its shape.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    /// The published name.
    pub schema: &'static str,
    /// Members of the shape that are never there under this name.
    pub without: &'static [&'static str],
    /// Members that only this name promises, with their schemas.
    pub with: &'static [Member],
}

/// A member and its schema.
pub type Member = (&'static str, fn() -> Value);

/// The tables contradict the shapes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Two shapes, or one shape in two forms, under one name.
    #[error("schema {0} would be published in two forms")]
    Conflict(String),
    /// A reference leads nowhere.
    #[error("there is no schema {0}")]
    Missing(String),
    /// An edit takes away what is not there, or adds what is.
    #[error("schema {0}: its edit does not fit member {1}")]
    Edit(&'static str, &'static str),
}

/// Renames operations and schemas of a document. Schemas that no operation needs are left out.
pub fn publish(document: &mut Value, names: &Names) -> Result<(), Error> {
    let Value::Object(shapes) = document
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default()
    else {
        return Ok(());
    };
    let mut publisher = Publisher {
        shapes: &shapes,
        names,
        operation: String::new(),
        visited: BTreeSet::new(),
        published: BTreeMap::new(),
    };
    for operation in super::operations_of(document) {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if let Some((_, published)) = names.operations.iter().find(|(own, _)| *own == id) {
            operation["operationId"] = (*published).into();
        }
        publisher.operation = id;
        publisher.follow(operation, &[])?;
    }
    let schemas: Map<String, Value> = publisher.published.into_iter().collect();
    document["components"]["schemas"] = schemas.into();
    Ok(())
}

struct Publisher<'a> {
    shapes: &'a Map<String, Value>,
    names: &'a Names,
    operation: String,
    /// Shape, name and the scopes it was met in: what has been published once need not be again.
    visited: BTreeSet<(String, String, String, Vec<usize>)>,
    published: BTreeMap<String, Value>,
}

impl Publisher<'_> {
    /// Rewrites every reference in `value`; `path` holds the scopes of the shapes around it, the innermost last.
    fn follow(&mut self, value: &mut Value, path: &[usize]) -> Result<(), Error> {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(target) if name == "$ref" => {
                            if let Some(shape) = target.strip_prefix(SCHEMAS) {
                                *target = format!("{SCHEMAS}{}", self.shape(shape, path)?);
                            }
                        }
                        _ => self.follow(member, path)?,
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.follow(item, path)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Publishes a shape and says under which name.
    fn shape(&mut self, shape: &str, path: &[usize]) -> Result<String, Error> {
        let mut schema = self
            .shapes
            .get(shape)
            .cloned()
            .ok_or_else(|| Error::Missing(shape.to_owned()))?;
        let name = self.name_of(shape, schema.get("enum").is_some(), path);
        let path = self.path_into(shape, path);
        let visit = (shape.to_owned(), name.clone(), self.operation.clone(), path);
        if !self.visited.insert(visit.clone()) {
            return Ok(name);
        }
        self.edit(&mut schema, &name)?;
        self.follow(&mut schema, &visit.3)?;
        match self.published.get(&name) {
            Some(before) if *before != schema => Err(Error::Conflict(name)),
            _ => {
                self.published.insert(name.clone(), schema);
                Ok(name)
            }
        }
    }

    /// What a shape is called here. The innermost shape around it decides first; the operation, and then the
    /// document, may rename the outcome.
    fn name_of(&self, shape: &str, is_enumeration: bool, path: &[usize]) -> String {
        let scopes = self.names.scopes;
        let around = path.iter().rev().map(|at| &scopes[*at]);
        let name = first_name(around, shape, is_enumeration).unwrap_or_else(|| shape.to_owned());
        let of_operation = scopes
            .iter()
            .filter(|scope| matches!(scope.within, Within::Operation(id) if id == self.operation));
        let of_document = scopes
            .iter()
            .filter(|scope| matches!(scope.within, Within::Document));
        first_name(of_operation.chain(of_document), &name, is_enumeration).unwrap_or(name)
    }

    /// The scopes inside a shape. A shape within itself opens none again, or there would be no end.
    fn path_into(&self, shape: &str, path: &[usize]) -> Vec<usize> {
        let is_opened = |(at, scope): &(usize, &Scope)| {
            matches!(scope.within, Within::Shape(name) if name == shape) && !path.contains(at)
        };
        let opened = self.names.scopes.iter().enumerate().filter(is_opened);
        path.iter()
            .copied()
            .chain(opened.map(|(at, _)| at))
            .collect()
    }

    fn edit(&self, schema: &mut Value, name: &str) -> Result<(), Error> {
        for edit in self.names.edits.iter().filter(|edit| edit.schema == name) {
            for member in edit.without {
                if let Some(Value::Array(required)) = schema.get_mut("required") {
                    required.retain(|name| name != member);
                }
                schema
                    .get_mut("properties")
                    .and_then(Value::as_object_mut)
                    .and_then(|properties| properties.remove(*member))
                    .ok_or(Error::Edit(edit.schema, member))?;
            }
            for (member, described) in edit.with {
                let before = schema
                    .get_mut("properties")
                    .and_then(Value::as_object_mut)
                    .and_then(|properties| properties.insert((*member).to_owned(), described()));
                if before.is_some() {
                    return Err(Error::Edit(edit.schema, member));
                }
            }
        }
        Ok(())
    }
}

/// The first name that fits.
fn first_name<'a>(
    scopes: impl IntoIterator<Item = &'a Scope>,
    name: &str,
    is_enumeration: bool,
) -> Option<String> {
    scopes
        .into_iter()
        .flat_map(|scope| scope.names)
        .filter(|(own, _)| !(is_enumeration && own.contains('*')))
        .find_map(|(own, published)| renamed(name, own, published))
}

/// The published form of `name` where `own` fits it.
fn renamed(name: &str, own: &str, published: &str) -> Option<String> {
    match own.split_once('*') {
        None => (name == own).then(|| published.to_owned()),
        Some((start, end)) => {
            let middle = name.strip_prefix(start)?.strip_suffix(end)?;
            Some(published.replacen('*', middle, 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("{SCHEMAS}{name}")})
    }

    /// Parcels that hold letters and parcels; letters have a kind.
    fn post_office(operations: &[(&str, &str)]) -> Value {
        let paths: Map<String, Value> = operations
            .iter()
            .map(|(id, shape)| {
                let content = json!({"application/json": {"schema": reference(shape)}});
                let operation =
                    json!({"operationId": id, "responses": {"200": {"content": content}}});
                (format!("/{id}"), json!({"get": operation}))
            })
            .collect();
        json!({"paths": paths, "components": {"schemas": {
            "Parcel": {"properties": {
                "letter": reference("Letter"),
                "inner": {"type": "array", "items": reference("Parcel")},
            }},
            "Letter": {"required": ["id", "kind"], "properties": {
                "id": {"type": "string"},
                "kind": reference("LetterKind"),
            }},
            "LetterKind": {"enum": ["Blue"]},
            "Unused": {},
        }}})
    }

    fn published(document: &Value) -> Vec<&str> {
        let schemas = document["components"]["schemas"].as_object().unwrap();
        schemas.keys().map(String::as_str).collect()
    }

    #[test]
    fn without_a_table_shapes_keep_their_names_and_unused_ones_go() {
        let mut document = post_office(&[("GetParcel", "Parcel")]);
        publish(&mut document, &Names::default()).unwrap();
        assert_eq!(published(&document), ["Letter", "LetterKind", "Parcel"]);
    }

    #[test]
    fn a_shape_has_other_names_in_other_places() {
        const NAMES: Names = Names {
            scopes: &[
                below("Parcel", &[("Letter*", "Parcel*Letter")]),
                operation("GetParcel", &[("*Letter", "*LetterDetails")]),
                everywhere(&[("Parcel", "Package"), ("LetterKind", "Kind")]),
            ],
            edits: &[Edit {
                schema: "ParcelLetterDetails",
                without: &["id"],
                with: &[("weight", || json!({"type": "integer"}))],
            }],
            operations: &[("GetLetter", "Letters_Get")],
        };
        let mut document = post_office(&[("GetParcel", "Parcel"), ("GetLetter", "Letter")]);
        publish(&mut document, &NAMES).unwrap();
        assert_eq!(
            published(&document),
            ["Kind", "Letter", "Package", "ParcelLetterDetails"]
        );
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["Package"]["properties"]["letter"],
            reference("ParcelLetterDetails")
        );
        assert_eq!(
            schemas["Package"]["properties"]["inner"]["items"],
            reference("Package")
        );
        assert_eq!(
            schemas["ParcelLetterDetails"],
            json!({"required": ["kind"], "properties": {"kind": reference("Kind"), "weight": {"type": "integer"}}})
        );
        assert_eq!(schemas["Letter"]["required"], json!(["id", "kind"]));
        assert_eq!(
            document["paths"]["/GetLetter"]["get"]["operationId"],
            "Letters_Get"
        );
    }

    #[test]
    fn one_name_for_two_forms_is_refused() {
        const NAMES: Names = Names {
            scopes: &[everywhere(&[("Parcel", "Letter")])],
            edits: &[],
            operations: &[],
        };
        let mut document = post_office(&[("GetParcel", "Parcel"), ("GetLetter", "Letter")]);
        let refused = publish(&mut document, &NAMES);
        assert_eq!(refused, Err(Error::Conflict("Letter".to_owned())));
    }

    #[test]
    fn an_edit_that_does_not_fit_is_refused() {
        const TAKES: &[Edit] = &[Edit {
            schema: "Letter",
            without: &["colour"],
            with: &[],
        }];
        const ADDS: &[Edit] = &[Edit {
            schema: "Letter",
            without: &[],
            with: &[("id", || json!({}))],
        }];
        for (edits, member) in [(TAKES, "colour"), (ADDS, "id")] {
            let mut document = post_office(&[("GetLetter", "Letter")]);
            let names = Names {
                edits,
                ..Names::default()
            };
            let refused = publish(&mut document, &names);
            assert_eq!(refused, Err(Error::Edit("Letter", member)));
        }
    }

    #[test]
    fn a_reference_to_nowhere_is_refused() {
        let mut document = post_office(&[("GetStamp", "Stamp")]);
        let refused = publish(&mut document, &Names::default());
        assert_eq!(refused, Err(Error::Missing("Stamp".to_owned())));
    }
}
