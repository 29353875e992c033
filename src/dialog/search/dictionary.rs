//! Which of PostgreSQL's text search configurations stems a language.
//!
//! Texts are stemmed by their own language, queries by the language that the caller names.

use crate::dialog::language::LanguageCode;

/// A text search configuration of PostgreSQL, with its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dictionary(&'static str);

/// Configurations by language code. All of them come with PostgreSQL 14 and newer.
const BY_LANGUAGE: [(&str, &str); 29] = [
    ("ar", "pg_catalog.arabic"),
    ("ca", "pg_catalog.catalan"),
    ("da", "pg_catalog.danish"),
    ("de", "pg_catalog.german"),
    ("el", "pg_catalog.greek"),
    ("en", "pg_catalog.english"),
    ("es", "pg_catalog.spanish"),
    ("eu", "pg_catalog.basque"),
    ("fi", "pg_catalog.finnish"),
    ("fr", "pg_catalog.french"),
    ("ga", "pg_catalog.irish"),
    ("hi", "pg_catalog.hindi"),
    ("hu", "pg_catalog.hungarian"),
    ("hy", "pg_catalog.armenian"),
    ("id", "pg_catalog.indonesian"),
    ("it", "pg_catalog.italian"),
    ("lt", "pg_catalog.lithuanian"),
    ("nb", "pg_catalog.norwegian"),
    ("ne", "pg_catalog.nepali"),
    ("nl", "pg_catalog.dutch"),
    ("nn", "pg_catalog.norwegian"),
    ("pt", "pg_catalog.portuguese"),
    ("ro", "pg_catalog.romanian"),
    ("ru", "pg_catalog.russian"),
    ("sr", "pg_catalog.serbian"),
    ("sv", "pg_catalog.swedish"),
    ("ta", "pg_catalog.tamil"),
    ("tr", "pg_catalog.turkish"),
    ("yi", "pg_catalog.yiddish"),
];

impl Dictionary {
    /// No stemming, no stop words: words as they are, in lower case.
    pub const SIMPLE: Self = Self("pg_catalog.simple");

    /// The configuration of a language; [`Self::SIMPLE`] where PostgreSQL has none.
    pub fn of(language: LanguageCode) -> Self {
        BY_LANGUAGE
            .iter()
            .find(|(code, _)| *code == language.as_str())
            .map_or(Self::SIMPLE, |(_, name)| Self(name))
    }

    /// The name that a cast to `regconfig` reads.
    pub fn name(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_stemmed_by_their_own_rules() {
        for (code, name) in [
            ("nb", "pg_catalog.norwegian"),
            ("nn", "pg_catalog.norwegian"),
            ("en", "pg_catalog.english"),
            ("yi", "pg_catalog.yiddish"),
            ("se", "pg_catalog.simple"),
            ("pl", "pg_catalog.simple"),
        ] {
            let language = LanguageCode::parse(code).unwrap();
            assert_eq!(Dictionary::of(language).name(), name, "{code}");
        }
    }
}
