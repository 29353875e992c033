//! An answer of the server, and what a test wants to see in it.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Status, headers and body of an answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub body: Value,
}

#[expect(
    clippy::wrong_self_convention,
    reason = "demands read like sentences and pass the answer on"
)]
impl Answer {
    /// Demands a status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}: {}",
            self.asked,
            self.text
        );
        self
    }

    /// Demands a status without a body.
    #[track_caller]
    pub fn is_empty(self, status: u16) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.text, "", "{}", answer.asked);
        answer
    }

    /// Demands a whole problem document with errors at exactly these keys.
    #[track_caller]
    pub fn refuses(self, status: u16, keys: &[&str]) -> Self {
        let answer = self.is_problem(status);
        let found: BTreeSet<_> = answer.keys().into_iter().collect();
        let wanted: BTreeSet<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        assert_eq!(found, wanted, "{}: {}", answer.asked, answer.text);
        answer
    }

    /// Demands a problem document: its own members are all there and agree with the answer.
    #[track_caller]
    pub fn is_problem(self, status: u16) -> Self {
        let answer = self.is(status).has("/status", status);
        let media = answer.header("content-type");
        assert!(
            media.starts_with("application/problem+json") || media.starts_with("application/json"),
            "{}: {media}",
            answer.asked
        );
        for member in ["/type", "/title", "/traceId"] {
            assert!(!answer.text_at(member).is_empty());
        }
        // Patches that cannot be read are told otherwise: another type, no path.
        let is_of_patch = answer.text_at("/type").contains("rfc9110");
        assert_ne!(
            is_of_patch,
            answer.at("/instance").is_string(),
            "{}: {}",
            answer.asked,
            answer.text
        );
        answer
    }

    /// The keys of a problem's errors.
    pub fn keys(&self) -> Vec<String> {
        let errors = self.body["errors"].as_object();
        errors
            .map(|errors| errors.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// Demands a value at a JSON pointer.
    #[track_caller]
    pub fn has(self, pointer: &str, value: impl Into<Value>) -> Self {
        assert_eq!(
            self.at(pointer),
            &value.into(),
            "{} at {pointer}: {}",
            self.asked,
            self.text
        );
        self
    }

    /// Demands that nothing is at a JSON pointer.
    #[track_caller]
    pub fn lacks(self, pointer: &str) -> Self {
        assert_eq!(
            self.body.pointer(pointer),
            None,
            "{} at {pointer}: {}",
            self.asked,
            self.text
        );
        self
    }

    /// Demands a problem with a message at a key, whatever else is wrong.
    #[track_caller]
    pub fn tells(self, key: &str) -> Self {
        assert!(
            !self.messages(key).is_empty(),
            "{}: no error {key:?} in {}",
            self.asked,
            self.text
        );
        self
    }

    /// The messages at a key of a problem.
    pub fn messages(&self, key: &str) -> Vec<String> {
        self.body["errors"][key]
            .as_array()
            .map(|list| {
                list.iter()
                    .map(|m| m.as_str().unwrap().to_owned())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The value at a JSON pointer; null where nothing is.
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a JSON pointer.
    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        self.at(pointer)
            .as_str()
            .unwrap_or_else(|| panic!("{}: no text at {pointer} in {}", self.asked, self.text))
            .to_owned()
    }

    /// The list at a JSON pointer.
    #[track_caller]
    pub fn list_at(&self, pointer: &str) -> &[Value] {
        self.at(pointer)
            .as_array()
            .unwrap_or_else(|| panic!("{}: no list at {pointer} in {}", self.asked, self.text))
    }

    /// The texts that a member has in each element of a list: `texts_at("/items", "/id")`.
    #[track_caller]
    pub fn texts_at(&self, list: &str, member: &str) -> Vec<String> {
        let text = |item: &Value| item.pointer(member)?.as_str().map(ToOwned::to_owned);
        let found = self.list_at(list).iter().map(text).collect::<Option<_>>();
        found.unwrap_or_else(|| panic!("{}: no text {member} in {}", self.asked, self.text))
    }

    /// A header as text.
    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name);
        value
            .unwrap_or_else(|| panic!("{}: no header {name}", self.asked))
            .to_str()
            .unwrap()
            .into()
    }

    /// The ids of a page's items.
    #[track_caller]
    pub fn ids(&self) -> Vec<String> {
        self.texts_at("/items", "/id")
    }
}
