//! Lists: the name repeated, one JSON array, or one value with commas.

use serde::Deserialize;

use super::{Query, Values};
use crate::dialog::{Violations, named::Named, reading::Choice};

/// An element of a JSON array.
#[derive(Deserialize)]
#[serde(untagged)]
enum Element {
    Text(String),
    Number(serde_json::Number),
    /// Null, an array, an object, a boolean.
    Other(serde::de::IgnoredAny),
}

/// The elements of a list before they are read.
enum Elements<'a> {
    Texts(Vec<&'a str>),
    Json(Vec<Element>),
}

impl Query {
    /// A list of texts, as they are: nothing is trimmed, an empty value is an empty text.
    pub fn texts(&self, name: &str, v: &mut Violations) -> Vec<String> {
        let Some(given) = self.values(name) else {
            return Vec::new();
        };
        let texts = match elements(&given, v) {
            None => return Vec::new(),
            Some(Elements::Texts(texts)) => texts.into_iter().map(ToOwned::to_owned).collect(),
            Some(Elements::Json(elements)) => {
                let mut texts = Vec::with_capacity(elements.len());
                for (at, element) in elements.into_iter().enumerate() {
                    match element {
                        Element::Text(text) => texts.push(text),
                        Element::Number(_) => {
                            v.add(given.name, "must be a list of texts.");
                            return Vec::new();
                        }
                        Element::Other(_) => {
                            v.add(format!("{}[{at}]", given.name), "must be a text.");
                        }
                    }
                }
                texts
            }
        };
        if texts.iter().any(|text| text.contains('\0')) {
            v.add(given.name, "must not contain U+0000.");
            return Vec::new();
        }
        texts
    }

    /// A list of values of an enumeration: names in any letter case with blanks around, or numbers. A repeated list
    /// that begins with a number must hold nothing else, as it always had to.
    pub fn choices<T: Named>(&self, name: &str, v: &mut Violations) -> Vec<Choice<T>> {
        let Some(given) = self.values(name) else {
            return Vec::new();
        };
        let read = match elements(&given, v) {
            None => return Vec::new(),
            Some(Elements::Texts(texts)) => {
                let numbers_only = given.values.len() > 1 && number(texts[0]).is_some();
                texts
                    .into_iter()
                    .map(|text| match number(text) {
                        None if numbers_only => None,
                        _ => choice(text),
                    })
                    .collect::<Option<Vec<_>>>()
            }
            Some(Elements::Json(elements)) => elements
                .into_iter()
                .map(|element| match element {
                    Element::Text(text) => choice(&text),
                    Element::Number(number) => {
                        let number = i32::try_from(number.as_i64()?).ok()?;
                        Some(Choice::from_number(number))
                    }
                    Element::Other(_) => None,
                })
                .collect(),
        };
        read.unwrap_or_else(|| {
            v.add(given.name, format!("must be a list of {}.", names::<T>()));
            Vec::new()
        })
    }
}

/// Takes a list apart; `None` where it cannot be.
fn elements<'a>(given: &Values<'a>, v: &mut Violations) -> Option<Elements<'a>> {
    let [only] = given.values.as_slice() else {
        return Some(Elements::Texts(given.values.clone()));
    };
    if only.starts_with('[') && only.ends_with(']') {
        return match serde_json::from_str(only) {
            Ok(elements) => Some(Elements::Json(elements)),
            Err(_) => {
                v.add(given.name, "is not a JSON array.");
                None
            }
        };
    }
    if only.starts_with('{') && only.ends_with('}') {
        v.add(given.name, "must be a list, not a JSON object.");
        return None;
    }
    // A value with an empty part is one value.
    let parts: Vec<&str> = only.split(',').collect();
    Some(Elements::Texts(if parts.iter().any(|p| p.is_empty()) {
        vec![only]
    } else {
        parts
    }))
}

/// One value of an enumeration.
pub(super) fn choice<T: Named>(text: &str) -> Option<Choice<T>> {
    match number(text) {
        Some(number) => Some(Choice::from_number(number)),
        None => T::from_name(text.trim()).map(Choice::Known),
    }
}

/// A whole number of 32 bits, perhaps with blanks around, a sign or leading zeros.
pub(super) fn number(text: &str) -> Option<i32> {
    text.trim().parse().ok()
}

