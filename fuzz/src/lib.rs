//! What must hold of every input, whoever wrote it: one law for each kind of input that strangers send.
//!
//! A law takes bytes and panics if they break it. Fuzzers make up the bytes (`fuzz_targets/`); `cargo test --test fuzz`
//! takes those of `corpus/` and small changes of them, so that every change of the server meets them.

mod bodies;
mod changes;
mod headers;
mod made;
mod policies;
mod searches;
mod syntax;
mod tokens;
mod words;

/// Panics where an input breaks it.
pub type Law = fn(&[u8]);

/// Every law under the name that its target, its corpus and its dictionary share.
pub const LAWS: [(&str, Law); 14] = [
    ("json", syntax::json),
    ("create", bodies::create),
    ("append", bodies::append),
    ("update", changes::update),
    ("patch", changes::patch),
    ("policy", policies::policy),
    ("cursor", searches::cursor),
    ("query", searches::query),
    ("search_text", searches::text),
    ("accept_language", headers::accept_language),
    ("if_match", headers::if_match),
    ("token", tokens::token),
    ("identifiers", words::identifiers),
    ("moments", words::moments),
];

/// The law of this name.
pub fn law(name: &str) -> Law {
    let found = LAWS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("there is no law {name}")).1
}
