//! The order of words in dialog tokens and decision requests: as in a dictionary, not by bytes.

use std::cmp::Ordering;

/// ASCII as the root collation of CLDR sorts it: punctuation, symbols, digits, letters.
const SORTED: &str =
    "\t\n\u{b}\u{c}\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";

/// Compares two words without regard to case. Words that differ in case alone are told apart at the very end,
/// lower case first, so that the order is total.
pub fn compare(a: &str, b: &str) -> Ordering {
    a.chars()
        .flat_map(char::to_lowercase)
        .map(weight)
        .cmp(b.chars().flat_map(char::to_lowercase).map(weight))
        .then_with(|| b.cmp(a))
}

/// Letters beyond ASCII come after `z`, in the order of their code points: right for `æøå`, stable for all others.
fn weight(c: char) -> u32 {
    SORTED
        .find(c)
        .and_then(|at| u32::try_from(at).ok())
        .unwrap_or(u32::from(c) + 0x100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_sort_as_in_a_dictionary() {
        let mut words = [
            "urn:altinn:resource:b",
            "zz",
            "Bb",
            "aa",
            "a-b",
            "a_b",
            "ab",
            "a1",
            "main",
            "øl",
            "Main",
        ];
        words.sort_by(|a, b| compare(a, b));
        assert_eq!(
            words,
            [
                "a_b",
                "a-b",
                "a1",
                "aa",
                "ab",
                "Bb",
                "main",
                "Main",
                "urn:altinn:resource:b",
                "zz",
                "øl",
            ]
        );
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "\\PC{0,8}", b in "\\PC{0,8}", c in "\\PC{0,8}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
