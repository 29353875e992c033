//! What a service owner asks for among its own dialogs, and the rules that it must keep.

use chrono::{DateTime, Utc};

use super::{
    filter::Span,
    request::{MostValues, Request, Search},
};
use crate::{
    dialog::{Violations, limits::utf16_length, reading::Choice, timestamp::Timestamp},
    named_enum,
};

/// Shortest and longest label, UTF-16 code units, blanks and star included.
const LABEL_LENGTH: std::ops::RangeInclusive<usize> = 3..=255;

named_enum! {
    /// Whether deleted dialogs are wanted.
    pub enum DeletedFilter {
        /// Without them.
        Exclude = 1,
        /// With them.
        Include = 2,
        /// Only them.
        Only = 3,
    }
}

/// Labels that a dialog must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelPattern {
    /// This label, lower case.
    Exact(String),
    /// Any label that begins like this, lower case.
    Prefix(String),
}

/// Conditions that only service owners set; none of them by default, and without deleted dialogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerFilter {
    /// Whether deleted dialogs are wanted.
    pub deleted: DeletedFilter,
    /// From when end users see the dialog; dialogs without such a time are in no span that has an end.
    pub visible: Span<Timestamp>,
    /// Labels of the service owner, all of them.
    pub labels: Vec<LabelPattern>,
}

impl Default for OwnerFilter {
    fn default() -> Self {
        Self {
            deleted: DeletedFilter::Exclude,
            visible: Span::default(),
            labels: Vec::new(),
        }
    }
}

/// The parameters of a service owner's search as they were read, before any rule.
#[derive(Debug, Clone, Default)]
pub struct OwnerRequest {
    /// What end users may ask for too.
    pub common: Request,
    /// `deleted`
    pub deleted: Option<Choice<DeletedFilter>>,
    /// `visibleAfter`, `visibleBefore`
    pub visible: Span<DateTime<Utc>>,
    /// `serviceOwnerLabels`
    pub labels: Vec<String>,
}

/// A service owner's search that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerSearch {
    /// What end users may ask for too.
    pub common: Search,
    /// What only service owners ask for.
    pub filter: OwnerFilter,
}

impl OwnerRequest {
    /// The search, which counts only if no broken rule was added to `v`. Acting for a person, a service owner must
    /// name a party or a resource and may look for words; for itself it cannot.
    pub fn validate(self, most: &MostValues, for_person: bool, v: &mut Violations) -> OwnerSearch {
        let common = &self.common;
        if for_person && common.parties.is_empty() && common.resources.is_empty() {
            v.add(
                "endUserId",
                "needs party or serviceResource to be given too.",
            );
        }
        if !for_person && common.text.is_some() {
            v.add("search", "needs endUserId to be given too.");
        }
        if self.visible.is_reversed() {
            v.add("visibleAfter", "must not be later than visibleBefore.");
        }
        let deleted = match self.deleted {
            None => DeletedFilter::Exclude,
            Some(Choice::Known(deleted)) => deleted,
            Some(Choice::Unknown(number)) => {
                v.add("deleted", format!("{number} is no such value."));
                DeletedFilter::Exclude
            }
        };
        OwnerSearch {
            filter: OwnerFilter {
                deleted,
                visible: self.visible.map(Timestamp::new),
                labels: labels(&self.labels, v),
            },
            common: self.common.check(most, v),
        }
    }
}

fn labels(given: &[String], v: &mut Violations) -> Vec<LabelPattern> {
    let mut patterns = Vec::with_capacity(given.len());
    for (at, text) in given.iter().enumerate() {
        let key = || format!("serviceOwnerLabels[{at}]");
        if !LABEL_LENGTH.contains(&utf16_length(text)) {
            let (least, most) = (LABEL_LENGTH.start(), LABEL_LENGTH.end());
            v.add(
                key(),
                format!("must be from {least} to {most} characters long."),
            );
            continue;
        }
        match LabelPattern::read(text) {
            Some(LabelPattern::Exact(label)) if label.is_empty() => {}
            Some(pattern) => patterns.push(pattern),
            None => v.add(key(), "may have a * only as its last character."),
        }
    }
    patterns
}

