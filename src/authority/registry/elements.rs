//! Lists and objects that others wrote: taken apart element by element, so that one bad element is one element lost.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// What a list or object holds besides what could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which list.
    pub list: &'static str,
    /// The element's place in it, from 0. Names can be personal numbers, so they are not told.
    pub at: usize,
    /// What is wrong with it; never a value.
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: element {} skipped: {}",
            self.list, self.at, self.reason
        )
    }
}

/// The text of a body.
pub fn text(body: Vec<u8>) -> Result<String, Malformed> {
    String::from_utf8(body).map_err(|_| Malformed::Json { line: 0, column: 0 })
}

/// Reads `text` as a list of at most `limit` elements.
pub fn list<T: DeserializeOwned>(
    name: &'static str,
    text: &str,
    limit: usize,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<T>, Malformed> {
    let raw: Vec<&RawValue> = serde_json::from_str(text)?;
    within(raw.len(), limit)?;
    let read = |(at, raw): (usize, &RawValue)| element(name, at, raw, skipped);
    Ok(raw.into_iter().enumerate().filter_map(read).collect())
}

/// Reads `text` as an object of at most `limit` members, in the order in which they stand.
pub fn object<T: DeserializeOwned>(
    name: &'static str,
    text: &str,
    limit: usize,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(String, T)>, Malformed> {
    let read = |(at, (key, raw)): (usize, (String, &RawValue))| {
        Some((key, element(name, at, raw, skipped)?))
    };
    let members = members(text, limit)?;
    Ok(members.into_iter().enumerate().filter_map(read).collect())
}

/// The members of an object with at most `limit` of them, as they stand.
pub fn members(text: &str, limit: usize) -> Result<Vec<(String, &RawValue)>, Malformed> {
    let members: Members = serde_json::from_str(text)?;
    within(members.0.len(), limit)?;
    Ok(members.0)
}

/// A text that is not what it should be as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// No JSON of the right kind.
    #[error("line {line}, column {column}: not the JSON that belongs here")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Longer than we are ready to hold.
    #[error("{found} elements, {limit} are allowed")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
}

/// The text of the error is dropped: it may quote values.
impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
        }
    }
}

fn within(found: usize, limit: usize) -> Result<(), Malformed> {
    if found <= limit {
        Ok(())
    } else {
        Err(Malformed::TooMany { found, limit })
    }
}

fn element<T: DeserializeOwned>(
    list: &'static str,
    at: usize,
    raw: &RawValue,
    skipped: &mut Vec<Skipped>,
) -> Option<T> {
    match serde_json::from_str(raw.get()) {
        Ok(read) => Some(read),
        Err(error) => {
            let reason = match error.classify() {
                serde_json::error::Category::Data => without_values(&error.to_string()),
                _ => "no JSON".to_owned(),
            };
            skipped.push(Skipped { list, at, reason });
            None
        }
    }
}

/// serde tells missing members by name, which helps and is harmless; all else may quote the value.
fn without_values(error: &str) -> String {
    if error.starts_with("missing field") {
        error
            .split(" at line")
            .next()
            .unwrap_or_default()
            .to_owned()
    } else {
        "a member of the wrong type".to_owned()
    }
}

/// The members of an object, unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, PartialEq, Debug)]
    struct Thing {
        name: String,
    }

    #[test]
    fn one_bad_element_costs_nothing_but_itself() {
        let mut skipped = Vec::new();
        let text = r#"[{"name":"a"},{"nam":"secret"},{"name":5},7,{"name":"b","more":1}]"#;
        let read: Vec<Thing> = list("things", text, 9, &mut skipped).unwrap();
        assert_eq!(
            read.iter().map(|t| &*t.name).collect::<Vec<_>>(),
            ["a", "b"]
        );
        let told: Vec<String> = skipped.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "things: element 1 skipped: missing field `name`",
                "things: element 2 skipped: a member of the wrong type",
                "things: element 3 skipped: a member of the wrong type",
            ]
        );
    }

    #[test]
    fn members_keep_their_order() {
        let mut skipped = Vec::new();
        let read: Vec<(String, u8)> =
            object("o", r#"{"b":1,"a":2,"c":"x"}"#, 9, &mut skipped).unwrap();
        assert_eq!(read, [("b".to_owned(), 1), ("a".to_owned(), 2)]);
        assert_eq!(skipped.len(), 1);
    }

    #[test]
    fn what_is_no_list_or_too_long_is_refused_as_a_whole() {
        let mut skipped = Vec::new();
        for (text, limit) in [("{}", 9), ("[1,", 9), ("[1,2,3]", 2), ("", 9)] {
            assert!(
                list::<u8>("l", text, limit, &mut skipped).is_err(),
                "{text}"
            );
        }
        let Err(error) = list::<u8>("l", "[1,\n\"secret\" 2]", 9, &mut skipped) else {
            unreachable!("it is no JSON")
        };
        assert_eq!(
            error.to_string(),
            "line 2, column 10: not the JSON that belongs here"
        );
    }
}
