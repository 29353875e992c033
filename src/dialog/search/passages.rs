//! By which words a dialog is found: its texts in order, each with the dictionary that stems it.
//!
//! Words keep their positions through the whole vector, so a phrase may begin in one text and end in the next:
//! the stemmed texts stand first and without anything between them. All of them follow once more unstemmed, so that
//! a word also finds its text in exactly the form in which it is written.

use std::borrow::Cow;

use super::{Dictionary, bytes::Budget};
use crate::dialog::{
    Dialog,
    activity::Activity,
    attachment::Attachment,
    content::{Content, ContentValue, MediaType, TransmissionContent},
    localization::Localization,
    transmission::Transmission,
};

/// Of transmissions, attachments and activities so many of the newest are indexed, each kind for itself.
const NEWEST: usize = 1_000;

/// What titles weigh, and what all else does. Nothing is ranked by it; PostgreSQL keeps it with each word.
const TITLE: &str = "B";
const OTHER: &str = "D";

/// Texts to be indexed, in order: three parallel lists, as `store::search::VECTOR_SQL` takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passages<'a> {
    /// Names of text search configurations.
    pub dictionaries: Vec<&'static str>,
    /// Weights: one letter each.
    pub weights: Vec<&'static str>,
    /// The texts.
    pub texts: Vec<Cow<'a, str>>,
}

/// The parts of a dialog whose texts are indexed.
#[derive(Debug, Clone, Copy)]
pub struct Searched<'a> {
    /// Its own texts.
    pub content: Option<&'a Content>,
    /// Its search tags.
    pub search_tags: &'a [String],
    /// Its attachments, whose names count.
    pub attachments: &'a [Attachment],
    /// Its transmissions, or at least the newest of them, in any order.
    pub transmissions: &'a [Transmission],
    /// Its activities, likewise.
    pub activities: &'a [Activity],
}

impl<'a> Passages<'a> {
    /// Everything that a dialog is found by.
    pub fn of_dialog(dialog: &'a Dialog) -> Self {
        Self::of(&Searched {
            content: dialog.content.as_ref(),
            search_tags: &dialog.search_tags,
            attachments: &dialog.attachments,
            transmissions: &dialog.transmissions,
            activities: &dialog.activities,
        })
    }

    /// The same of a dialog of which nothing else was read.
    pub fn of(searched: &Searched<'a>) -> Self {
        let mut texts = Texts::default();
        if let Some(content) = searched.content {
            texts.content(content);
        }
        for tag in searched.search_tags {
            texts.add(Dictionary::SIMPLE, OTHER, tag);
        }
        texts.transmissions(searched.transmissions, searched.attachments);
        texts.activities(searched.activities);
        texts.arranged()
    }

    /// What transmissions add that are appended to a dialog.
    pub fn of_transmissions(transmissions: &'a [Transmission]) -> Self {
        let mut texts = Texts::default();
        texts.transmissions(transmissions, &[]);
        texts.arranged()
    }

    /// What activities add that are appended to a dialog.
    pub fn of_activities(activities: &'a [Activity]) -> Self {
        let mut texts = Texts::default();
        texts.activities(activities);
        texts.arranged()
    }

    /// Whether there is nothing to index.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

struct Text<'a> {
    dictionary: Dictionary,
    weight: &'static str,
    value: &'a str,
}

/// Texts as they are found in a dialog.
#[derive(Default)]
struct Texts<'a>(Vec<Text<'a>>);

impl<'a> Texts<'a> {
    fn add(&mut self, dictionary: Dictionary, weight: &'static str, value: &'a str) {
        if !value.trim().is_empty() {
            self.0.push(Text {
                dictionary,
                weight,
                value,
            });
        }
    }

    fn localized(&mut self, weight: &'static str, texts: &'a [Localization]) {
        for text in texts {
            self.add(Dictionary::of(text.language_code), weight, &text.value);
        }
    }

    /// Only plain text: markup would be found by its tags.
    fn value(&mut self, weight: &'static str, value: Option<&'a ContentValue>) {
        if let Some(value) = value.filter(|value| value.media_type == MediaType::Plain) {
            self.localized(weight, &value.value);
        }
    }

    fn content(&mut self, content: &'a Content) {
        self.value(TITLE, Some(&content.title));
        for value in [
            &content.sender_name,
            &content.summary,
            &content.additional_info,
            &content.extended_status,
            &content.non_sensitive_title,
            &content.non_sensitive_summary,
        ] {
            self.value(OTHER, value.as_ref());
        }
    }

    /// Texts of transmissions, then names of `attachments`, then names of the transmissions' attachments.
    fn transmissions(&mut self, transmissions: &'a [Transmission], attachments: &'a [Attachment]) {
        let mut by_time: Vec<_> = transmissions.iter().collect();
        by_time.sort_by_key(|transmission| (transmission.created_at, transmission.id));
        for transmission in newest(&by_time) {
            if let Some(TransmissionContent { title, summary, .. }) = &transmission.body.content {
                self.value(OTHER, Some(title));
                self.value(OTHER, summary.as_ref());
            }
        }
        let mut by_id: Vec<_> = attachments.iter().collect();
        by_id.sort_by_key(|attachment| attachment.id);
        self.names(&by_id);
        let within: Vec<_> = by_time
            .iter()
            .flat_map(|transmission| &transmission.body.attachments)
            .collect();
        self.names(&within);
    }

