//! What a page shows as it is stored, and what of it is changed on the way.
//!
//! A page holds hundreds of texts, and nearly all of them are answered as they were written. So they stay JSON from the
//! database to the answer: what a caller must not see, and the languages that it does not want, are left out; nothing
//! else is read. The database keeps the values as this program has written them, of types whose members are those of
//! the public API and no others; only spaces and the order of members are its own.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::dialog::{language::LanguageCode, preference::Preference};

/// A value for an answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Kept<'a, T> {
    /// JSON as it is stored.
    AsStored(&'a RawValue),
    /// What stands in its place.
    Changed(T),
}

impl<'de: 'a, 'a, T> Deserialize<'de> for Kept<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self::AsStored)
    }
}

/// A text in one language.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Localized<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    language_code: LanguageCode,
}

/// Texts in several languages, such as those of an activity.
pub type Localizations<'a> = Kept<'a, Vec<Localized<'a>>>;

/// A text with its media type.
pub type Text<'a> = Kept<'a, TextValue<'a>>;

/// The members of a text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextValue<'a> {
    #[serde(borrow)]
    value: Vec<Localized<'a>>,
    #[serde(borrow)]
    media_type: &'a RawValue,
}

impl Localizations<'_> {
    /// Leaves only the language wanted most.
    pub(super) fn prune(&mut self, languages: &Preference) -> serde_json::Result<()> {
        if let (Self::AsStored(stored), false) = (&*self, languages.is_empty()) {
            let mut texts: Vec<Localized<'_>> = serde_json::from_str(stored.get())?;
            if keep_best(&mut texts, languages) {
                *self = Self::Changed(texts);
            }
        }
        Ok(())
    }
}

impl Text<'_> {
    /// Leaves only the language wanted most.
    pub(super) fn prune(&mut self, languages: &Preference) -> serde_json::Result<()> {
        if let (Self::AsStored(stored), false) = (&*self, languages.is_empty()) {
            let mut text: TextValue<'_> = serde_json::from_str(stored.get())?;
            if keep_best(&mut text.value, languages) {
                *self = Self::Changed(text);
            }
        }
        Ok(())
    }
}

/// Whether one of the `texts` is wanted most; then it is the only one left.
fn keep_best(texts: &mut Vec<Localized<'_>>, languages: &Preference) -> bool {
    let best = languages.best(texts.iter().map(|text| text.language_code));
    if let Some(best) = best {
        texts.swap(0, best);
        texts.truncate(1);
    }
    best.is_some()
}

impl Kept<'_, String> {
    /// Puts what `of` makes of a stored text in its place.
    pub(super) fn replace(
        &mut self,
        of: impl FnOnce(&str) -> Option<String>,
    ) -> serde_json::Result<()> {
        /// Borrows where nothing is escaped.
        #[derive(Deserialize)]
        struct Unescaped<'a>(#[serde(borrow)] Cow<'a, str>);

        if let Self::AsStored(stored) = self {
            let Unescaped(text) = serde_json::from_str(stored.get())?;
            if let Some(changed) = of(&text) {
                *self = Self::Changed(changed);
            }
        }
        Ok(())
    }
}