/// The names of an enumeration, for a message.
pub(super) fn names<T: Named>() -> String {
    let names: Vec<_> = T::ALL.iter().map(|(_, name, _)| *name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::{label::SystemLabel, status::DialogStatus};

    fn texts(query: &str) -> Result<Vec<String>, Vec<String>> {
        let mut v = Violations::default();
        let texts = Query::parse(Some(query)).texts("party", &mut v);
        let keys = v.iter().map(|(key, _)| key.to_owned()).collect();
        v.into_result(texts).map_err(|_| keys)
    }

    #[test]
    fn lists_come_in_three_forms() {
        for (query, list) in [
            ("", &[][..]),
            ("other=a", &[]),
            ("party=a&party=b", &["a", "b"]),
            ("party=a&PARTY=b,c", &["a", "b,c"]),
            ("party=[%22a%22,%22b%22]", &["a", "b"]),
            ("party=[%22a,b%22]", &["a,b"]),
            ("party=[]", &[]),
            ("party=[%22a%22&party=b", &["[\"a\"", "b"]),
            ("party=[%22a%22", &["[\"a\""]),
            ("party=a,b", &["a", "b"]),
            ("party=a,+b", &["a", " b"]),
            ("party=a,,b", &["a,,b"]),
            ("party=,a", &[",a"]),
            ("party=a,", &["a,"]),
            ("party=", &[""]),
            ("party", &[""]),
            ("party[]=a&party[0]=b", &[]),
        ] {
            let list: Vec<_> = list.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(texts(query), Ok(list), "{query}");
        }
    }

    #[test]
    fn what_is_no_list_of_texts_is_refused_under_its_own_spelling() {
        for (query, key) in [
            ("party=[null]", "party[0]"),
            ("Party=[%22a%22,null]", "Party[1]"),
            ("party=[1]", "party"),
            ("PARTY=[a]", "PARTY"),
            ("party={%22a%22:1}", "party"),
            ("party=[{}]", "party[0]"),
            ("party=a%00b", "party"),
        ] {
            assert_eq!(texts(query), Err(vec![key.to_owned()]), "{query}");
        }
    }

    #[test]
    fn enumerations_are_read_by_name_and_number() {
        use Choice::{Known, Unknown};
        use DialogStatus::{Completed, Draft, NotApplicable};
        let read = |query: &str| {
            let mut v = Violations::default();
            let choices = Query::parse(Some(query)).choices::<DialogStatus>("status", &mut v);
            v.into_result(choices).map_err(|v| {
                let keys: Vec<_> = v.iter().map(|(key, _)| key.to_owned()).collect();
                keys.join(" ")
            })
        };
        for (query, choices) in [
            ("status=draft", vec![Known(Draft)]),
            ("status=+DRAFT+", vec![Known(Draft)]),
            ("status=7", vec![Known(NotApplicable)]),
            (
                "status=Draft,+Completed",
                vec![Known(Draft), Known(Completed)],
            ),
            (
                "status=[%22Draft%22,7]",
                vec![Known(Draft), Known(NotApplicable)],
            ),
            ("status=1", vec![Unknown(1)]),
            ("status=-1", vec![Unknown(-1)]),
            ("status=Draft&status=99", vec![Known(Draft), Unknown(99)]),
            (
                "status=7&status=99",
                vec![Known(NotApplicable), Unknown(99)],
            ),
            ("status=[]", vec![]),
        ] {
            assert_eq!(read(query), Ok(choices), "{query}");
        }
        for query in [
            "status=Sent",
            "status=New",
            "status=foo",
            "status=Not+Applicable",
            "status=",
            "status=Draft&status=foo",
            "status=7&status=Draft",
            "status=99999999999",
            "status=[null]",
            "status=[1.5]",
        ] {
            assert_eq!(read(query), Err("status".to_owned()), "{query}");
        }
        let mut v = Violations::default();
        let labels = Query::parse(Some("systemLabel=Sent,5"));
        let labels = labels.choices::<SystemLabel>("systemLabel", &mut v);
        assert_eq!(labels, [Known(SystemLabel::Sent), Known(SystemLabel::Sent)]);
    }
}
