//! Which dialogs are asked for. All conditions must hold.

use crate::dialog::{label::LabelMask, status::DialogStatus, timestamp::Timestamp};

/// Conditions; an empty list and `None` ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Short names of service owners, any of them, by case.
    pub orgs: Vec<String>,
    /// Any of these states.
    pub statuses: Vec<DialogStatus>,
    /// The owner's own status, any of them, by case.
    pub extended_statuses: Vec<String>,
    /// The owner's own reference, by case.
    pub external_reference: Option<String>,
    /// The process, by case.
    pub process: Option<String>,
    /// Labels that must all be there.
    pub labels: Option<LabelMask>,
    /// Whether somebody has seen the current content and it is not marked as unopened.
    pub is_content_seen: Option<bool>,
    /// Leaves out dialogs for machines.
    pub exclude_api_only: bool,
    /// When it was created.
    pub created: Span<Timestamp>,
    /// When it last changed.
    pub updated: Span<Timestamp>,
    /// When its content last changed.
    pub content_updated: Span<Timestamp>,
    /// When something is due; dialogs without such a date are in no span that has an end.
    pub due: Span<Timestamp>,
}

/// A span of time, both ends included; `None` is no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// Not before.
    pub after: Option<T>,
    /// Not after.
    pub before: Option<T>,
}

impl<T> Default for Span<T> {
    fn default() -> Self {
        Self {
            after: None,
            before: None,
        }
    }
}

impl<T: PartialOrd> Span<T> {
    /// Whether it ends before it begins.
    pub fn is_reversed(&self) -> bool {
        matches!((&self.after, &self.before), (Some(after), Some(before)) if after > before)
    }

    /// Whether both ends are open.
    pub fn is_open(&self) -> bool {
        self.after.is_none() && self.before.is_none()
    }

    /// The same span in another measure.
    pub fn map<U>(self, of: impl Fn(T) -> U) -> Span<U> {
        Span {
            after: self.after.map(&of),
            before: self.before.map(&of),
        }
    }
}
