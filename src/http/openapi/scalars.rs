//! Types of one plain value, such as moments, are described where they are used: a client gains nothing from a name
//! for a text.

use serde_json::{Map, Value};

use super::names::SCHEMAS;

/// Replaces references to plain values by what they refer to. What stands beside a reference says more and wins.
pub fn inline(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let (plain, shapes): (Map<_, _>, Map<_, _>) = std::mem::take(schemas)
        .into_iter()
        .partition(|(_, schema)| is_plain(schema));
    *schemas = shapes;
    replace(document, &plain);
}

/// A text or a number that may have any value.
fn is_plain(schema: &Value) -> bool {
    let kind = schema.get("type").and_then(Value::as_str);
    matches!(kind, Some("string" | "integer" | "number" | "boolean"))
        && schema.get("enum").is_none()
}

fn replace(value: &mut Value, plain: &Map<String, Value>) {
    match value {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            let name = target.and_then(|target| target.strip_prefix(SCHEMAS));
            if let Some(Value::Object(schema)) = name.and_then(|name| plain.get(name)) {
                members.remove("$ref");
                for (name, member) in schema {
                    members.entry(name).or_insert_with(|| member.clone());
                }
            }
            members
                .values_mut()
                .for_each(|member| replace(member, plain));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, plain)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_values_are_described_in_place_and_enumerations_keep_their_name() {
        let reference = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
        let moment = json!({"type": "string", "format": "date-time"});
        let mut due = reference("Moment");
        due["description"] = "When due.".into();
        let mut document = json!({"components": {"schemas": {
            "Moment": moment,
            "Colour": {"type": "string", "enum": ["Red"]},
            "Thing": {"type": "object", "properties": {
                "at": reference("Moment"),
                "due": due,
                "seen": {"oneOf": [{"type": "null"}, reference("Moment")]},
                "colour": reference("Colour"),
            }},
        }}});
        inline(&mut document);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert_eq!(schemas.keys().collect::<Vec<_>>(), ["Colour", "Thing"]);
        let expected = json!({
            "at": moment,
            "due": {"type": "string", "format": "date-time", "description": "When due."},
            "seen": {"oneOf": [{"type": "null"}, moment]},
            "colour": reference("Colour"),
        });
        assert_eq!(schemas["Thing"]["properties"], expected);
    }
}
