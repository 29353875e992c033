//! What the decision point answers, and which pair each decision is about.

use bytes::Bytes;
use serde::Deserialize;

use super::request::Marks;
use crate::authority::{altinn::loose, attributes::ACTION_ID};

const NAMES: [&str; 8] = [
    "response",
    "decision",
    "category",
    "categoryId",
    "attribute",
    "attributeId",
    "value",
    "status",
];

const ACTION: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:action";
const RESOURCE: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource";

#[derive(Deserialize)]
struct Answer {
    response: Vec<Decided>,
}

#[derive(Deserialize)]
struct Decided {
    decision: String,
    /// What was asked, as far as the decision point repeats it.
    #[serde(default)]
    category: Option<Vec<Category>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Category {
    #[serde(default)]
    category_id: String,
    #[serde(default)]
    attribute: Option<Vec<Named>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    attribute_id: String,
    /// Most values are texts.
    value: serde_json::Value,
}

/// The decisions on the pairs of one request.
#[derive(Debug, PartialEq, Eq)]
pub struct Decisions {
    /// For each pair whether it is permitted. A pair without a decision is not.
    pub permitted: Vec<bool>,
    /// The pairs on which the decision point could not decide.
    pub undecided: Vec<usize>,
    /// Whether there is a decision on each pair.
    pub is_whole: bool,
}

impl Decided {
    fn repeats_anything(&self) -> bool {
        let categories = self.category.iter().flatten();
        categories
            .flat_map(|one| &one.attribute)
            .any(|attributes| !attributes.is_empty())
    }
}

/// Why an answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No answer of this kind; its text is not told, it may hold numbers of people.
    #[error("the answer is not the expected JSON")]
    Malformed,
    /// More decisions than pairs.
    #[error("{decisions} decisions on {pairs} pairs")]
    TooMany {
        /// How many were given.
        decisions: usize,
        /// How many were asked for.
        pairs: usize,
    },
}

/// Reads an answer to a request with these marks. A decision is about the pair whose marks it repeats; one that repeats
/// the marks of no pair is about nothing that was asked. Only where nothing at all is repeated, and as many decisions
/// come as were asked for, each is about the pair in the same place. A pair is permitted only where every decision on it
/// says so.
pub fn read(body: &Bytes, marks: &[Marks]) -> Result<Decisions, Unusable> {
    let body = loose::named(body, &NAMES);
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| Unusable::Malformed)?;
    if answer.response.len() > marks.len() {
        return Err(Unusable::TooMany {
            decisions: answer.response.len(),
            pairs: marks.len(),
        });
    }
    let mut decided: Vec<Option<bool>> = vec![None; marks.len()];
    let mut undecided = Vec::new();
    let stands_in_order = answer.response.len() == marks.len()
        && !answer.response.iter().any(Decided::repeats_anything);
    for (place, one) in answer.response.into_iter().enumerate() {
        let is_permit = one.decision == "Permit";
        let about = if stands_in_order {
            vec![place]
        } else {
            about(one.category.and_then(repeated), marks)
        };
        for pair in about {
            decided[pair] = Some(is_permit && decided[pair].unwrap_or(true));
            if one.decision == "Indeterminate" {
                undecided.push(pair);
            }
        }
    }
    Ok(Decisions {
        is_whole: undecided.is_empty() && decided.iter().all(Option::is_some),
        permitted: decided.into_iter().map(|one| one == Some(true)).collect(),
        undecided,
    })
}

