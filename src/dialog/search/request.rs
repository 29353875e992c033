//! What an end user asks for, and the rules that it must keep.

use chrono::{DateTime, Utc};

use super::{
    Cursor, Dictionary, Order, TextQuery,
    filter::{Filter, Span},
};
use crate::dialog::{
    Violations,
    label::{LabelMask, SystemLabel},
    language::LanguageCode,
    limits::{URI, utf16_length},
    named::Named,
    party::{self, PartyUrn},
    resource,
    status::DialogStatus,
    timestamp::Timestamp,
};

/// Dialogs on a page when the caller does not say.
const USUAL_LIMIT: i32 = 100;
/// Most dialogs on a page.
const LARGEST_LIMIT: i32 = 1_000;
/// Shortest free text, UTF-16 code units.
const SHORTEST_TEXT: usize = 3;

/// How many values some filters may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostValues {
    /// Of `party`.
    pub parties: usize,
    /// Of `serviceResource`.
    pub resources: usize,
    /// Of `org`.
    pub orgs: usize,
    /// Of `extendedStatus`.
    pub extended_statuses: usize,
}

/// A value of an enumeration as a client sent it: names that mean nothing cannot be read, numbers can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<T> {
    /// One of the values.
    Known(T),
    /// A number that stands for none of them.
    Unknown(i32),
}

impl<T: Named> Choice<T> {
    /// The value with this number.
    pub fn from_number(number: i32) -> Self {
        T::from_number(number.into()).map_or(Self::Unknown(number), Self::Known)
    }
}

/// The parameters of a search as they were read, before any rule.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `org`
    pub orgs: Vec<String>,
    /// `serviceResource`
    pub resources: Vec<String>,
    /// `party`
    pub parties: Vec<String>,
    /// `extendedStatus`
    pub extended_statuses: Vec<String>,
    /// `externalReference`
    pub external_reference: Option<String>,
    /// `status`
    pub statuses: Vec<Choice<DialogStatus>>,
    /// `createdAfter`, `createdBefore`; like all spans here finer than what is stored.
    pub created: Span<DateTime<Utc>>,
    /// `updatedAfter`, `updatedBefore`
    pub updated: Span<DateTime<Utc>>,
    /// `contentUpdatedAfter`, `contentUpdatedBefore`
    pub content_updated: Span<DateTime<Utc>>,
    /// `dueAfter`, `dueBefore`
    pub due: Span<DateTime<Utc>>,
    /// `isContentSeen`
    pub is_content_seen: Option<bool>,
    /// `process`
    pub process: Option<String>,
    /// `systemLabel`
    pub labels: Vec<Choice<SystemLabel>>,
    /// `excludeApiOnly`
    pub exclude_api_only: Option<bool>,
    /// `search`
    pub text: Option<String>,
    /// `searchLanguageCode`
    pub text_language: Option<String>,
    /// `orderBy`
    pub order: Option<Order>,
    /// `continuationToken`
    pub cursor: Option<Cursor>,
    /// `limit`
    pub limit: Option<i32>,
}

/// A search that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Whose dialogs; empty for all parties that the caller represents.
    pub parties: Vec<PartyUrn>,
    /// Which resources, lower case; empty for all.
    pub resources: Vec<String>,
    /// What must hold of each dialog.
    pub filter: Filter,
    /// Free text.
    pub text: Option<TextQuery>,
    /// In which order.
    pub order: Order,
    /// Behind which dialog the page begins.
    pub cursor: Option<Cursor>,
    /// Most dialogs on the page, 1 to 1000.
    pub limit: u16,
}

impl Request {
    /// The search, or every rule that is broken.
    pub fn validate(self, most: &MostValues) -> Result<Search, Violations> {
        let mut violations = Violations::default();
        if self.parties.is_empty() && self.resources.is_empty() {
            violations.add("", "party or serviceResource must be given.");
        }
        let search = self.check(most, &mut violations);
        violations.into_result(search)
    }

