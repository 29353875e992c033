//! Values within the text of a script for `pgbench`.

/// A literal. `pgbench` takes every colon before a letter for a variable, within quotes as well, so none is written.
pub fn literal(value: &str) -> String {
    let escaped = value
        .replace('\\', r"\\")
        .replace('\'', "''")
        .replace(':', r"\x3a");
    format!("E'{escaped}'")
}

/// An array of texts, or of what `kind` names.
pub fn array<T: AsRef<str>>(values: &[T], kind: &str) -> String {
    let values: Vec<_> = values.iter().map(AsRef::as_ref).collect();
    // No value here holds a comma, a brace or a quote.
    let list = literal(&format!("{{{}}}", values.join(",")));
    format!("{list}::{kind}[]")
}
