//! Every rule that an input breaks, told at once.

use std::collections::BTreeMap;

/// Messages by the key of what they are about: a path such as `dto.attachments[0].name`, a parameter, or a
/// name of the domain such as `DueAt`. Several messages may share a key; their number is part of the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(BTreeMap<String, Vec<String>>);

impl Violations {
    /// One violation.
    pub fn one(key: impl Into<String>, message: impl Into<String>) -> Self {
        let mut all = Self::default();
        all.add(key, message);
        all
    }

    /// Adds a message at a key.
    pub fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.entry(key.into()).or_default().push(message.into());
    }

    /// Takes over all of `other`.
    pub fn extend(&mut self, other: Self) {
        for (key, messages) in other.0 {
            self.0.entry(key).or_default().extend(messages);
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys with their messages, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(key, messages)| (key.as_str(), messages.as_slice()))
    }

    /// `Err` with everything collected, or `value` when nothing was.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}
