//! Search tags and the service owner's labels: lists of words in which blanks around and letter case do not count.

use std::{collections::HashSet, ops::RangeInclusive};

use crate::dialog::{
    draft::{
        check::{Check, Invalid, Valid},
        input::{CreateDialogServiceOwnerLabel, CreateDialogTag},
    },
    limits,
};

/// Search tags, in the order of the request.
pub fn search_tags(check: &mut Check<'_>, items: Vec<CreateDialogTag>) -> Valid<Vec<String>> {
    let values = items.into_iter().map(|item| item.value).collect();
    words(check, "searchTags", values, &limits::SEARCH_TAG, |_, _| {})
}

/// Labels, sorted.
pub fn service_owner_labels(
    check: &mut Check<'_>,
    items: Vec<CreateDialogServiceOwnerLabel>,
) -> Valid<Vec<String>> {
    const MEMBER: &str = "serviceOwnerLabels";
    if items.len() > limits::SERVICE_OWNER_LABELS {
        check.tell_of(
            MEMBER,
            format!(
                "Maximum {} labels are allowed. You entered {}.",
                limits::SERVICE_OWNER_LABELS,
                items.len()
            ),
        );
    }
    let values = items.into_iter().map(|item| item.value).collect();
    // The API tells an empty label twice, as empty and as too short.
    let mut labels = words(
        check,
        MEMBER,
        values,
        &limits::SERVICE_OWNER_LABEL,
        |check, label| {
            if label.is_empty() {
                check.empty("value");
            }
        },
    )?;
    labels.sort();
    Ok(labels)
}

fn words(
    check: &mut Check<'_>,
    member: &str,
    values: Vec<Option<String>>,
    lengths: &RangeInclusive<usize>,
    mut rule: impl FnMut(&mut Check<'_>, &str),
) -> Valid<Vec<String>> {
    let mut seen = HashSet::new();
    let mut twice = None;
    let words = check.each(member, values, |check, value| {
        let Some(value) = value else {
            check.empty("value");
            return Err(Invalid);
        };
        rule(check, &value);
        let word = value.trim().to_lowercase();
        check.shortest("value", &word, *lengths.start());
        check.longest("value", &word, *lengths.end());
        if !seen.insert(word.clone()) && twice.is_none() {
            twice = Some(word.clone());
        }
        Ok(word)
    });
    if let Some(word) = twice {
        check.tell_of(member, format!("Must not contain duplicates: '{word}'."));
    }
    words
}