/// The pairs that a decision is about: those all of whose marks it repeats. It may repeat more, as a decision point adds
/// what it finds out about a resource; of several pairs the one with the most marks is meant. Pairs that differ only in
/// how an attribute is written have the same marks.
fn about(repeated: Option<Marks>, marks: &[Marks]) -> Vec<usize> {
    let Some(repeated) = repeated else {
        return Vec::new();
    };
    let fits = |marks: &Marks| {
        let mut resource = marks.resource.iter();
        marks.action == repeated.action && resource.all(|one| repeated.resource.contains(one))
    };
    let most = marks
        .iter()
        .filter(|marks| fits(marks))
        .map(|marks| marks.resource.len())
        .max();
    let marks = marks.iter().enumerate();
    marks
        .filter(|(_, marks)| fits(marks) && Some(marks.resource.len()) == most)
        .map(|(pair, _)| pair)
        .collect()
}

fn repeated(categories: Vec<Category>) -> Option<Marks> {
    let mut action = None;
    let mut resource = Vec::new();
    for category in categories {
        let attributes = category.attribute.unwrap_or_default();
        for Named {
            attribute_id,
            value,
        } in attributes
        {
            let value = match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            match category.category_id.as_str() {
                ACTION if attribute_id == ACTION_ID => action = Some(value),
                RESOURCE => resource.push((attribute_id, value)),
                _ => {}
            }
        }
    }
    resource.sort_unstable();
    Some(Marks {
        action: action?,
        resource,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn marks(action: &str, part: &str) -> Marks {
        Marks {
            action: action.to_owned(),
            resource: vec![
                ("urn:altinn:resource".to_owned(), "a".to_owned()),
                ("urn:altinn:subresource".to_owned(), part.to_owned()),
            ],
        }
    }

    fn asked() -> Vec<Marks> {
        vec![
            marks("read", "main"),
            marks("read", "x"),
            marks("sign", "main"),
        ]
    }

    fn decision(decision: &str, about: Option<(&str, &str)>) -> Value {
        let Some((action, part)) = about else {
            return json!({"decision": decision});
        };
        json!({"decision": decision, "status": {}, "obligations": [], "category": [
            {"categoryId": ACTION, "attribute": [{"attributeId": ACTION_ID, "value": action}]},
            {"categoryId": RESOURCE, "attribute": [
                {"attributeId": "urn:altinn:subresource", "value": part},
                {"attributeId": "urn:altinn:resource", "value": "a"},
            ]},
        ]})
    }

    fn read(response: &[Value]) -> Option<(Vec<bool>, Vec<usize>)> {
        let body = Bytes::from(json!({"response": response}).to_string());
        let read = super::read(&body, &asked()).ok()?;
        Some((read.permitted, read.undecided))
    }

    #[test]
    fn decisions_without_marks_stand_in_the_order_of_the_pairs() {
        let plain = |words: &[&str]| {
            let words: Vec<Value> = words.iter().map(|word| decision(word, None)).collect();
            read(&words)
        };
        assert_eq!(
            plain(&["Permit", "Deny", "Permit"]),
            Some((vec![true, false, true], vec![]))
        );
        // Nobody knows which one is missing.
        assert_eq!(plain(&["Permit", "Permit"]), Some((vec![false; 3], vec![])));
        assert_eq!(
            plain(&["Permit", "Indeterminate", "permit"]),
            Some((vec![true, false, false], vec![1]))
        );
        assert_eq!(plain(&["Permit"; 4]), None);
    }

    #[test]
    fn decisions_with_marks_are_about_those_pairs_in_any_order() {
        let read = read(&[
            decision("Permit", Some(("sign", "main"))),
            decision("Deny", Some(("read", "main"))),
            decision("Permit", Some(("read", "x"))),
        ]);
        assert_eq!(read, Some((vec![false, true, true], vec![])));
    }

    #[test]
    fn an_answer_is_whole_where_every_pair_is_decided() {
        let about = |word: &str, action: &str, part: &str| decision(word, Some((action, part)));
        let (read, sign) = (
            about("Permit", "read", "main"),
            about("Deny", "sign", "main"),
        );
        for (last, is_whole) in [
            (about("NotApplicable", "read", "x"), true),
            (about("Indeterminate", "read", "x"), false),
            (about("Permit", "read", "other"), false),
            (sign.clone(), false),
        ] {
            let body = json!({"response": [read, sign, last]}).to_string();
            let read = super::read(&Bytes::from(body), &asked()).unwrap();
            assert_eq!(read.is_whole, is_whole, "{last}");
        }
    }

    #[test]
    fn decisions_on_something_else_permit_nothing() {
        let other = || decision("Permit", Some(("read", "other")));
        let plain = || decision("Permit", None);
        let action = json!({"decision": "Permit", "category": [
            {"categoryId": ACTION, "attribute": [{"attributeId": ACTION_ID, "value": "read"}]},
        ]});
        for response in [
            [other(), other(), other()],
            [plain(), other(), plain()],
            [plain(), plain(), action],
        ] {
            assert_eq!(
                read(&response),
                Some((vec![false; 3], vec![])),
                "{response:?}"
            );
        }
        let read = read(&[other(), decision("Permit", Some(("read", "x"))), plain()]);
        assert_eq!(read, Some((vec![false, true, false], vec![])));
    }

    #[test]
    fn what_a_decision_point_adds_about_a_resource_does_not_matter() {
        let with_more = |word: &str, action: &str, part: &str| {
            let mut decision = decision(word, Some((action, part)));
            for category in decision["category"].as_array_mut().unwrap() {
                let more = json!({"attributeId": "urn:altinn:partyid", "value": 50});
                category["attribute"].as_array_mut().unwrap().push(more);
            }
            decision
        };
        let read = read(&[
            with_more("Permit", "sign", "main"),
            with_more("Permit", "read", "x"),
            with_more("Deny", "read", "main"),
        ]);
        assert_eq!(read, Some((vec![false, true, true], vec![])));

        // One pair may be all that another is, and more: each has its own decision.
        let less = Marks {
            action: "read".to_owned(),
            resource: vec![("urn:altinn:resource".to_owned(), "a".to_owned())],
        };
        let body = json!({"response": [with_more("Permit", "read", "x")]}).to_string();
        let read = super::read(&Bytes::from(body), &[less, marks("read", "x")]).unwrap();
        assert_eq!(read.permitted, [false, true]);
    }

    #[test]
    fn two_decisions_on_one_pair_permit_only_together() {
        let about = Some(("read", "main"));
        for (first, second) in [("Permit", "Deny"), ("Deny", "Permit")] {
            let read = read(&[decision(first, about), decision(second, about)]);
            assert_eq!(read, Some((vec![false; 3], vec![])));
        }
    }

    #[test]
    fn pairs_that_are_the_same_to_the_decision_point_share_its_decisions() {
        let twice = [marks("read", "x"), marks("read", "x"), marks("read", "y")];
        let body = |decisions: &[Value]| Bytes::from(json!({"response": decisions}).to_string());
        let (x, y) = (Some(("read", "x")), Some(("read", "y")));
        for (first, second, permitted) in [
            ("Permit", "Permit", [true, true, false]),
            ("Permit", "Deny", [false; 3]),
        ] {
            let body = body(&[decision("Deny", y), decision(first, x), decision(second, x)]);
            assert_eq!(super::read(&body, &twice).unwrap().permitted, permitted);
        }
    }

    #[test]
    fn members_are_known_in_any_case_and_other_bodies_are_no_answer() {
        let body = |text: &'static str| super::read(&Bytes::from_static(text.as_bytes()), &asked());
        let found = body(
            r#"{"Response":[{"Decision":"Permit","Category":null,"More":1},{"DECISION":"Deny","category":[]},{"decision":"Permit"}]}"#,
        );
        assert_eq!(found.unwrap().permitted, [true, false, true]);
        for text in [
            "",
            "{}",
            "[]",
            r#"{"response":[{}]}"#,
            r#"{"response":null}"#,
        ] {
            assert!(body(text).is_err(), "{text}");
        }
    }
}
