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
const MIDDLES: [(&str, &str); 10] = [
    ("register", "register"),
    ("tilskudds", "grant"),
    ("kontroll", "control"),
    ("tilsyns", "inspection"),
    ("fond", "fund"),
    ("avgifts", "duty"),
    ("frist", "deadline"),
    ("plan", "plan"),
    ("rapport", "report"),
    ("sak", "case"),
];
const TAILS: [(&str, &str); 10] = [
    ("melding", "notice"),
    ("søknad", "request"),
    ("vedtak", "ruling"),
    ("varsel", "warning"),
    ("skjema", "form"),
    ("klage", "complaint"),
    ("svar", "reply"),
    ("brev", "letter"),
    ("krav", "claim"),
    ("bevis", "proof"),
];

/// Word `number` in Norwegian and in English; numbers beyond the last begin anew.
pub fn word(number: u64) -> [String; 2] {
    let number = usize::try_from(number % WORDS).unwrap_or(0);
    let (head, rest) = (HEADS[number % 50], number / 50);
    let (middle, tail) = (MIDDLES[rest % 10], TAILS[rest / 10]);
    [
        [head.0, middle.0, tail.0].concat(),
        [head.1, middle.1, tail.1].concat(),
    ]
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
            assert!(words.iter().all(|word| word.chars().count() < 40));
        }
        assert_eq!(word(0), ["skattregistermelding", "taxregisternotice"]);
    }
}
