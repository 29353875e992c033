//! docs/configuration.md is made from the structures in src/config: their fields, comments and defaults.

use std::{
    collections::HashMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use dialogporten::config::{Config, is_live};
use serde_json::Value;

const REFERENCE: &str = "docs/configuration.md";
const INTRODUCTION: &str = "\
# Configuration

Every setting there is, with its default. A setting is given, later ones winning, by

1. a TOML file: `dialogporten --config dialogporten.toml`;
2. the environment: `DIALOGPORTEN__` and the path of the key in capitals with `__` between its parts, such as
   `DIALOGPORTEN__HTTP__PATH_PREFIX=/dialogporten`, for an element of a list with its number, such as
   `DIALOGPORTEN__AUTH__ISSUERS__0__NAME`; a list of texts is separated by commas. `DATABASE_URL` and `RUST_LOG` are understood, too;
3. flags: `--data-dir`, `--listen`, `--database-url`.

A key that does not exist, a value of the wrong type and settings that contradict each other stop the start with a
message that names the key. At the log level `debug` the server tells the settings in force, secrets masked.

Settings marked *live* are taken over by a running server within five seconds after the file has changed, or at once on SIGHUP.
What cannot be used changes nothing and is told in the log; so are changes that wait for a restart.
";

/// A structure or an enumeration in the source.
#[derive(Debug, Default)]
struct Shape {
    about: String,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    name: String,
    /// Empty for a word of an enumeration.
    kind: String,
    about: String,
}

/// Reads what rustfmt writes: one member a line, comments above it.
fn shapes(folder: &Path) -> HashMap<String, Shape> {
    let mut found = HashMap::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let mut open: Option<(String, Shape)> = None;
        let (mut about, mut skipped) = (Vec::new(), false);
        for line in source.lines() {
            let text = line.trim();
            if let Some(comment) = text.strip_prefix("///") {
                about.push(comment.trim().to_owned());
                continue;
            }
            if text.starts_with("#[") {
                skipped |= text.contains("serde(skip)");
                continue;
            }
            let said = about.join(" ");
            about.clear();
            let named = ["pub struct ", "pub enum "]
                .iter()
                .find_map(|start| line.strip_prefix(start)?.strip_suffix(" {"));
            if let Some(name) = named {
                let shape = Shape {
                    about: said,
                    members: Vec::new(),
                };
                open = Some((name.to_owned(), shape));
            } else if line == "}" {
                found.extend(open.take());
            } else if let Some((_, shape)) = &mut open
                && !skipped
                && let Some(text) = text.strip_suffix(',')
            {
                let (name, kind) = match text.strip_prefix("pub ").map(|t| t.split_once(": ")) {
                    Some(Some((name, kind))) => (name.to_owned(), kind.to_owned()),
                    _ => (text.to_lowercase(), String::new()),
                };
                shape.members.push(Member {
                    name,
                    kind,
                    about: said,
                });
            }
            skipped = false;
        }
    }
    found
}

struct Writer {
    shapes: HashMap<String, Shape>,
    text: String,
}

impl Writer {
    /// Writes the settings of a section, then the sections below it. `said` is what stands where it is a member.
    fn section(&mut self, name: &str, path: &str, said: &str, defaults: &Value) {
        let shape = &self.shapes[name];
        let mut table = String::new();
        let mut below = Vec::new();
        for member in &shape.members {
            let key = if path.is_empty() {
                member.name.clone()
            } else {
                format!("{path}.{}", member.name)
            };
            let (outer, inner) = split(&member.kind);
            let default = &defaults[member.name.as_str()];
            match self.shapes.get(inner) {
                Some(inside) if inside.members.iter().all(|word| word.kind.is_empty()) => {
                    let words: Vec<_> = inside
                        .members
                        .iter()
                        .map(|word| format!("`\"{}\"`: {}", word.name, word.about))
                        .collect();
                    let about = format!("{} {}", member.about, words.join(" "));
                    row(&mut table, &key, default, &about);
                }
                Some(_) => {
                    let (key, default) = match outer {
                        "Vec" => (format!("{key}[]"), Value::Null),
                        _ => (key, default.clone()),
                    };
                    below.push((inner.to_owned(), key, member.about.clone(), default));
                }
                None => row(&mut table, &key, default, &member.about),
            }
        }
        if !path.is_empty() {
            let title = match path.strip_suffix("[]") {
                Some(list) => format!("[[{list}]]"),
                None => format!("[{path}]"),
            };
            // The comment on the structure begins with its title, and says more where there is more to say.
            let more = shape.about.split_once(": ").map_or("", |(_, more)| more);
            let mut more: String = more.to_owned();
            if let Some(first) = more.get(..1) {
                more = first.to_uppercase() + &more[1..];
            }
            let said = if said.starts_with("`[") { "" } else { said };
            let about = format!("{said} {more}");
            let about = about.trim();
            write!(self.text, "\n## `{title}`\n").unwrap();
            if !about.is_empty() {
                write!(self.text, "\n{about}\n").unwrap();
            }
        }
        if !table.is_empty() {
            self.text += "\n| Key | Default | Live | Meaning |\n|---|---|---|---|\n";
            self.text += &table;
        }
        for (inner, key, said, default) in below {
            self.section(&inner, &key, &said, &default);
        }
    }
}

/// `Option<T>` and `Vec<T>` into what is around and what is inside.
fn split(kind: &str) -> (&str, &str) {
    match kind.split_once('<') {
        Some((outer, inner)) => (outer, inner.trim_end_matches('>')),
        None => ("", kind),
    }
}

fn row(table: &mut String, key: &str, default: &Value, about: &str) {
    let name = key.rsplit('.').next().unwrap();
    let default = match default {
        Value::Null => String::new(),
        default => format!("`{default}`"),
    };
    let live = if is_live(key) { "live" } else { "" };
    let about = about.replace('|', "\\|");
    writeln!(table, "| `{name}` | {default} | {live} | {about} |").unwrap();
}

fn reference() -> String {
    let mut writer = Writer {
        shapes: shapes(Path::new("src/config")),
        text: INTRODUCTION.to_owned(),
    };
    let defaults = serde_json::to_value(Config::default()).unwrap();
    writer.section("Config", "", "", &defaults);
    writer.text
}

#[test]
fn the_reference_tells_every_setting_as_it_is_in_the_code() {
    let made = reference();
    let key_count = made.lines().filter(|line| line.starts_with("| `")).count();
    let told = Config::default().effective();
    // Elements of lists are none in the defaults, and stand in the reference.
    assert!(key_count >= told.lines().count(), "{made}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all("docs").unwrap();
        fs::write(REFERENCE, &made).unwrap();
    }
    let kept = fs::read_to_string(REFERENCE).unwrap_or_default();
    assert!(
        kept == made,
        "{REFERENCE} is not as the code is: UPDATE_DOCS=1 cargo test --test contract configuration"
    );
}
