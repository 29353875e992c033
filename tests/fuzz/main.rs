//! The laws that fuzzers try to break, against inputs that are committed and small changes of them. The same changes
//! every time: looking for new ones is what the fuzzers themselves are for, see `docs/fuzzing.md`.

#[path = "../../fuzz/src/lib.rs"]
mod laws;

use std::{
    fmt, fs,
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
};

use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Changed inputs for each law.
const CHANGED: u32 = 256;

fn folder(of: &str, name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fuzz", of, name]
        .iter()
        .collect()
}

/// An input, shown as text.
#[derive(Clone)]
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// The inputs that are kept for a law, in the order of their names.
fn corpus(name: &str) -> Vec<Input> {
    let mut files: Vec<_> = fs::read_dir(folder("corpus", name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let inputs = files.iter().map(|file| Input(fs::read(file).unwrap()));
    inputs.collect()
}

/// The words that fuzzers put into inputs, as libFuzzer writes them: `"…"` with `\xAB`, `\\` and `\"`.
fn dictionary(name: &str) -> Vec<Vec<u8>> {
    fs::read_to_string(folder("dictionaries", &format!("{name}.dict")))
        .unwrap()
        .lines()
        .filter(|line| line.starts_with('"'))
        .map(|line| unescaped(line[1..].strip_suffix('"').unwrap()))
        .collect()
}

fn unescaped(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        (bytes, rest) = match (first, tail) {
            (b'\\', [b'x', hex @ ..]) => {
                let hex = std::str::from_utf8(&hex[..2]).unwrap();
                bytes.push(u8::from_str_radix(hex, 16).unwrap());
                (bytes, &tail[3..])
            }
            (b'\\', [escaped, tail @ ..]) => {
                bytes.push(*escaped);
                (bytes, tail)
            }
            _ => {
                bytes.push(*first);
                (bytes, tail)
            }
        };
    }
    bytes
}

/// One change of an input.
#[derive(Debug, Clone)]
enum Edit {
    Set(Index, u8),
    Remove(Index, usize),
    Repeat(Index, usize),
    Insert(Index, Vec<u8>),
}

impl Edit {
    fn apply(&self, input: &mut Vec<u8>) {
        let at = |place: &Index, input: &[u8]| place.index(input.len() + 1);
        match self {
            Self::Set(place, byte) => {
                let at = at(place, input);
                if let Some(old) = input.get_mut(at) {
                    *old = *byte;
                }
            }
            Self::Remove(place, length) => {
                let from = at(place, input);
                let to = input.len().min(from + length);
                input.drain(from..to);
            }
            Self::Repeat(place, length) => {
                let from = at(place, input);
                let to = input.len().min(from + length);
                let part = input[from..to].to_vec();
                input.splice(to..to, part);
            }
            Self::Insert(place, word) => {
                let at = at(place, input);
                input.splice(at..at, word.iter().copied());
            }
        }
    }
}

fn edits(words: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<Edit>> {
    let place = any::<Index>;
    let word = prop_oneof![
        prop::sample::select(words),
        prop::collection::vec(any::<u8>(), 1..4),
    ];
    let edit = prop_oneof![
        (place(), any::<u8>()).prop_map(|(place, byte)| Edit::Set(place, byte)),
        (place(), 1..32_usize).prop_map(|(place, length)| Edit::Remove(place, length)),
        (place(), 1..64_usize).prop_map(|(place, length)| Edit::Repeat(place, length)),
        (place(), word).prop_map(|(place, word)| Edit::Insert(place, word)),
    ];
    prop::collection::vec(edit, 1..5)
}

#[test]
fn every_law_holds_of_the_inputs_that_are_kept() {
    let mut broken = Vec::new();
    for (name, law) in laws::LAWS {
        let mut corpus = corpus(name);
        assert!(corpus.len() >= 5, "{name}: {} inputs", corpus.len());
        corpus.push(Input(Vec::new()));
        for input in corpus {
            if panic::catch_unwind(AssertUnwindSafe(|| law(&input.0))).is_err() {
                broken.push(format!("{name}: {input:?}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_law_holds_of_small_changes_of_them() {
    let mut broken = Vec::new();
    for (name, law) in laws::LAWS {
        let config = Config {
            cases: CHANGED,
            failure_persistence: None,
            ..Config::default()
        };
        let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(config, chance);
        let changed = (prop::sample::select(corpus(name)), edits(dictionary(name)));
        let found = runner
            .run(&changed, |(mut input, edits)| {
                for edit in &edits {
                    edit.apply(&mut input.0);
                }
                law(&input.0);
                Ok(())
            })
            .err();
        broken.extend(found.map(|error| format!("{name}: {error}")));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_law_has_a_target() {
    let manifest = fs::read_to_string(folder("", "Cargo.toml")).unwrap();
    for (name, _) in laws::LAWS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")));
        let target = fs::read_to_string(folder("fuzz_targets", &format!("{name}.rs"))).unwrap();
        assert!(target.contains(&format!("law(\"{name}\")")), "{name}");
        laws::law(name);
    }
    let targets = fs::read_dir(folder("fuzz_targets", "")).unwrap();
    assert_eq!(targets.count(), laws::LAWS.len());
}
