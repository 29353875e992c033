//! The texts of a dialog in a list.

use serde::Deserialize;

use super::kept::Text;
use crate::dialog::preference::Preference;

/// The texts of a dialog in all languages, as JSON with the members of [`Content`](crate::dialog::content::Content) that
/// lists show; without any of them where the dialog has no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTexts(Box<str>);

/// What lists show of a dialog's content.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Texts<'a> {
    /// What it is about; absent only in dialogs for machines, which then have no text at all.
    #[serde(borrow, default)]
    pub title: Option<Text<'a>>,
    /// A title for callers whose authentication level is too low for [`Self::title`].
    #[serde(borrow, default)]
    pub non_sensitive_title: Option<Text<'a>>,
    /// A few sentences.
    #[serde(borrow, default)]
    pub summary: Option<Text<'a>>,
    /// A summary for callers whose authentication level is too low for [`Self::summary`].
    #[serde(borrow, default)]
    pub non_sensitive_summary: Option<Text<'a>>,
    /// Who sends it.
    #[serde(borrow, default)]
    pub sender_name: Option<Text<'a>>,
    /// The state in words.
    #[serde(borrow, default)]
    pub extended_status: Option<Text<'a>>,
}

impl StoredTexts {
    /// Takes JSON as it is stored.
    pub fn new(json: &str) -> Self {
        Self(json.into())
    }

    /// Finds the texts in it.
    pub fn read(&self) -> serde_json::Result<Texts<'_>> {
        serde_json::from_str(&self.0)
    }
}

impl Texts<'_> {
    /// As [`Content::for_level`](crate::dialog::content::Content::for_level).
    #[must_use]
    pub fn for_level(self, suffices: bool) -> Self {
        let (open_title, open_summary) = (self.non_sensitive_title, self.non_sensitive_summary);
        let (title, summary) = if suffices {
            (self.title, self.summary.or(open_summary))
        } else {
            (open_title.or(self.title), open_summary.or(self.summary))
        };
        Self {
            title,
            summary,
            non_sensitive_title: None,
            non_sensitive_summary: None,
            ..self
        }
    }

    /// Leaves only the language wanted most of each text.
    pub fn prune(&mut self, languages: &Preference) -> serde_json::Result<()> {
        let texts = [
            &mut self.title,
            &mut self.non_sensitive_title,
            &mut self.summary,
            &mut self.non_sensitive_summary,
            &mut self.sender_name,
            &mut self.extended_status,
        ];
        texts
            .into_iter()
            .flatten()
            .try_for_each(|text| text.prune(languages))
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection, option, prelude::*, sample::select};
    use serde_json::{Value, json};

    use super::*;
    use crate::dialog::{
        content::{Content, ContentValue, MediaType},
        language::LanguageCode,
        localization::Localization,
        named::Named,
    };

    fn text() -> impl Strategy<Value = ContentValue> {
        let languages = vec!["de", "en", "nb", "nn", "sv"];
        let localizations =
            collection::btree_map(select(languages), "\\PC{0,8}|[\"\\\\\n\u{1}æ]*", 0..4);
        let media_type = select(MediaType::ALL).prop_map(|(media_type, _, _)| media_type);
        (localizations, media_type).prop_map(|(texts, media_type)| ContentValue {
            value: texts
                .into_iter()
                .map(|(code, value)| Localization {
                    value,
                    language_code: LanguageCode::parse(code).unwrap(),
                })
                .collect(),
            media_type,
            is_authorized: None,
        })
    }

    fn content() -> impl Strategy<Value = Content> {
        let optional = || option::of(text());
        (
            text(),
            optional(),
            optional(),
            optional(),
            optional(),
            optional(),
        )
            .prop_map(
                |(title, open_title, summary, open_summary, sender_name, extended_status)| {
                    Content {
                        title,
                        non_sensitive_title: open_title,
                        summary,
                        non_sensitive_summary: open_summary,
                        sender_name,
                        additional_info: None,
                        extended_status,
                        main_content_reference: None,
                    }
                },
            )
    }

    /// The content with its texts pruned one by one.
    fn pruned(mut content: Content, languages: &Preference) -> Content {
        let Content {
            title,
            non_sensitive_title,
            summary,
            non_sensitive_summary,
            sender_name,
            extended_status,
            ..
        } = &mut content;
        let optional = [
            non_sensitive_title,
            summary,
            non_sensitive_summary,
            sender_name,
            extended_status,
        ];
        for text in optional.into_iter().flatten().chain([title]) {
            languages.prune(&mut text.value);
        }
        content
    }

    fn values(texts: &Texts<'_>) -> Value {
        let members = [
            ("title", &texts.title),
            ("nonSensitiveTitle", &texts.non_sensitive_title),
            ("summary", &texts.summary),
            ("nonSensitiveSummary", &texts.non_sensitive_summary),
            ("senderName", &texts.sender_name),
            ("extendedStatus", &texts.extended_status),
        ];
        let present = members
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
        present.collect()
    }

    proptest! {
        #[test]
        fn what_is_shown_as_stored_has_the_values_of_what_was_stored(
            content in content(),
            suffices in option::of(any::<bool>()),
            languages in select(vec!["", "nb", "nn", "sv", "de;q=0.1,en", "it"]),
            is_spaced in any::<bool>(),
        ) {
            let stored = if is_spaced {
                serde_json::to_string_pretty(&content).unwrap()
            } else {
                serde_json::to_string(&content).unwrap()
            };
            let stored = StoredTexts::new(&stored);
            let languages = Preference::parse(languages).unwrap();
            let (mut shown, mut expected) = (stored.read().unwrap(), content);
            if let Some(suffices) = suffices {
                shown = shown.for_level(suffices);
                expected = expected.for_level(suffices);
            }
            shown.prune(&languages).unwrap();
            prop_assert_eq!(values(&shown), json!(pruned(expected, &languages)));
        }
    }

    #[test]
    fn a_dialog_without_content_has_no_texts() {
        let stored = StoredTexts::new("{}");
        assert_eq!(values(&stored.read().unwrap()), json!({}));
    }

    #[test]
    fn the_order_of_members_in_the_database_is_that_of_answers() {
        let json = r#"{"title": {"value": [{"value": "a \"b\"", "languageCode": "nb"}], "mediaType": "text/plain"}}"#;
        let stored = StoredTexts::new(json);
        let texts = stored.read().unwrap();
        let shown = serde_json::to_string(&texts.title).unwrap();
        let read: ContentValue = serde_json::from_str(&shown).unwrap();
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            shown.replace(": ", ":").replace(", ", ",")
        );
    }
}
