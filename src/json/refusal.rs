//! The one thing that was wrong with a document, and where.

use std::{borrow::Cow, fmt::Write};

/// Longest name that a path repeats; clients may send names of any length.
const NAME_SHOWN: usize = 100;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", self.key())]
pub struct Refusal {
    /// Innermost step first.
    steps: Vec<Step>,
    reason: Cow<'static, str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
}

impl Refusal {
    /// Something is wrong with the value that is being read.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            steps: Vec::new(),
            reason: reason.into(),
        }
    }

    /// What is wrong, as a sentence.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Where, for example `guiActions[0].priority`, with names as the client spelled them; empty for the whole.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            // Writing to a `String` cannot fail.
            let _ = match step {
                Step::Member(name) if path.is_empty() => write!(path, "{name}"),
                Step::Member(name) => write!(path, ".{name}"),
                Step::Index(index) => write!(path, "[{index}]"),
            };
        }
        path
    }

    /// The key under which the public API tells it: the path, or `SerializerErrors` for the whole.
    pub fn key(&self) -> String {
        if self.steps.is_empty() {
            "SerializerErrors".to_owned()
        } else {
            self.path()
        }
    }

    pub(super) fn in_member(mut self, name: &str) -> Self {
        self.steps
            .push(Step::Member(name.chars().take(NAME_SHOWN).collect()));
        self
    }

    pub(super) fn in_element(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// The same, but told of the value that is being read instead of something inside it.
    pub(super) fn of_the_whole(mut self) -> Self {
        self.steps.clear();
        self
    }
}
