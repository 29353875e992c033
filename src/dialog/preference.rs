//! In which language a caller wants texts: the field `Accept-Language`, read more generously than RFC 9110 has it.

use super::{language::LanguageCode, localization::Localization};

/// Languages in the order in which a caller wants them; none when the caller did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preference(Vec<String>);

/// Something behind a language is no weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be language tags separated by commas, each with at most a weight such as \";q=0.8\"."
)]
pub struct Malformed;

impl Preference {
    /// Reads a field value such as `nb-NO,en;q=0.8`.
    ///
    /// Any number is a weight, also one beyond 0 and 1, what is none counts as 0, and 0 does not exclude. Two
    /// decimals count. What follows a weight is ignored.
    pub fn parse(field: &str) -> Result<Self, Malformed> {
        let mut wanted = Vec::new();
        for part in field.split(',') {
            let mut pieces = part.split(';');
            let tag = LanguageCode::normalize(pieces.next().unwrap_or_default());
            let weight = match pieces.next() {
                Some(piece) => weight(piece)?,
                None => 100,
            };
            if !tag.is_empty() {
                wanted.push((weight, tag));
            }
        }
        if wanted.is_empty() {
            return Ok(Self::default());
        }
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        let mut languages: Vec<_> = wanted.into_iter().map(|(_, tag)| tag).collect();
        let scandinavian = languages.iter().any(|tag| tag == "sv" || tag == "da");
        let fallbacks = if scandinavian {
            ["nb", "en"]
        } else {
            ["en", "nb"]
        };
        languages.extend(fallbacks.map(ToOwned::to_owned));
        Ok(Self(languages))
    }

    /// Leaves only the text in the language wanted most; all of them where none is wanted.
    pub fn prune(&self, texts: &mut Vec<Localization>) {
        let best = self.best(texts.iter().map(|text| text.language_code));
        if let Some(best) = best {
            texts.swap(0, best);
            texts.truncate(1);
        }
    }

    /// Whether no language is wanted more than others.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of the language wanted most among `languages`.
    pub fn best(&self, languages: impl Iterator<Item = LanguageCode> + Clone) -> Option<usize> {
        let mut wanted = self.0.iter();
        wanted.find_map(|wanted| {
            languages
                .clone()
                .position(|language| language.as_str() == wanted)
        })
    }
}

/// A weight in hundredths.
fn weight(piece: &str) -> Result<i64, Malformed> {
    let number = piece.trim().strip_prefix("q=").ok_or(Malformed)?;
    let thousandths = number.parse().unwrap_or(0.0_f64) * 1_000.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and what is no number becomes 0"
    )]
    let thousandths = thousandths.round() as i64;
    Ok(thousandths / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the languages `stored` remain.
    fn pruned(field: &str, stored: &str) -> String {
        let mut texts: Vec<_> = stored
            .split(' ')
            .map(|code| Localization {
                value: String::new(),
                language_code: LanguageCode::parse(code).unwrap(),
            })
            .collect();
        Preference::parse(field).unwrap().prune(&mut texts);
        let codes: Vec<_> = texts
            .iter()
            .map(|text| text.language_code.to_string())
            .collect();
        codes.join(" ")
    }

    #[test]
    fn the_language_wanted_most_remains() {
        for (field, stored, left) in [
            ("", "en nb", "en nb"),
            (",", "en nb", "en nb"),
            ("nb", "en nb", "nb"),
            ("nb", "fr it", "fr it"),
            ("nn", "en nb", "en"),
            ("no", "de en nb nn", "en"),
            ("sv", "en nb", "nb"),
            ("sv", "en nb sv", "sv"),
            ("da", "en nb sv", "nb"),
            ("it,sv;q=0.1", "en nb", "nb"),
            ("it", "fr it", "it"),
            ("*", "en nb", "en"),
            ("EN", "en nb", "en"),
            ("en-US", "en nb", "en"),
            ("en_GB", "en nb", "en"),
            ("nn-NO,nb;q=0.9", "en nb", "nb"),
            ("nb;q=0.1,en;q=0.9", "en nb", "en"),
            ("nb;q=0.5,en;q=0.5", "en nb", "nb"),
            ("de;q=0,nn;q=0.1", "de en nb nn", "nn"),
            ("de;q=5,nn;q=1", "de en nb nn", "de"),
            ("en;q=x,nb", "en nb", "nb"),
            ("nb,nb;q=0.1,en;q=0.5", "en nb", "nb"),
            (",nb,", "en nb", "nb"),
            (";q=1,nb", "en nb", "nb"),
            ("en;q=0.5;level=1,nb;q=0.6", "en nb", "nb"),
            ("nb;q=-1,en;q=0", "en nb", "en"),
            ("fr;q=0.001,de;q=0.009", "de fr", "fr"),
            ("fr;q=,de;q=-1", "de fr", "fr"),
            ("fr;q=0.28,de;q=0.29", "de fr", "de"),
            ("fr;q=NaN,de;q=inf", "de fr", "de"),
            (" en , nb ", "en nb", "en"),
            ("nb; q=0.8, en;q=0.9", "en nb", "en"),
        ] {
            assert_eq!(pruned(field, stored), left, "{field:?} of {stored}");
        }
    }

    #[test]
    fn what_is_no_weight_is_refused() {
        for field in [
            "invalid;;;",
            "nb;x=1",
            "nb;",
            "nb;q",
            "nb;Q=0.5",
            "nb;qq=1",
            "nb;;q=1",
            "nb,en;level=1",
            ";",
        ] {
            assert_eq!(Preference::parse(field), Err(Malformed), "{field}");
        }
    }
}
