//! How large a text search vector gets, told before PostgreSQL makes it: one that is too large fails the statement
//! (SQLSTATE 54000), and no write may fail because of its words.

use std::collections::HashMap;

use super::Dictionary;

/// What PostgreSQL allows for the words and positions of one vector.
const MOST: usize = 1_048_575;

/// Bytes of vector that one byte of text makes at worst: a compound word is kept whole and in parts, and each word
/// has up to five bytes of positions and padding.
const WORST: usize = 6;

/// Positions that PostgreSQL keeps of one word.
const POSITIONS: usize = 255;

/// What is left of the vector. Never promises more than there is.
pub(super) struct Budget<'a> {
    /// `None` where even the worst texts fit, so that nothing needs to be counted.
    words: Option<HashMap<(Dictionary, &'a str), usize>>,
    left: usize,
}

impl<'a> Budget<'a> {
    /// A budget for texts of `bytes` in all, each of them indexed twice.
    pub(super) fn for_texts(bytes: usize) -> Self {
        Self {
            words: (bytes.saturating_mul(2 * WORST) > MOST).then(HashMap::new),
            left: MOST,
        }
    }

    /// Sets room for `text` aside; `false`, and nothing set aside, where there is too little.
    pub(super) fn takes(&mut self, dictionary: Dictionary, text: &'a str) -> bool {
        let Some(words) = &mut self.words else {
            return true;
        };
        let mut new: HashMap<&'a str, usize> = HashMap::new();
        let mut cost = 0_usize;
        for run in text.split_whitespace() {
            let run = run.trim_matches(|c| ",;:!?()\"".contains(c));
            if run.is_empty() {
                continue;
            }
            let before = words.get(&(dictionary, run)).copied().unwrap_or(0);
            let seen = new.entry(run).or_insert(0);
            cost += Word::of(run, dictionary).cost(before + *seen);
            *seen += 1;
        }
        if cost > self.left {
            return false;
        }
        self.left -= cost;
        for (run, count) in new {
            *words.entry((dictionary, run)).or_insert(0) += count;
        }
        true
    }
}

/// The most that a run of non-blanks becomes.
struct Word {
    words: usize,
    bytes: usize,
}

impl Word {
    fn of(run: &str, dictionary: Dictionary) -> Self {
        // Some stemmers and lower cases are longer than what they were made from, but never of ASCII.
        let bytes = if run.is_ascii() {
            run.len() + usize::from(dictionary != Dictionary::SIMPLE)
        } else {
            2 * run.len()
        };
        let breaks = run.chars().filter(|c| !c.is_alphanumeric()).count();
        if breaks == 0 {
            return Self { words: 1, bytes };
        }
        // A compound word or an address: as a whole, and each part; an address also as host and path.
        Self {
            words: 2 * breaks + 3,
            bytes: 3 * bytes,
        }
    }

    /// Bytes that one more occurrence takes after `before` others.
    fn cost(&self, before: usize) -> usize {
        let first = if before == 0 {
            self.bytes + 3 * self.words
        } else {
            0
        };
        let position = if before < POSITIONS {
            2 * self.words
        } else {
            0
        };
        first + position
    }
}
