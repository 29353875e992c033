//! The order of modules in `src/lib.rs` is a law: a module uses what stands below it, never what stands above.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn modules() -> Vec<String> {
    fs::read_to_string("src/lib.rs")
        .unwrap()
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("pub mod ")?
                .strip_suffix(';')
                .map(Into::into)
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules of this crate that a source names behind `crate::`, alone or in a braced group.
fn used(source: &str) -> BTreeSet<String> {
    let code: String = source
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            for (i, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if start && depth == 0 && !c.is_whitespace() => {
                        names.insert(word(&group[i..]));
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            names.insert(word(rest));
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn modules_use_only_what_stands_below_them() {
    let order = modules();
    assert!(order.len() > 10, "src/lib.rs lists the modules: {order:?}");
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut broken = Vec::new();
    for file in files {
        let below_src = file.strip_prefix("src").unwrap();
        let own = below_src
            .iter()
            .next()
            .unwrap()
            .to_string_lossy()
            .replace(".rs", "");
        let Some(place) = order.iter().position(|name| *name == own) else {
            continue;
        };
        for name in used(&fs::read_to_string(&file).unwrap()) {
            if order
                .iter()
                .position(|other| *other == name)
                .is_some_and(|other| other < place)
            {
                broken.push(format!(
                    "{} uses crate::{name}, which stands above {own}",
                    file.display()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_matter_knows_neither_io_nor_async() {
    let mut files = Vec::new();
    for folder in ["src/dialog", "src/json"] {
        sources(Path::new(folder), &mut files);
    }
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap();
        for word in [
            "async fn",
            "sqlx::query",
            "tokio::",
            "axum::",
            "reqwest::",
            "std::fs",
            "std::net::Tcp",
        ] {
            assert!(!code.contains(word), "{} has {word}", file.display());
        }
    }
}

#[test]
fn sql_stands_in_the_store_only() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for file in files {
        let allowed = ["src/store", "src/embedded"]
            .iter()
            .any(|folder| file.starts_with(folder));
        let source = fs::read_to_string(&file).unwrap();
        assert!(
            allowed || !source.contains("sqlx::query"),
            "{} has SQL",
            file.display()
        );
    }
}

#[test]
fn the_reader_of_imports_sees_groups_and_paths() {
    let source = "use crate::{api::{wire, x}, app::App, http};\nfn f() { crate::store::g() }";
    let expected = ["api", "app", "http", "store"].map(String::from);
    assert_eq!(used(source), BTreeSet::from(expected));
}
