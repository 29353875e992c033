//! Five thousand words in two languages. Small numbers are the common ones.

/// How many there are.
pub const WORDS: u64 = 5_000;

const HEADS: [(&str, &str); 50] = [
    ("skatt", "tax"),
    ("bygge", "building"),
    ("helse", "health"),
    ("bolig", "housing"),
    ("arbeids", "work"),
    ("skole", "school"),
    ("barne", "child"),
    ("miljø", "environment"),
    ("lands", "farm"),
    ("fiske", "fishery"),
    ("jakt", "hunting"),
    ("veg", "road"),
    ("tog", "rail"),
    ("havne", "harbour"),
    ("luft", "aviation"),
    ("energi", "energy"),
    ("vann", "water"),
    ("avfalls", "waste"),
    ("brann", "fire"),
    ("våpen", "weapon"),
    ("pass", "passport"),
    ("kjøre", "driving"),
    ("toll", "customs"),
    ("moms", "vat"),
    ("lønns", "wage"),
    ("pensjons", "pension"),
    ("trygde", "benefit"),
    ("syke", "illness"),
    ("fødsels", "birth"),
    ("navne", "name"),
    ("flytte", "moving"),
    ("valg", "election"),
    ("retts", "court"),
    ("arve", "heritage"),
    ("gjelds", "debt"),
    ("konkurs", "bankruptcy"),
    ("regnskaps", "account"),
    ("revisjons", "audit"),
    ("aksje", "share"),
    ("styre", "board"),
    ("vare", "goods"),
    ("patent", "patent"),
    ("import", "import"),
    ("eksport", "export"),
    ("mat", "food"),
    ("alkohol", "alcohol"),
    ("tobakk", "tobacco"),
    ("reise", "travel"),
    ("data", "data"),
    ("kultur", "culture"),
];
/// Endings that no stemmer takes for inflections: each word stays a word of its own.
const MIDDLES: [&str; 10] = ["er", "an", "or", "el", "in", "is", "al", "om", "ul", "ek"];
const TAILS: [&str; 10] = [
    "rom", "ark", "lag", "bud", "vik", "dok", "pol", "gam", "dam", "fok",
];

/// Word `number` in Norwegian and in English; numbers beyond the last begin anew.
pub fn word(number: u64) -> [String; 2] {
    let number = usize::try_from(number % WORDS).unwrap_or(0);
    let (head, rest) = (HEADS[number % 50], number / 50);
    let (middle, tail) = (MIDDLES[rest % 10], TAILS[rest / 10]);
    [head.0, head.1].map(|head| [head, middle, tail].concat())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_word_is_another_in_both_languages() {
        for language in 0..2 {
            let words: HashSet<_> = (0..WORDS).map(|n| word(n)[language].clone()).collect();
            assert_eq!(words.len(), 5_000);
            assert!(words.iter().all(|word| word.chars().count() < 20));
        }
        assert_eq!(word(0), ["skatterrom", "taxerrom"]);
    }
}
