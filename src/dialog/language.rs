//! Language codes of texts: the two-letter codes of ISO 639-1.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The codes a text may have. `no` is absent on purpose: Norwegian is `nb` or `nn`.
const KNOWN: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
my na nb nd ne ng nl nn nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq \
sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// A known two-letter code, lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageCode([u8; 2]);

impl LanguageCode {
    /// Bokmål.
    pub const NB: Self = Self(*b"nb");
    /// English.
    pub const EN: Self = Self(*b"en");

    /// The spelling that comparisons use: trimmed, `_` as `-`, lower case, cut before the first `-`.
    pub fn normalize(text: &str) -> String {
        let text = text.trim().replace('_', "-").to_lowercase();
        text.split('-').next().unwrap_or_default().to_owned()
    }

    /// Reads a code in any of the spellings that [`Self::normalize`] levels; `None` where the language is not known.
    pub fn parse(text: &str) -> Option<Self> {
        let code = Self::normalize(text);
        KNOWN.split(' ').any(|known| known == code).then(|| {
            let bytes = code.as_bytes();
            Self([bytes[0], bytes[1]])
        })
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for LanguageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LanguageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for LanguageCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for LanguageCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = LanguageCode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a two-letter language code")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<LanguageCode, E> {
                match text.as_bytes() {
                    &[a, b] if text.is_ascii() => Ok(LanguageCode([a, b])),
                    _ => Err(E::custom("not a two-letter language code")),
                }
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl utoipa::PartialSchema for LanguageCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

impl utoipa::ToSchema for LanguageCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_levelled() {
        for text in ["nb", "nb_NO", "NB-no", " nb ", "nb-", "nb_anything_else"] {
            assert_eq!(LanguageCode::parse(text), Some(LanguageCode::NB), "{text}");
        }
    }

    #[test]
    fn unknown_and_retired_codes_are_refused() {
        for text in ["no", "nob", "", "-nb", "_nb", "xx", "n"] {
            assert_eq!(LanguageCode::parse(text), None, "{text}");
        }
    }
}
