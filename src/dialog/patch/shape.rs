//! What a document may hold: every member of an update body with the kind of its value.

use serde_json::{Map, Value};

use crate::{
    dialog::{
        action::{DialogGuiActionPriority, HttpVerb},
        activity::DialogActivityType,
        actor::ActorType,
        attachment::AttachmentUrlConsumerType,
        id, moment,
        named::Named,
        reading::{Choice, strict_moment},
        status::DialogStatusInput,
        timestamp::Timestamp,
        transmission::DialogTransmissionType,
    },
    json::{self, is_member},
};

/// The kind of a value.
pub enum Shape {
    /// Anything that one function reads; it gives the one spelling, or nothing.
    Leaf(fn(&Value) -> Option<Value>),
    /// `true` or `false`, never null.
    Flag,
    /// Objects with these members and no others.
    Object(&'static [Member]),
    /// Lists; null is the empty one.
    List(&'static Shape),
}

/// A member of an object.
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// The kind of its value.
    pub shape: Shape,
    /// What it is where a value leaves it out, if that is not the same as nothing.
    default: Option<&'static str>,
}

const fn member(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        default: None,
    }
}

const TEXT: Shape = Shape::Leaf(|value| value.is_string().then(|| value.clone()));
const WHOLE: Shape = Shape::Leaf(|value| {
    let number: i32 = json::read(value.to_string().as_bytes()).ok()?;
    Some(number.into())
});
const ID: Shape = Shape::Leaf(|value| Some(id::parse_strict(value.as_str()?)?.to_string().into()));

/// Without an offset it is UTC; bodies of other requests must have one.
const MOMENT: Shape = Shape::Leaf(|value| {
    let text = value.as_str()?;
    let moment = strict_moment(text).or_else(|| moment::parse(text).map(Timestamp::new))?;
    Some(moment.to_string().into())
});

/// Numbers that mean nothing stay: the rules tell of them.
fn choice<T: Named>(value: &Value) -> Option<Value> {
    match json::read::<Choice<T>>(value.to_string().as_bytes()).ok()? {
        Choice::Known(known) => Some(known.name().into()),
        Choice::Unknown(_) => Some(value.clone()),
    }
}

const TEXTS: Shape = Shape::List(&Shape::Object(&[
    member("value", TEXT),
    member("languageCode", TEXT),
]));

const CONTENT_VALUE: Shape = Shape::Object(&[member("value", TEXTS), member("mediaType", TEXT)]);

const CONTENT: Shape = Shape::Object(&[
    member("title", CONTENT_VALUE),
    member("nonSensitiveTitle", CONTENT_VALUE),
    member("summary", CONTENT_VALUE),
    member("nonSensitiveSummary", CONTENT_VALUE),
    member("senderName", CONTENT_VALUE),
    member("additionalInfo", CONTENT_VALUE),
    member("extendedStatus", CONTENT_VALUE),
    member("mainContentReference", CONTENT_VALUE),
]);

const ATTACHMENT: Shape = Shape::Object(&[
    member("id", ID),
    member("displayName", TEXTS),
    member("name", TEXT),
    member(
        "urls",
        Shape::List(&Shape::Object(&[
            member("id", ID),
            member("url", TEXT),
            member("mediaType", TEXT),
            member(
                "consumerType",
                Shape::Leaf(choice::<AttachmentUrlConsumerType>),
            ),
        ])),
    ),
    member("expiresAt", MOMENT),
]);

const GUI_ACTION: Shape = Shape::Object(&[
    member("id", ID),
    member("action", TEXT),
    member("url", TEXT),
    member("authorizationAttribute", TEXT),
    member("isDeleteDialogAction", Shape::Flag),
    Member {
        name: HTTP_METHOD,
        shape: Shape::Leaf(choice::<HttpVerb>),
        default: Some("GET"),
    },
    member("priority", Shape::Leaf(choice::<DialogGuiActionPriority>)),
    member("title", TEXTS),
    member("prompt", TEXTS),
]);

const API_ACTION: Shape = Shape::Object(&[
    member("id", ID),
    member("action", TEXT),
    member("authorizationAttribute", TEXT),
    member("name", TEXT),
    member(
        "endpoints",
        Shape::List(&Shape::Object(&[
            member("id", ID),
            member("version", TEXT),
            member("url", TEXT),
            member(HTTP_METHOD, Shape::Leaf(choice::<HttpVerb>)),
            member("documentationUrl", TEXT),
            member("requestSchema", TEXT),
            member("responseSchema", TEXT),
            member("deprecated", Shape::Flag),
            member("sunsetAt", MOMENT),
        ])),
    ),
]);