    /// The search under the rules that hold for everybody; it counts only if no broken rule was added to `v`.
    pub(super) fn check(self, most: &MostValues, v: &mut Violations) -> Search {
        for (key, count, most) in [
            ("party.Count", self.parties.len(), most.parties),
            (
                "serviceResource.Count",
                self.resources.len(),
                most.resources,
            ),
            ("org.Count", self.orgs.len(), most.orgs),
            (
                "extendedStatus.Count",
                self.extended_statuses.len(),
                most.extended_statuses,
            ),
        ] {
            if count > most {
                v.add(key, format!("must be at most {most}, is {count}."));
            }
        }
        let parties = parties(&self.parties, v);
        let limit = limit(self.limit, v);
        let dictionary = dictionary(self.text_language.as_deref(), v);
        if let Some(text) = &self.text
            && utf16_length(text) < SHORTEST_TEXT
        {
            v.add(
                "search",
                format!("must be at least {SHORTEST_TEXT} characters long."),
            );
        }
        if let Some(process) = &self.process {
            check_process(process, v);
        }
        let statuses = known("status", self.statuses, v);
        let labels = known("systemLabel", self.labels, v);
        for (key, span) in [
            ("createdAfter", &self.created),
            ("updatedAfter", &self.updated),
            ("contentUpdatedAfter", &self.content_updated),
            ("dueAfter", &self.due),
        ] {
            if span.is_reversed() {
                let other = key.replace("After", "Before");
                v.add(key, format!("must not be later than {other}."));
            }
        }
        let order = self.order.unwrap_or_default();
        if let Some(cursor) = &self.cursor {
            check_cursor(cursor, &order, v);
        }
        Search {
            parties,
            resources: self
                .resources
                .iter()
                .map(|r| resource::canonical(r))
                .collect(),
            filter: Filter {
                orgs: self.orgs,
                statuses,
                extended_statuses: self.extended_statuses,
                external_reference: self.external_reference,
                process: self.process,
                labels: mask(&labels),
                is_content_seen: self.is_content_seen,
                exclude_api_only: self.exclude_api_only.unwrap_or(false),
                created: self.created.map(Timestamp::new),
                updated: self.updated.map(Timestamp::new),
                content_updated: self.content_updated.map(Timestamp::new),
                due: self.due.map(Timestamp::new),
            },
            text: self.text.map(|text| TextQuery::new(&text, dictionary)),
            order,
            cursor: self.cursor,
            limit,
        }
    }
}

/// Reads the values of a filter `party`; what is no party goes into `v`.
pub fn parties(given: &[String], v: &mut Violations) -> Vec<PartyUrn> {
    let mut parties = Vec::with_capacity(given.len());
    for (at, text) in given.iter().enumerate() {
        match PartyUrn::parse(text) {
            Some(party) => parties.push(party),
            None => v.add(
                format!("party[{at}]"),
                "must be a URN of an organization, a person, a self-identified user or an e-mail user.",
            ),
        }
    }
    parties
}

pub(super) fn limit(given: Option<i32>, v: &mut Violations) -> u16 {
    let limit = given.unwrap_or(USUAL_LIMIT);
    if !(1..=LARGEST_LIMIT).contains(&limit) {
        v.add("limit", format!("must be from 1 to {LARGEST_LIMIT}."));
    }
    u16::try_from(limit).unwrap_or(1)
}

fn dictionary(code: Option<&str>, v: &mut Violations) -> Dictionary {
    let Some(code) = code else {
        return Dictionary::SIMPLE;
    };
    match LanguageCode::parse(code) {
        Some(language) => Dictionary::of(language),
        None => {
            let hint = if LanguageCode::normalize(code) == "no" {
                "must be \"nb\" or \"nn\" for Norwegian."
            } else {
                "must be a language code of ISO 639-1."
            };
            v.add("searchLanguageCode", hint);
            Dictionary::SIMPLE
        }
    }
}

fn check_process(process: &str, v: &mut Violations) {
    if !party::is_uri(process) {
        v.add("process", "must be a well-formed URI.");
    }
    if utf16_length(process) > URI {
        v.add("process", format!("must be at most {URI} characters long."));
    }
}

