//! The keys there are, and which of them a mistaken one may have meant.

use figment::value::{Dict, Value};

use super::{Config, Endpoint, Issuer, OrganizationRetention};

/// All keys there are, with a value of the right type at each.
pub(super) fn shape() -> Value {
    let mut config = Config::default();
    config.auth.issuers.push(Issuer::default());
    config
        .retention
        .organizations
        .push(OrganizationRetention::default());
    config.health.endpoints.push(Endpoint::default());
    Value::serialize(config).unwrap_or_else(|_| Value::from(Dict::new()))
}

/// The element of `shape` at `path`; numbers in the path stand for elements of a list.
pub(super) fn find<'a>(shape: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let Some((first, rest)) = path.split_first() else {
        return Some(shape);
    };
    match shape {
        Value::Dict(_, keys) => find(keys.get(*first)?, rest),
        Value::Array(_, elements) if first.parse::<u8>().is_ok() => find(elements.first()?, rest),
        _ => None,
    }
}

/// The keys in `read` that `shape` does not have. Of an unknown section only the section.
pub(super) fn strangers(read: &Dict, shape: &Value) -> Vec<String> {
    fn walk(read: &Value, shape: Option<&Value>, at: &str, found: &mut Vec<String>) {
        match (read, shape) {
            (_, None) => found.push(at.to_owned()),
            (Value::Dict(_, read), Some(Value::Dict(_, shape))) => {
                for (key, value) in read {
                    walk(value, shape.get(key), &below(at, key), found);
                }
            }
            (Value::Array(_, read), Some(Value::Array(_, shape))) => {
                if let Some(shape) = shape.first() {
                    for element in read {
                        walk(element, Some(shape), at, found);
                    }
                }
            }
            // A wrong type is told by the reading of the whole.
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&Value::from(read.clone()), Some(shape), "", &mut found);
    found
}

fn below(at: &str, key: &str) -> String {
    if at.is_empty() {
        key.to_owned()
    } else {
        format!("{at}.{key}")
    }
}

/// Calls `each` with every key below `value` and what stands there.
pub(super) fn leaves(value: &Value, at: &str, each: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Dict(_, section) => {
            for (key, value) in section {
                leaves(value, &below(at, key), each);
            }
        }
        Value::Array(_, elements) => {
            for (i, value) in elements.iter().enumerate() {
                leaves(value, &below(at, &i.to_string()), each);
            }
        }
        leaf => each(at, leaf),
    }
}

/// The key that was probably meant: the same name in another section, or a few letters away.
pub(super) fn nearest(key: &str, shape: &Value) -> Option<String> {
    let mut keys = Vec::new();
    leaves(shape, "", &mut |key, _| keys.push(key.to_owned()));
    let name = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let namesakes = keys.iter().filter(|known| name(known) == name(key));
    if let Some(namesake) = namesakes.min_by_key(|known| distance(key, known)) {
        return Some(namesake.clone());
    }
    keys.into_iter()
        .map(|known| (distance(key, &known), known))
        .filter(|(far, known)| *far <= 2.max(known.len() / 4))
        .min()
        .map(|(_, known)| known)
}

/// Insertions, deletions and replacements that make one text the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_far_apart_as_they_have_edits() {
        for (a, b, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("listen", "lisen", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), expected);
            assert_eq!(distance(b, a), expected);
        }
    }
}