const ACTOR: Shape = Shape::Object(&[
    member("actorType", Shape::Leaf(choice::<ActorType>)),
    member("actorName", TEXT),
    member("actorId", TEXT),
]);

const TRANSMISSION: Shape = Shape::Object(&[
    member("id", ID),
    member("idempotentKey", TEXT),
    member("createdAt", MOMENT),
    member("authorizationAttribute", TEXT),
    member("extendedType", TEXT),
    member("externalReference", TEXT),
    member("relatedTransmissionId", ID),
    member("type", Shape::Leaf(choice::<DialogTransmissionType>)),
    member("sender", ACTOR),
    member(
        "content",
        Shape::Object(&[
            member("title", CONTENT_VALUE),
            member("summary", CONTENT_VALUE),
            member("contentReference", CONTENT_VALUE),
        ]),
    ),
    member("attachments", Shape::List(&ATTACHMENT)),
    member(
        "navigationalActions",
        Shape::List(&Shape::Object(&[
            member("title", TEXTS),
            member("url", TEXT),
            member("expiresAt", MOMENT),
        ])),
    ),
]);

const ACTIVITY: Shape = Shape::Object(&[
    member("id", ID),
    member("createdAt", MOMENT),
    member("extendedType", TEXT),
    member("type", Shape::Leaf(choice::<DialogActivityType>)),
    member("transmissionId", ID),
    member("performedBy", ACTOR),
    member("description", TEXTS),
]);

/// The one member for which null is another thing than nothing.
pub const HTTP_METHOD: &str = "httpMethod";

/// The whole document.
pub static UPDATE: Shape = Shape::Object(&[
    member("progress", WHOLE),
    member("extendedStatus", TEXT),
    member("externalReference", TEXT),
    member("dueAt", MOMENT),
    member("process", TEXT),
    member("precedingProcess", TEXT),
    member("expiresAt", MOMENT),
    member("isApiOnly", Shape::Flag),
    member("status", Shape::Leaf(choice::<DialogStatusInput>)),
    member("content", CONTENT),
    member(
        "searchTags",
        Shape::List(&Shape::Object(&[member("value", TEXT)])),
    ),
    member("attachments", Shape::List(&ATTACHMENT)),
    member("guiActions", Shape::List(&GUI_ACTION)),
    member("apiActions", Shape::List(&API_ACTION)),
    member("transmissions", Shape::List(&TRANSMISSION)),
    member("activities", Shape::List(&ACTIVITY)),
]);

impl Shape {
    /// What is left where a value is taken away.
    pub fn nothing(&self) -> Value {
        match self {
            Self::Leaf(_) | Self::Object(_) => Value::Null,
            Self::Flag => Value::Bool(false),
            Self::List(_) => Value::Array(Vec::new()),
        }
    }

    /// The value in the one form that documents have: all members there, under their names, unknown ones left out.
    /// `None` where it is of another kind.
    pub fn fit(&self, value: Value) -> Option<Value> {
        match (self, value) {
            (Self::Flag, value) => value.is_boolean().then_some(value),
            (_, Value::Null) => Some(self.nothing()),
            (Self::Leaf(read), value) => read(&value),
            (Self::List(shape), Value::Array(items)) => {
                let items = items.into_iter().map(|item| {
                    if item.is_null() {
                        None
                    } else {
                        shape.fit(item)
                    }
                });
                items.collect::<Option<Vec<_>>>().map(Value::Array)
            }
            (Self::Object(members), Value::Object(given)) => fit_members(members, given),
            _ => None,
        }
    }
}

fn fit_members(members: &[Member], given: Map<String, Value>) -> Option<Value> {
    let mut object: Map<String, Value> = members
        .iter()
        .map(|member| {
            let default = member
                .default
                .map_or_else(|| member.shape.nothing(), Into::into);
            (member.name.to_owned(), default)
        })
        .collect();
    for (name, value) in given {
        if let Some(member) = members.iter().find(|member| is_member(&name, member.name)) {
            object.insert(member.name.to_owned(), member.shape.fit(value)?);
        }
    }
    Some(Value::Object(object))
}
