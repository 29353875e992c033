//! Patterns of `string-regexp-match`, kept to what every dialect reads the same way.
//!
//! Policies are written for other decision points too, and their dialects differ where it hurts: in one `[a-z-[aeiou]]`
//! takes letters away, in another it adds them; `\<` is a bracket here and a word's start there. A pattern that
//! uses more than the common core is not guessed at: it is not supported, and its decision is Indeterminate.

use regex::{Regex, RegexBuilder};

/// Longest pattern, in bytes.
const MAX_LENGTH: usize = 1_000;
/// Most repetitions that a pattern may count.
const MAX_REPEAT: u32 = 1_000;
/// Largest compiled pattern, and largest cache while matching, in bytes.
const MAX_COMPILED: usize = 256 * 1024;
/// Deepest nesting of groups.
const MAX_NESTING: u32 = 32;

/// Compiles a pattern that searches anywhere in a text; `None` when it is wrong, too large or not of the common core.
/// Matching takes time linear in the text.
pub(in super::super) fn compile(pattern: &str) -> Option<Regex> {
    if pattern.len() > MAX_LENGTH || !is_common(pattern) {
        return None;
    }
    RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(MAX_NESTING)
        .build()
        .ok()
}

fn is_common(pattern: &str) -> bool {
    let mut rest = pattern;
    // Whether a quantifier may follow.
    let mut is_atom = false;
    while let Some(letter) = take(&mut rest) {
        is_atom = match letter {
            '\\' => match take(&mut rest) {
                Some(escaped) if is_common_escape(escaped) => true,
                _ => return false,
            },
            '[' => match class_end(rest) {
                Some(end) => {
                    rest = &rest[end..];
                    true
                }
                None => return false,
            },
            '(' => {
                if let Some(inner) = rest.strip_prefix('?') {
                    let Some(inner) = inner.strip_prefix(':') else {
                        return false;
                    };
                    rest = inner;
                }
                false
            }
            '*' | '+' | '?' | '{' => {
                if !is_atom || (letter == '{' && !take_count(&mut rest)) {
                    return false;
                }
                rest = rest.strip_prefix('?').unwrap_or(rest);
                false
            }
            ']' | '}' => return false,
            '^' | '$' | '|' => false,
            _ => true,
        };
    }
    true
}

fn take(rest: &mut &str) -> Option<char> {
    let mut letters = rest.chars();
    let letter = letters.next();
    *rest = letters.as_str();
    letter
}

fn is_common_escape(escaped: char) -> bool {
    "dDwWsStnr\\.*+?()[]{}^$|-/".contains(escaped)
}

/// Reads `n}`, `n,}` or `n,m}`.
fn take_count(rest: &mut &str) -> bool {
    let Some((count, after)) = rest.split_once('}') else {
        return false;
    };
    *rest = after;
    let is_number = |digits: &str| {
        digits.bytes().all(|b| b.is_ascii_digit())
            && digits
                .parse::<u32>()
                .is_ok_and(|number| number <= MAX_REPEAT)
    };
    match count.split_once(',') {
        None => is_number(count),
        Some((from, "")) => is_number(from),
        Some((from, to)) => is_number(from) && is_number(to),
    }
}

/// Where the class ends whose opening bracket was just read: behind the closing bracket. No nesting, no set
/// operations, and a hyphen only between two letters, or first, last or escaped.
fn class_end(class: &str) -> Option<usize> {
    let mut rest = class.strip_prefix('^').unwrap_or(class);
    if rest.starts_with(']') {
        return None;
    }
    let mut is_first = true;
    loop {
        let letter = take(&mut rest)?;
        match letter {
            ']' => return Some(class.len() - rest.len()),
            '[' => return None,
            '-' if !is_first && !rest.starts_with(']') => return None,
            '&' | '~' if rest.starts_with(letter) => return None,
            '\\' => {
                let escaped = take(&mut rest)?;
                if !is_common_escape(escaped) {
                    return None;
                }
            }
            _ => {
                if let Some(to) = rest.strip_prefix('-').filter(|to| !to.starts_with(']')) {
                    rest = to;
                    if !take(&mut rest)?.is_alphanumeric() || !letter.is_alphanumeric() {
                        return None;
                    }
                }
            }
        }
        is_first = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_patterns_search_anywhere() {
        for (pattern, text, found) in [
            ("", "anything", true),
            ("b", "abc", true),
            ("^a+$", "aaa", true),
            ("^a+$", "aab", false),
            ("^abc$", "abc\n", false),
            ("^a.c$", "a\nc", false),
            ("^(a|b)\\.c$", "b.c", true),
            ("^(?:a|b){2,3}?$", "aba", true),
            ("^[^0-9_-]+$", "abc", true),
            ("^[-a-c]+$", "a-c", true),
            ("[\\w.]+@[\\w.]+", "a.b@c.d", true),
            ("^\\d{2,}$", "١٢", true),
            ("ABC", "abc", false),
        ] {
            let compiled = compile(pattern).unwrap_or_else(|| panic!("{pattern}"));
            assert_eq!(compiled.is_match(text), found, "{pattern} {text:?}");
        }
    }

    #[test]
    fn whatever_dialects_read_differently_is_not_supported() {
        for pattern in [
            "(a)\\1",
            "(?=a)",
            "(?<=a)b",
            "(?i)a",
            "(?P<n>a)",
            "(?<n>a)",
            "\\i\\c*",
            "\\bword\\b",
            "\\<a",
            "\\x41",
            "\\p{L}",
            "\\Z",
            "[a-z-[aeiou]]",
            "[[:alpha:]]",
            "[a&&b]",
            "[a~~b]",
            "[a--b]",
            "[]a]",
            "[a-z-9]",
            "[\\d-x]",
            "[+--]",
            "[a",
            "a]",
            "a}",
            "a{,5}",
            "a{2",
            "a{x}",
            "a{1001}",
            "a**",
            "a++",
            "a{2}{3}",
            "*a",
            "^*",
            "(a",
            "a)",
            "a\\",
            "[z-a]",
            "(|*)",
        ] {
            assert!(compile(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn patterns_that_would_grow_are_not_compiled() {
        for pattern in [
            "a{1000}".repeat(200),
            "((((a{1000}){1000}){1000}){1000})".to_owned(),
            "\\w{1000}".to_owned(),
            "(".repeat(400) + &")".repeat(400),
            "a?".repeat(10_000),
        ] {
            assert!(compile(&pattern).is_none(), "{}", &pattern[..20]);
        }
    }

    proptest! {
        #[test]
        fn no_pattern_is_too_odd(pattern in "[-a-c0-9\\\\.*+?()\\[\\]{},^$|&~:<]{0,16}", text in "[a-c]{0,8}") {
            if let Some(compiled) = compile(&pattern) {
                compiled.is_match(&text);
            }
        }
    }
}