    fn names(&mut self, attachments: &[&'a Attachment]) {
        for attachment in newest(attachments) {
            if let Some(names) = &attachment.display_name {
                self.localized(OTHER, names);
            }
        }
    }

    fn activities(&mut self, activities: &'a [Activity]) {
        let mut by_time: Vec<_> = activities.iter().collect();
        by_time.sort_by_key(|activity| (activity.created_at, activity.id));
        for activity in newest(&by_time) {
            self.localized(OTHER, &activity.body.description);
        }
    }

    /// Stemmed texts first, then all of them unstemmed; a text that no longer fits is left out, shorter ones may
    /// still follow.
    fn arranged(self) -> Passages<'a> {
        let mut budget = Budget::for_texts(self.0.iter().map(|text| text.value.len()).sum());
        let mut joined = Joined::default();
        for text in &self.0 {
            if budget.takes(text.dictionary, text.value) {
                joined.push(text);
            }
        }
        for text in self.0 {
            if text.dictionary != Dictionary::SIMPLE && budget.takes(Dictionary::SIMPLE, text.value)
            {
                joined.push(&Text {
                    dictionary: Dictionary::SIMPLE,
                    weight: OTHER,
                    ..text
                });
            }
        }
        joined.passages
    }
}

/// Unstemmed neighbours become one text, which saves a step of the statement and changes no position, as no word is
/// dropped from them. Only a tag could reach over the line break.
#[derive(Default)]
struct Joined<'a> {
    passages: Passages<'a>,
    /// Whether the last text may hold the beginning of a tag.
    unclosed: bool,
}

impl<'a> Joined<'a> {
    fn push(&mut self, text: &Text<'a>) {
        let Passages {
            dictionaries,
            weights,
            texts,
        } = &mut self.passages;
        let same = text.dictionary == Dictionary::SIMPLE
            && dictionaries.last() == Some(&text.dictionary.name())
            && weights.last() == Some(&text.weight);
        match texts.last_mut() {
            Some(last) if same && !self.unclosed => {
                let last = last.to_mut();
                last.push('\n');
                last.push_str(text.value);
            }
            _ => {
                dictionaries.push(text.dictionary.name());
                weights.push(text.weight);
                texts.push(Cow::Borrowed(text.value));
            }
        }
        self.unclosed = text.value.contains('<');
    }
}

fn newest<T>(oldest_first: &[T]) -> &[T] {
    &oldest_first[oldest_first.len().saturating_sub(NEWEST)..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::{activity::ActivityBody, actor::Actor, language::LanguageCode};
    use crate::dialog::{activity::DialogActivityType, timestamp::Timestamp};

    fn text(value: &str, language: &str) -> Localization {
        Localization {
            value: value.to_owned(),
            language_code: LanguageCode::parse(language).unwrap(),
        }
    }

    fn information(second: i64, description: Vec<Localization>) -> Activity {
        Activity {
            id: uuid::Uuid::from_u128(u128::from(second.unsigned_abs())),
            created_at: Timestamp::new(chrono::DateTime::from_timestamp(second, 0).unwrap()),
            kind: DialogActivityType::Information,
            transmission_id: None,
            body: ActivityBody {
                extended_type: None,
                performed_by: Actor::service_owner(),
                description,
            },
        }
    }

    fn listed<'a>(passages: &'a Passages<'a>) -> Vec<(&'a str, &'a str)> {
        let names = passages
            .dictionaries
            .iter()
            .map(|name| name.trim_start_matches("pg_catalog."));
        names
            .zip(passages.texts.iter().map(AsRef::as_ref))
            .collect()
    }

    #[test]
    fn unstemmed_texts_follow_all_stemmed_ones_as_one_text() {
        let activities = [
            information(2, vec![text("to", "nb"), text("two", "en")]),
            information(1, vec![text("en", "nb"), text("guokte", "se")]),
        ];
        assert_eq!(
            listed(&Passages::of_activities(&activities)),
            [
                ("norwegian", "en"),
                ("simple", "guokte"),
                ("norwegian", "to"),
                ("english", "two"),
                ("simple", "en\nto\ntwo"),
            ]
        );
    }

    #[test]
    fn a_text_that_may_begin_a_tag_is_joined_with_nothing_behind_it() {
        let activities = [
            information(1, vec![text("a", "se")]),
            information(2, vec![text("b <c", "se")]),
            information(3, vec![text("d> e", "se")]),
        ];
        assert_eq!(
            listed(&Passages::of_activities(&activities)),
            [("simple", "a\nb <c"), ("simple", "d> e")]
        );
    }

    #[test]
    fn only_the_newest_thousand_are_indexed() {
        let activities: Vec<_> = (1..=1_002)
            .rev()
            .map(|n| information(n, vec![text(&n.to_string(), "se")]))
            .collect();
        let passages = Passages::of_activities(&activities);
        assert!(passages.texts[0].starts_with("3\n4\n"));
        assert!(passages.texts[0].ends_with("\n1002"));
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_smaller_texts_still_follow() {
        let word = |n: usize| format!("{n:0>2000}");
        let mut activities: Vec<_> = (1_i64..=600)
            .map(|n| information(n, vec![text(&word(usize::try_from(n).unwrap()), "se")]))
            .collect();
        activities.push(information(601, vec![text("small", "se")]));
        let passages = Passages::of_activities(&activities);
        let bytes: usize = passages.texts.iter().map(|text| text.len()).sum();
        assert!((1_000_000..1_048_575).contains(&bytes), "{bytes}");
        assert!(passages.texts[0].ends_with("\nsmall"));
    }
}