impl LabelPattern {
    /// Reads a label, which is trimmed, in any letter case and may end with a star; `None` where a star stands
    /// elsewhere.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let pattern = match text.strip_suffix('*') {
            Some(prefix) => Self::Prefix(prefix.to_owned()),
            None => Self::Exact(text),
        };
        let (Self::Exact(rest) | Self::Prefix(rest)) = &pattern;
        (!rest.contains('*')).then_some(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: MostValues = MostValues {
        parties: 20,
        resources: 20,
        orgs: 0,
        extended_statuses: 20,
    };

    /// The search, or keys with the number of their messages.
    fn validated(request: OwnerRequest, for_person: bool) -> Result<OwnerSearch, String> {
        let mut v = Violations::default();
        let search = request.validate(&MOST, for_person, &mut v);
        v.into_result(search).map_err(|v| {
            let keys: Vec<_> = v
                .iter()
                .map(|(key, messages)| format!("{key}:{}", messages.len()))
                .collect();
            keys.join(" ")
        })
    }

    fn labelled(labels: &[&str]) -> OwnerRequest {
        OwnerRequest {
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            ..OwnerRequest::default()
        }
    }

    #[test]
    fn nothing_needs_to_be_asked_for() {
        let search = validated(OwnerRequest::default(), false).unwrap();
        assert_eq!(search.filter, OwnerFilter::default());
        assert_eq!(search.common.limit, 100);
    }

    #[test]
    fn words_belong_to_a_person_and_a_person_to_a_place() {
        let request = |text: Option<&str>, resources: &[&str]| OwnerRequest {
            common: Request {
                text: text.map(ToOwned::to_owned),
                resources: resources.iter().map(|r| (*r).to_owned()).collect(),
                ..Request::default()
            },
            ..OwnerRequest::default()
        };
        for (request, for_person, keys) in [
            (request(None, &[]), true, "endUserId:1"),
            (request(None, &[""]), true, ""),
            (request(Some("abc"), &[""]), true, ""),
            (request(Some("abc"), &[""]), false, "search:1"),
            (request(Some("ab"), &[""]), false, "search:2"),
            (request(Some("ab"), &[]), true, "endUserId:1 search:1"),
        ] {
            let refused = validated(request, for_person).err().unwrap_or_default();
            assert_eq!(refused, keys);
        }
    }

    #[test]
    fn own_conditions_have_rules() {
        let at = |text: &str| Some(text.parse().unwrap());
        let visible = Span {
            after: at("2025-01-02T00:00:00Z"),
            before: at("2025-01-01T00:00:00Z"),
        };
        let request = OwnerRequest {
            deleted: Some(Choice::Unknown(9)),
            visible,
            ..labelled(&["ab", "abc"])
        };
        assert_eq!(
            validated(request, false).unwrap_err(),
            "deleted:1 serviceOwnerLabels[0]:1 visibleAfter:1"
        );
    }

    #[test]
    fn labels_may_end_with_a_star() {
        use LabelPattern::{Exact, Prefix};
        let long = "x".repeat(254);
        let prefix = |text: &str| vec![Prefix(text.to_owned())];
        let exact = |text: &str| vec![Exact(text.to_owned())];
        for (label, patterns) in [
            ("abc", exact("abc")),
            (" Abc ", exact("abc")),
            ("ab*", prefix("ab")),
            (" SCAD* ", prefix("scad")),
            ("a%_*", prefix("a%_")),
            ("  *", prefix("")),
            ("   ", vec![]),
            (&format!("{long}*"), prefix(&long)),
        ] {
            let search = validated(labelled(&[label]), false).unwrap();
            assert_eq!(search.filter.labels, patterns, "{label:?}");
        }
        for label in [
            "",
            "*",
            "a*",
            "ab",
            "a*bc",
            "ab**",
            "*abc",
            &format!("{long}x*"),
        ] {
            let refused = validated(labelled(&["abc", label]), false).unwrap_err();
            assert_eq!(refused, "serviceOwnerLabels[1]:1", "{label:?}");
        }
    }
}
