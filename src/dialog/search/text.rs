//! Free text: what a caller types, rewritten for PostgreSQL's `websearch_to_tsquery`.
//!
//! A blank means *or* here, where PostgreSQL means *and*; as soon as a word is excluded it means *and* here too.
//! `AND` and `OR` in any letter case are operators, of which *and* binds tighter.

use super::Dictionary;

/// Most minus signs in a row. PostgreSQL fails at more than a few dozen, and overlooks punctuation between them.
const SIGNS: usize = 8;

/// A query in the form that `websearch_to_tsquery` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextQuery {
    /// The text.
    pub websearch: String,
    /// How its words are stemmed.
    pub dictionary: Dictionary,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
}

impl TextQuery {
    /// Rewrites what a caller typed.
    pub fn new(typed: &str, dictionary: Dictionary) -> Self {
        let tokens = tokens(typed);
        let usual = if tokens.iter().any(|token| token.starts_with('-')) {
            Operator::And
        } else {
            Operator::Or
        };
        let mut websearch = String::with_capacity(typed.len() * 2);
        // The last of several operators wins; those at the ends join nothing.
        let mut given = None;
        let mut minuses = 0;
        for token in &tokens {
            if let Some(operator) = operator(token) {
                given = Some(operator);
                continue;
            }
            let word = token.trim_start_matches('-');
            minuses += token.len() - word.len();
            if word.is_empty() {
                continue;
            }
            if !websearch.is_empty() {
                websearch.push_str(match given.unwrap_or(usual) {
                    Operator::And => " ",
                    Operator::Or => " OR ",
                });
            }
            websearch.push_str(match minuses {
                0 => "",
                odd if odd % 2 == 1 => "-",
                _ => "--",
            });
            websearch.push_str(word);
            given = None;
            minuses = 0;
        }
        if let [only] = tokens.as_slice()
            && operator(only) == Some(Operator::Or)
        {
            // Alone it is a word.
            websearch.push_str(only);
        }
        Self {
            websearch: with_few_signs(&websearch),
            dictionary,
        }
    }
}

/// The text with at most [`SIGNS`] minus signs between two letters or digits; whether their number is even stays.
fn with_few_signs(websearch: &str) -> String {
    let mut text = String::with_capacity(websearch.len());
    for part in websearch.split_inclusive(char::is_alphanumeric) {
        let signs = part.matches('-').count();
        let mut surplus = signs.saturating_sub(SIGNS).next_multiple_of(2);
        text.extend(part.chars().filter(|c| {
            let is_left_out = *c == '-' && surplus > 0;
            surplus -= usize::from(is_left_out);
            !is_left_out
        }));
    }
    text
}

fn operator(token: &str) -> Option<Operator> {
    if token.eq_ignore_ascii_case("and") {
        Some(Operator::And)
    } else if token.eq_ignore_ascii_case("or") {
        Some(Operator::Or)
    } else {
        None
    }
}

/// Phrases in quotes, at least one character long, and runs of non-blanks.
fn tokens(typed: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let length = phrase(rest)
            .or_else(|| rest.find(char::is_whitespace))
            .unwrap_or(rest.len());
        let (token, behind) = rest.split_at(length);
        tokens.push(token);
        rest = behind.trim_start();
    }
    tokens
}

/// The length of the phrase that `text` begins with, quotes included.
fn phrase(text: &str) -> Option<usize> {
    let end = text.strip_prefix('"')?.find('"')?;
    (end > 0).then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_spelled_out() {
        for (typed, sent) in [
            ("tax refund", "tax OR refund"),
            (" tax\trefund ", "tax OR refund"),
            ("tax AND refund", "tax refund"),
            ("tax and refund", "tax refund"),
            ("tax OR refund", "tax OR refund"),
            ("tax refund AND bank", "tax OR refund bank"),
            ("\"annual report\" tax", "\"annual report\" OR tax"),
            ("\"annual report\"tax", "\"annual report\" OR tax"),
            ("tax -car", "tax -car"),
            ("-car tax", "-car tax"),
            ("tax - car", "tax -car"),
            ("tax ---car", "tax -car"),
            ("- - tax", "--tax"),
            ("---", ""),
            ("tax -", "tax"),
            ("a-b tax--", "a-b OR tax--"),
            ("tax AND -car", "tax -car"),
            ("tax OR -car", "tax OR -car"),
            ("tax -\"annual report\"", "tax -\"annual report\""),
            ("AND tax", "tax"),
            ("OR tax", "tax"),
            ("tax AND", "tax"),
            ("tax AND OR car", "tax OR car"),
            ("tax OR AND car", "tax car"),
            ("AND", ""),
            ("AND OR", ""),
            (" OR ", "OR"),
            ("   ", ""),
            ("\"tax refund", "\"tax OR refund"),
            ("tax\"", "tax\""),
            ("\"\"\" ", "\"\"\""),
            ("tax,refund", "tax,refund"),
            ("tax & refund", "tax OR & OR refund"),
            ("“tax refund”", "“tax OR refund”"),
        ] {
            let query = TextQuery::new(typed, Dictionary::SIMPLE);
            assert_eq!(query.websearch, sent, "{typed:?}");
        }
    }

    #[test]
    fn no_row_of_signs_is_long_whatever_stands_between_them() {
        for (typed, sent) in [
            (format!("|{}tax", "-".repeat(100)), "|--------tax"),
            (format!("|{}tax", "-".repeat(101)), "|-------tax"),
            (
                format!("a\"{}tax", "-!".repeat(10)),
                "a\"!!-!-!-!-!-!-!-!-!tax",
            ),
            (format!("\"{}\"", "-".repeat(100)), "\"--------\""),
            ("-| ".repeat(9) + "tax", "| | -| -| -| -| -| -| -| tax"),
            ("a-b ".repeat(4), "a-b OR a-b OR a-b OR a-b"),
        ] {
            let query = TextQuery::new(&typed, Dictionary::SIMPLE);
            assert_eq!(query.websearch, sent, "{typed:?}");
        }
    }
}
