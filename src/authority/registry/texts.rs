//! Names and titles as registers deliver them: an object from language to text, or one text for all languages.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::dialog::{language::LanguageCode, localization::Localization};

/// A text in its languages, in the register's order. Blank texts, unknown languages and repetitions are dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(Vec<Localization>);

impl Texts {
    /// One text in bokmål: what stands in for a name that no register knows.
    pub fn of(text: &str) -> Self {
        Self(vec![Localization {
            value: text.to_owned(),
            language_code: LanguageCode::NB,
        }])
    }

    /// One entry per language.
    pub fn localizations(&self) -> &[Localization] {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bokmål, English, nynorsk, then all others: the order in which roles and packages show their names.
    #[must_use]
    pub fn in_fetch_order(mut self) -> Self {
        self.0
            .sort_by_key(|text| match text.language_code.as_str() {
                "nb" => 0,
                "en" => 1,
                "nn" => 2,
                _ => 3,
            });
        self
    }

    /// The text for this language alone, whatever language it calls itself.
    #[must_use]
    pub fn only(self, language: &str) -> Self {
        let found = self
            .0
            .iter()
            .position(|text| text.language_code.as_str() == language)
            .unwrap_or(0);
        let mut only = Self::default();
        if let Some(text) = self.0.into_iter().nth(found) {
            only.add(language, text.value);
        }
        only
    }

    /// Adds the texts of those languages that are missing.
    pub fn unite(&mut self, more: Self) {
        for text in more.0 {
            self.add(text.language_code.as_str(), text.value);
        }
    }

    fn add(&mut self, language: &str, text: String) {
        if let Some(language_code) = LanguageCode::parse(language)
            && !text.trim().is_empty()
            && !self
                .0
                .iter()
                .any(|known| known.language_code == language_code)
        {
            self.0.push(Localization {
                value: text,
                language_code,
            });
        }
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or an object from language to text")
    }

    fn visit_unit<E>(self) -> Result<Texts, E> {
        Ok(Texts::default())
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        let mut texts = Texts::default();
        for language in ["nb", "en", "nn"] {
            texts.add(language, text.to_owned());
        }
        Ok(texts)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
        let mut texts = Texts::default();
        while let Some(language) = map.next_key::<String>()? {
            match map.next_value::<TextOrAnything>()? {
                TextOrAnything::Text(text) => texts.add(&language, text),
                TextOrAnything::Anything(_) => {}
            }
        }
        Ok(texts)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrAnything {
    Text(String),
    Anything(IgnoredAny),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<String> {
        let texts: Texts = serde_json::from_str(json).unwrap();
        let spell = |text: &Localization| format!("{}:{}", text.language_code, text.value);
        texts
            .in_fetch_order()
            .localizations()
            .iter()
            .map(spell)
            .collect()
    }

    #[test]
    fn languages_are_read_loosely_and_the_first_text_of_each_wins() {
        assert_eq!(
            read(
                r#"{" NB ":"A","nb-NO":"B","xx":"C","en":" ","nn":"D","de":null,"da":["E"],"sv":"F"}"#
            ),
            ["nb:A", "nn:D", "sv:F"]
        );
    }

    #[test]
    fn one_text_serves_all_languages() {
        assert_eq!(read(r#""A""#), ["nb:A", "en:A", "nn:A"]);
        assert!(read("null").is_empty());
        assert!(serde_json::from_str::<Texts>("1").is_err());
    }
}
