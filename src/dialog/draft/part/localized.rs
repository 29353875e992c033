//! Texts in several languages.

use std::collections::HashSet;

use crate::dialog::{
    draft::{
        check::{Check, Invalid, Valid},
        input::LocalizationInput,
    },
    language::LanguageCode,
    localization::Localization,
};

/// A list of texts of at most `longest`, at most one per language; sorted by language.
pub fn localizations(
    check: &mut Check<'_>,
    member: &str,
    items: Vec<LocalizationInput>,
    longest: usize,
) -> Valid<Vec<Localization>> {
    localizations_that(check, member, items, longest, |_, _| {})
}

/// The same with a further rule for each text.
pub fn localizations_that(
    check: &mut Check<'_>,
    member: &str,
    items: Vec<LocalizationInput>,
    longest: usize,
    mut rule: impl FnMut(&mut Check<'_>, &str),
) -> Valid<Vec<Localization>> {
    let mut languages = HashSet::new();
    let twice = items
        .iter()
        .map(|item| LanguageCode::normalize(&item.language_code))
        .find(|language| !languages.insert(language.clone()));
    if let Some(language) = twice {
        check.tell_of(
            member,
            format!("Must not contain duplicates: language '{language}'."),
        );
    }
    let mut valid = check.each(member, items, |check, item| {
        check.not_blank("value", Some(&item.value));
        check.longest("value", &item.value, longest);
        rule(check, &item.value);
        let language_code = language(check, &item.language_code)?;
        Ok(Localization {
            value: item.value,
            language_code,
        })
    })?;
    valid.sort_by_key(|text| text.language_code);
    Ok(valid)
}

fn language(check: &mut Check<'_>, text: &str) -> Valid<LanguageCode> {
    let known = LanguageCode::parse(text);
    if known.is_none() {
        let normalized = LanguageCode::normalize(text);
        if normalized.is_empty() {
            check.empty("languageCode");
        }
        let hint = if normalized == "no" {
            " Norwegian is 'nb' or 'nn'."
        } else {
            ""
        };
        check.tell_of(
            "languageCode",
            format!("'LanguageCode' must be a language code of two letters (ISO 639-1).{hint}"),
        );
    }
    known.ok_or(Invalid)
}
