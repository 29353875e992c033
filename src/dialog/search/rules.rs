//! The rules that a search by an end user must keep; broken ones are told all at once.

use super::{
    Cursor, Dictionary, Order, Request, Search, TextQuery, filter::Filter, request::MostValues,
};
use crate::dialog::{
    Violations,
    label::{LabelMask, SystemLabel},
    language::LanguageCode,
    limits::{URI, utf16_length},
    party::{self, PartyUrn},
    reading::Choice,
    resource,
    timestamp::Timestamp,
};

/// Dialogs on a page when the caller does not say.
const USUAL_LIMIT: i32 = 100;
/// Most dialogs on a page.
const LARGEST_LIMIT: i32 = 1_000;
/// Shortest free text, UTF-16 code units.
const SHORTEST_TEXT: usize = 3;

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
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::dialog::{search::filter::Span, status::DialogStatus};

    const PARTY: &str = "urn:altinn:organization:identifier-no:310923044";

    const MOST: MostValues = MostValues {
        parties: 100,
        resources: 20,
        orgs: 20,
        extended_statuses: 20,
    };

    /// A request for one party's dialogs, changed.
    fn request(change: impl FnOnce(&mut Request)) -> Request {
        let mut request = Request {
            parties: vec![PARTY.to_owned()],
            ..Request::default()
        };
        change(&mut request);
        request
    }

    /// Keys with the number of their messages, such as `limit:1 process:2`.
    fn broken(change: impl FnOnce(&mut Request)) -> String {
        let violations = request(change).validate(&MOST).err().unwrap_or_default();
        let keys: Vec<_> = violations
            .iter()
            .map(|(key, messages)| format!("{key}:{}", messages.len()))
            .collect();
        keys.join(" ")
    }

    fn process(length: usize) -> String {
        format!("urn:{}", "x".repeat(length - 4))
    }

    #[test]
    fn a_party_or_a_resource_is_needed() {
        assert_eq!(broken(|_| {}), "");
        assert_eq!(broken(|r| r.parties.clear()), ":1");
        let only_text = |r: &mut Request| {
            r.parties.clear();
            r.text = Some("something".into());
        };
        assert_eq!(broken(only_text), ":1");
        let empty_resource = |r: &mut Request| {
            r.parties.clear();
            r.resources.push(String::new());
        };
        assert_eq!(broken(empty_resource), "");
    }

    #[test]
    fn lists_have_sizes() {
        assert_eq!(broken(|r| r.parties = vec![PARTY.to_owned(); 100]), "");
        let much = |r: &mut Request| {
            r.parties = vec![PARTY.to_owned(); 101];
            r.resources = vec![String::new(); 21];
            r.orgs = vec![String::new(); 21];
            r.extended_statuses = vec![String::new(); 21];
            r.statuses = vec![Choice::Known(DialogStatus::Draft); 40];
        };
        assert_eq!(
            broken(much),
            "extendedStatus.Count:1 org.Count:1 party.Count:1 serviceResource.Count:1"
        );
    }

    #[test]
    fn single_values_have_rules() {
        type Change = fn(&mut Request);
        let cases: &[(Change, &str)] = &[
            (|r| r.limit = Some(0), "limit:1"),
            (|r| r.limit = Some(-1), "limit:1"),
            (|r| r.limit = Some(1_001), "limit:1"),
            (|r| r.limit = Some(i32::MAX), "limit:1"),
            (|r| r.limit = Some(1_000), ""),
            (|r| r.text = Some("ab".into()), "search:1"),
            (|r| r.text = Some("😀".into()), "search:1"),
            (|r| r.text = Some("a😀".into()), ""),
            (|r| r.text = Some("   ".into()), ""),
            (|r| r.text = Some(String::new()), "search:1"),
            (|r| r.text_language = Some("nb-NO".into()), ""),
            (|r| r.text_language = Some("bh".into()), ""),
            (
                |r| r.text_language = Some("no".into()),
                "searchLanguageCode:1",
            ),
            (
                |r| r.text_language = Some(String::new()),
                "searchLanguageCode:1",
            ),
            (|r| r.process = Some(String::new()), ""),
            (|r| r.process = Some("a/b".into()), ""),
            (|r| r.process = Some(" ".into()), "process:1"),
            (|r| r.process = Some("inval|d".into()), "process:1"),
            (|r| r.process = Some(process(1_023)), ""),
            (|r| r.process = Some(process(1_024)), "process:1"),
            (|r| r.process = Some(process(1_024) + "|"), "process:2"),
            (|r| r.parties.push("x".to_owned()), "party[1]:1"),
            (|r| r.labels.push(Choice::Unknown(0)), "systemLabel[0]:1"),
        ];
        for (n, (change, keys)) in cases.iter().enumerate() {
            assert_eq!(&broken(change), keys, "case {n}");
        }
        let statuses = vec![Choice::Known(DialogStatus::Draft), Choice::Unknown(99)];
        assert_eq!(broken(|r| r.statuses = statuses), "status[1]:1");
    }

    #[test]
    fn spans_must_not_end_before_they_begin() {
        let moment = |text: &str| -> Option<DateTime<Utc>> { Some(text.parse().unwrap()) };
        let all = |after: &str, before: &str| {
            let span = Span {
                after: moment(after),
                before: moment(before),
            };
            broken(|r| {
                r.created = span;
                r.updated = span;
                r.content_updated = span;
                r.due = span;
            })
        };
        let every = "contentUpdatedAfter:1 createdAfter:1 dueAfter:1 updatedAfter:1";
        assert_eq!(all("2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z"), every);
        // Finer than what is stored.
        let finely = all("2024-01-01T00:00:00.0000001Z", "2024-01-01T00:00:00Z");
        assert_eq!(finely, every);
        assert_eq!(all("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"), "");
    }

    #[test]
    fn a_token_must_fit_the_order() {
        let token = "createdat_2024-01-01,id_01890000000070008000000000000001";
        let with = |order: &str| {
            request(|r| {
                r.cursor = Cursor::parse(token).ok();
                r.order = Order::parse(order).ok();
            })
        };
        assert!(with("createdAt_asc").validate(&MOST).is_ok());
        assert!(with("createdAt,dueAt").validate(&MOST).is_err());
        let violations = with(",").validate(&MOST).unwrap_err();
        let (key, messages) = violations.iter().next().unwrap();
        assert_eq!(key, "continuationToken");
        assert!(messages[0].contains("contentUpdatedAt"));
    }

    #[test]
    fn what_is_asked_is_kept() {
        let search = request(|r| {
            r.resources = vec!["URN:altinn:Resource:X".to_owned()];
            r.labels = [SystemLabel::Bin, SystemLabel::Archive]
                .map(Choice::Known)
                .to_vec();
            r.text = Some("skatt melding".into());
            r.text_language = Some("nb".into());
        })
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
