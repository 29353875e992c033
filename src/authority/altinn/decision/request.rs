//! Decision requests as the platform's decision point reads them: the JSON Profile of XACML 3.0 with many decisions in
//! one request.

use serde::Serialize;

use crate::{
    authority::{
        Question, Subject, Unavailable,
        attributes::{self, ACTION_ID},
        question::{Attribute, Pair},
    },
    dialog::party::Kind,
};

/// The whole body.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Body {
    request: Request,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    resource: Vec<Category>,
    action: Vec<Category>,
    access_subject: Vec<Category>,
    multi_requests: MultiRequests,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Category {
    id: String,
    attribute: Vec<Named>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    attribute_id: String,
    value: String,
    #[serde(skip_serializing_if = "is_false")]
    include_in_result: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MultiRequests {
    request_reference: Vec<Reference>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reference {
    reference_id: [String; 3],
}

/// What tells one pair of a request from all others, where the answer repeats it: the action and the attributes of
/// the resource, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// The action.
    pub action: String,
    /// Identifiers and values.
    pub resource: Vec<(String, String)>,
}

/// A request with what its answer is to be read by.
pub struct Asked {
    /// The request.
    pub body: Body,
    /// For each pair, in order.
    pub marks: Vec<Marks>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Asks for some pairs of a question. Actions and attributes are numbered as they first occur.
pub fn of(subject: &Subject, question: &Question, pairs: &[Pair]) -> Result<Asked, Unavailable> {
    let mut actions: Vec<&str> = Vec::new();
    let mut attributes: Vec<&Attribute> = Vec::new();
    let mut references = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let resource = position(&mut attributes, &pair.attribute) + 1;
        let action = position(&mut actions, pair.action.as_str()) + 1;
        references.push(Reference {
            reference_id: [
                "s1".to_owned(),
                format!("r{resource}"),
                format!("a{action}"),
            ],
        });
    }
    let resources: Vec<Vec<(String, String)>> = attributes
        .iter()
        .map(|attribute| {
            let resource = attributes::of(subject, question, attribute);
            let owned = |(id, value): attributes::Named<'_>| (id.into_owned(), value.into_owned());
            resource.attributes.into_iter().map(owned).collect()
        })
        .collect();
    let marks = pairs.iter().map(|pair| {
        let at = attributes
            .iter()
            .position(|known| **known == pair.attribute);
        let mut resource = at.map_or_else(Vec::new, |at| resources[at].clone());
        resource.sort_unstable();
        Marks {
            action: pair.action.clone(),
            resource,
        }
    });
    let marks = marks.collect();
    let request = Request {
        resource: numbered("r", resources, true),
        action: numbered(
            "a",
            actions
                .iter()
                .map(|action| vec![(ACTION_ID.to_owned(), (*action).to_owned())]),
            true,
        ),
        access_subject: numbered("s", [vec![who(subject)?]], false),
        multi_requests: MultiRequests {
            request_reference: references,
        },
    };
    Ok(Asked {
        body: Body { request },
        marks,
    })
}

/// Where `one` stands among those that occurred, which it joins if it is new.
fn position<T: PartialEq>(known: &mut Vec<T>, one: T) -> usize {
    known
        .iter()
        .position(|other| *other == one)
        .unwrap_or_else(|| {
            known.push(one);
            known.len() - 1
        })
}

fn numbered(
    letter: &str,
    categories: impl IntoIterator<Item = Vec<(String, String)>>,
    include_in_result: bool,
) -> Vec<Category> {
    let category = |(at, attributes): (usize, Vec<(String, String)>)| Category {
        id: format!("{letter}{}", at + 1),
        attribute: attributes
            .into_iter()
            .map(|(attribute_id, value)| Named {
                attribute_id,
                value,
                include_in_result,
            })
            .collect(),
    };
    categories.into_iter().enumerate().map(category).collect()
}

/// The one attribute by which the platform knows the caller.
fn who(subject: &Subject) -> Result<(String, String), Unavailable> {
    if let Some(id) = subject.user_id() {
        return Ok(("urn:altinn:userid".to_owned(), id.to_owned()));
    }
    let id = match subject.urn().kind() {
        Kind::Person => "urn:altinn:person:identifier-no",
        Kind::SystemUser => "urn:altinn:systemuser:uuid",
        Kind::IdportenEmail | Kind::LegacySelfIdentified | Kind::Organization => {
            return Err(Unavailable::UnknownUser);
        }
    };
    Ok((id.to_owned(), subject.urn().id().to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::{authority::Target, dialog::party::PartyUrn};

    const PERSON: &str = "urn:altinn:person:identifier-no:08844397713";
    const SYSTEM: &str = "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
    const MAIL: &str = "urn:altinn:person:idporten-email:a@b.no";

    fn subject(urn: &str) -> Subject {
        Subject::new(PartyUrn::parse_user(urn).unwrap())
    }

    fn asked(subject: &Subject, pairs: &[(&str, Option<&str>)]) -> Result<Value, Unavailable> {
        let target = Target {
            dialog: Uuid::nil(),
            party: "urn:altinn:organization:identifier-no:991825827",
            resource: "urn:altinn:resource:my-service",
            labels: &[],
        };
        let pairs = pairs
            .iter()
            .map(|(action, attribute)| Pair::new(action, *attribute));
        let question = Question::new(target, pairs);
        let asked = of(subject, &question, question.pairs())?;
        Ok(serde_json::to_value(asked.body).unwrap())
    }

    #[test]
    fn a_request_numbers_what_it_asks_and_repeats_nothing() {
        let found = asked(
            &subject(PERSON),
            &[
                ("sign", None),
                ("read", Some("urn:altinn:resource:other-service")),
                ("read", Some("bare")),
            ],
        );
        let named = |id: &str, value: &str| json!({"AttributeId": id, "Value": value, "IncludeInResult": true});
        let party = || named("urn:altinn:organization:identifier-no", "991825827");
        let instance = || {
            let dialog = "urn:altinn:dialog-id:00000000-0000-0000-0000-000000000000";
            named("urn:altinn:resource:instance-id", dialog)
        };
        let own = |part: &str| {
            json!([
                named("urn:altinn:resource", "my-service"),
                party(),
                instance(),
                named("urn:altinn:subresource", part),
            ])
        };
        assert_eq!(
            found.unwrap(),
            json!({"Request": {
                "Resource": [
                    {"Id": "r1", "Attribute": own("bare")},
                    {"Id": "r2", "Attribute": own("main")},
                    {"Id": "r3", "Attribute": [party(), named("urn:altinn:resource", "other-service")]},
                ],
                "Action": [
                    {"Id": "a1", "Attribute": [named(ACTION_ID, "read")]},
                    {"Id": "a2", "Attribute": [named(ACTION_ID, "sign")]},
                ],
                "AccessSubject": [
                    {"Id": "s1", "Attribute": [{"AttributeId": "urn:altinn:person:identifier-no", "Value": "08844397713"}]},
                ],
                "MultiRequests": {"RequestReference": [
                    {"ReferenceId": ["s1", "r1", "a1"]},
                    {"ReferenceId": ["s1", "r2", "a1"]},
                    {"ReferenceId": ["s1", "r3", "a1"]},
                    {"ReferenceId": ["s1", "r2", "a2"]},
                ]},
            }})
        );
    }

    #[test]
    fn a_caller_is_known_by_one_number() {
        let numbered = |urn: &str| subject(urn).with_user_id("20001");
        for (subject, expected) in [
            (
                subject(PERSON),
                Some(("urn:altinn:person:identifier-no", "08844397713")),
            ),
            (numbered(PERSON), Some(("urn:altinn:userid", "20001"))),
            (numbered(MAIL), Some(("urn:altinn:userid", "20001"))),
            (
                subject(SYSTEM),
                Some((
                    "urn:altinn:systemuser:uuid",
                    "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
                )),
            ),
            (subject(MAIL), None),
        ] {
            let found = asked(&subject, &[]);
            let Some((id, value)) = expected else {
                assert_eq!(found, Err(Unavailable::UnknownUser));
                continue;
            };
            let found = found.unwrap();
            assert_eq!(
                found["Request"]["AccessSubject"],
                json!([{"Id": "s1", "Attribute": [{"AttributeId": id, "Value": value}]}])
            );
        }
    }
}
