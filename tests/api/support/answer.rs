//! An answer of the server, and what a test wants to see in it.

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

    /// Demands a problem with a message at a key.
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
    pub fn ids(&self) -> Vec<String> {
        let items = self.body["items"].as_array().expect("a page has items");
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    }
}