pub(super) fn known<T>(key: &str, choices: Vec<Choice<T>>, v: &mut Violations) -> Vec<T> {
    let mut known = Vec::with_capacity(choices.len());
    for (at, choice) in choices.into_iter().enumerate() {
        match choice {
            Choice::Known(value) => known.push(value),
            Choice::Unknown(number) => {
                v.add(
                    format!("{key}[{at}]"),
                    format!("{number} is no such value."),
                );
            }
        }
    }
    known
}

pub(super) fn check_cursor(cursor: &Cursor, order: &Order, v: &mut Violations) {
    let missing = cursor.missing(order);
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|key| key.name()).collect();
        v.add(
            "continuationToken",
            format!(
                "lacks {}; it must come with the orderBy of the page that it was given with.",
                names.join(", ")
            ),
        );
    }
}

pub(super) fn mask(labels: &[SystemLabel]) -> Option<LabelMask> {
    labels.iter().fold(None, |mask: Option<LabelMask>, label| {
        Some(mask.unwrap_or(LabelMask::from_bits(0)).with(*label))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTY: &str = "urn:altinn:organization:identifier-no:310923044";

    const MOST: MostValues = MostValues {
        parties: 100,
        resources: 20,
        orgs: 20,
        extended_statuses: 20,
    };

    fn request() -> Request {
        Request {
            parties: vec![PARTY.to_owned()],
            ..Request::default()
        }
    }

    /// Keys with the number of their messages.
    fn broken(request: Request) -> Vec<(String, usize)> {
        let violations = match request.validate(&MOST) {
            Ok(_) => Violations::default(),
            Err(violations) => violations,
        };
        violations
            .iter()
            .map(|(key, messages)| (key.to_owned(), messages.len()))
            .collect()
    }

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_party_or_a_resource_is_needed() {
        assert_eq!(broken(Request::default()), [(String::new(), 1)]);
        let text = Some("something".to_owned());
        let only_text = Request {
            text,
            ..Request::default()
        };
        assert_eq!(broken(only_text), [(String::new(), 1)]);
        let resources = vec![String::new()];
        let empty_resource = Request {
            resources,
            ..Request::default()
        };
        assert!(broken(empty_resource).is_empty());
        assert!(broken(request()).is_empty());
    }

    #[test]
    fn lists_have_sizes() {
        let much = Request {
            parties: vec![PARTY.to_owned(); 101],
            resources: vec![String::new(); 21],
            orgs: vec![String::new(); 21],
            extended_statuses: vec![String::new(); 21],
            statuses: vec![Choice::Known(DialogStatus::Draft); 40],
            ..Request::default()
        };
        let keys = [
            "extendedStatus.Count",
            "org.Count",
            "party.Count",
            "serviceResource.Count",
        ];
        assert_eq!(broken(much), keys.map(|key| (key.to_owned(), 1)));
        let parties = vec![PARTY.to_owned(); 100];
        assert!(
            broken(Request {
                parties,
                ..request()
            })
            .is_empty()
        );
    }

    #[test]
    fn single_values_have_rules() {
        let long = |n: usize| Some(format!("urn:{}", "x".repeat(n - 4)));
        let text = |t: &str| Some(t.to_owned());
        let cases: Vec<(Request, &[(&str, usize)])> = vec![
            (
                Request {
                    limit: Some(0),
                    ..request()
                },
                &[("limit", 1)],
            ),
            (
                Request {
                    limit: Some(-1),
                    ..request()
                },
                &[("limit", 1)],
            ),
            (
                Request {
                    limit: Some(1_001),
                    ..request()
                },
                &[("limit", 1)],
            ),
            (
                Request {
                    limit: Some(i32::MAX),
                    ..request()
                },
                &[("limit", 1)],
            ),
            (
                Request {
                    limit: Some(1_000),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    text: text("ab"),
                    ..request()
                },
                &[("search", 1)],
            ),
            (
                Request {
                    text: text("😀"),
                    ..request()
                },
                &[("search", 1)],
            ),
            (
                Request {
                    text: text("a😀"),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    text: text("   "),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    text: text(""),
                    ..request()
                },
                &[("search", 1)],
            ),
            (
                Request {
                    text_language: text("nb-NO"),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    text_language: text("bh"),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    text_language: text("no"),
                    ..request()
                },
                &[("searchLanguageCode", 1)],
            ),
            (
                Request {
                    text_language: text(""),
                    ..request()
                },
                &[("searchLanguageCode", 1)],
            ),
            (
                Request {
                    process: text(""),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    process: text("a/b"),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    process: text(" "),
                    ..request()
                },
                &[("process", 1)],
            ),
            (
                Request {
                    process: text("inval|d"),
                    ..request()
                },
                &[("process", 1)],
            ),
            (
                Request {
                    process: long(1_023),
                    ..request()
                },
                &[],
            ),
            (
                Request {
                    process: long(1_024),
                    ..request()
                },
                &[("process", 1)],
            ),
            (
                Request {
                    process: long(1_024).map(|p| p + "|"),
                    ..request()
                },
                &[("process", 2)],
            ),
            (
                Request {
                    parties: vec![PARTY.to_owned(), "x".to_owned()],
                    ..request()
                },
                &[("party[1]", 1)],
            ),
            (
                Request {
                    statuses: vec![Choice::Known(DialogStatus::Draft), Choice::Unknown(99)],
                    labels: vec![Choice::Unknown(0)],
                    ..request()
                },
                &[("status[1]", 1), ("systemLabel[0]", 1)],
            ),
        ];
        for (n, (request, keys)) in cases.into_iter().enumerate() {
            let keys: Vec<_> = keys.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
            assert_eq!(broken(request), keys, "case {n}");
        }
    }

    #[test]
    fn spans_must_not_end_before_they_begin() {
        let span = |after, before| Span {
            after: at(after),
            before: at(before),
        };
        let reversed = span("2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z");
        let equal = span("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00");
        // Finer than what is stored.
        let finely = span("2024-01-01T00:00:00.0000001Z", "2024-01-01T00:00:00Z");
        let all = |span| Request {
            created: span,
            updated: span,
            content_updated: span,
            due: span,
            ..request()
        };
        let keys = [
            "contentUpdatedAfter",
            "createdAfter",
            "dueAfter",
            "updatedAfter",
        ];
        assert_eq!(broken(all(reversed)), keys.map(|key| (key.to_owned(), 1)));
        assert_eq!(broken(all(finely)).len(), 4);
        assert!(broken(all(equal)).is_empty());
    }

    #[test]
    fn a_token_must_fit_the_order() {
        let cursor = Cursor::parse("createdat_2024-01-01,id_01890000000070008000000000000001").ok();
        let token = |order: &str| Request {
            cursor: cursor.clone(),
            order: Order::parse(order).ok(),
            ..request()
        };
        assert!(broken(token("createdAt_asc")).is_empty());
        let missing = [("continuationToken".to_owned(), 1)];
        assert_eq!(broken(token(",")), missing);
        assert_eq!(broken(token("createdAt,dueAt")), missing);
        let violations = token(",").validate(&MOST).unwrap_err();
        let (_, messages) = violations.iter().next().unwrap();
        assert!(messages[0].contains("contentUpdatedAt"));
    }

    #[test]
    fn what_is_asked_is_kept() {
        let search = Request {
            resources: vec!["URN:altinn:Resource:X".to_owned()],
            labels: vec![
                Choice::Known(SystemLabel::Bin),
                Choice::Known(SystemLabel::Archive),
            ],
            text: Some("skatt melding".to_owned()),
            text_language: Some("nb".to_owned()),
            ..request()
        }
        .validate(&MOST)
        .unwrap();
        assert_eq!(search.resources, ["urn:altinn:resource:x"]);
        assert_eq!(search.filter.labels, Some(LabelMask::from_bits(6)));
        assert_eq!(search.limit, 100);
        let text = search.text.unwrap();
        assert_eq!(text.websearch, "skatt OR melding");
        assert_eq!(text.dictionary.name(), "pg_catalog.norwegian");
    }
}
