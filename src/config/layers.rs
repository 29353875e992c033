//! Puts the layers of settings on top of each other and finds the keys that do not exist.

use std::{fmt, path::Path};

use figment::{
    Figment, Profile, Provider,
    providers::{Format, Serialized, Toml},
    value::{Dict, Map, Num, Value},
};

use super::{
    Config, Environment, Flags,
    keys::{find, leaves, nearest, shape, strangers},
};

/// What the names of our environment variables start with.
const PREFIX: &str = "DIALOGPORTEN__";

/// Why the server does not start with these settings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {source}")]
    Unreadable {
        /// As given.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Keys that do not exist, each with where it stands and what may have been meant.
    #[error("{}", Lines(.0))]
    Unknown(Vec<String>),
    /// The file is not TOML, or a value has the wrong type.
    #[error("{}", Lines(.0))]
    Invalid(Vec<String>),
    /// Settings that cannot work, alone or together.
    #[error("{}", Lines(.0))]
    Refused(Vec<String>),
}

struct Lines<'a>(&'a [String]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// Puts the layers together, without asking whether the result makes sense.
pub(super) fn merge(
    file: Option<&Path>,
    environment: &Environment,
    flags: &Flags,
) -> Result<Config, Error> {
    let shape = shape();
    let mut unknown = Vec::new();

    let mut layers = Figment::new();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Unreadable {
            path: path.display().to_string(),
            source,
        })?;
        let read: Dict = Figment::from(Toml::string(&text))
            .extract()
            .map_err(|error| {
                Error::Invalid(
                    error
                        .into_iter()
                        .map(|e| format!("{}: {}", path.display(), e.kind))
                        .collect(),
                )
            })?;
        for key in strangers(&read, &shape) {
            let hint = nearest(&key, &shape)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            unknown.push(format!("unknown key `{key}` in {}{hint}", path.display()));
        }
        layers = layers.merge(Layer("file", read));
    }

    let mut invalid = Vec::new();
    let mut variables = Dict::new();
    if let Some(url) = environment.get("DATABASE_URL") {
        let url = url.to_string_lossy().into_owned();
        insert(&mut variables, &["database", "url"], Value::from(url));
    }
    if let Some(filter) = environment.get("RUST_LOG") {
        let filter = filter.to_string_lossy().into_owned();
        insert(&mut variables, &["log", "filter"], Value::from(filter));
    }
    for (name, text) in environment.with_prefix(PREFIX) {
        let key = name.to_ascii_lowercase().replace("__", ".");
        let path: Vec<&str> = key.split('.').collect();
        match find(&shape, &path).map(|expected| typed(&text, expected)) {
            Some(Ok(value)) => insert(&mut variables, &path, value),
            Some(Err(expected)) => {
                invalid.push(format!("{PREFIX}{name}: must be {expected}"));
            }
            None => {
                let hint = nearest(&key, &shape).map_or_else(String::new, |near| {
                    format!("; did you mean {}?", variable(&near))
                });
                unknown.push(format!("unknown environment variable {PREFIX}{name}{hint}"));
            }
        }
    }
    if !unknown.is_empty() {
        return Err(Error::Unknown(unknown));
    }
    if !invalid.is_empty() {
        return Err(Error::Invalid(invalid));
    }
    layers = layers.merge(Layer("environment", indexed(variables)));

    if let Some(data_dir) = &flags.data_dir {
        layers = layers.merge(Serialized::default("data_dir", data_dir));
    }
    if let Some(listen) = flags.listen {
        layers = layers.merge(Serialized::default("http.listen", listen));
    }
    if let Some(url) = &flags.database_url {
        layers = layers.merge(Serialized::default("database.url", url));
    }

    let mut defaults = Config::default();
    // An empty text stands for "not set", as in a container's environment.
    let has_database = layers
        .find_value("database.url")
        .is_ok_and(|url| url.as_str().is_some_and(|url| !url.is_empty()));
    let local_mode = file.is_none() && !has_database;
    defaults.auth.local_issuer = local_mode;
    let mut config: Config = Figment::from(Serialized::defaults(defaults))
        .merge(layers)
        .extract()
        .map_err(|error| Error::Invalid(error.into_iter().map(|e| told(&e)).collect()))?;
    config.local_mode = local_mode;
    Ok(config)
}

/// Every setting in force, one a line.
pub(super) fn flatten(config: &Config) -> String {
    let mut lines = Vec::new();
    if let Ok(value) = Value::serialize(config) {
        leaves(&value, "", &mut |key, value| {
            lines.push(format!("{key} = {}", shown(value)));
        });
    }
    lines.join("\n")
}

/// One layer that has been read.
struct Layer(&'static str, Dict);

impl Provider for Layer {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(self.0)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.1.clone()))
    }
}

/// Reads the text of a variable as what is expected there, or says what that is.
fn typed(text: &str, expected: &Value) -> Result<Value, &'static str> {
    match expected {
        Value::String(..) | Value::Char(..) | Value::Empty(..) => Ok(Value::from(text)),
        Value::Bool(..) => match text {
            "true" | "1" => Ok(Value::from(true)),
            "false" | "0" => Ok(Value::from(false)),
            _ => Err("true or false"),
        },
        Value::Num(_, Num::F32(_) | Num::F64(_)) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::from(number)),
            _ => Err("a number"),
        },
        Value::Num(..) => text
            .parse::<u64>()
            .map(Value::from)
            .map_err(|_| "a whole number"),
        Value::Array(_, elements) if elements.is_empty() => Ok(Value::from(
            text.split(',')
                .map(str::trim)
                .filter(|element| !element.is_empty())
                .map(Value::from)
                .collect::<Vec<_>>(),
        )),
        Value::Array(..) => Err("set element by element: …__0__NAME, and so on"),
        Value::Dict(..) => Err("set key by key: it is a section"),
    }
}

fn insert(into: &mut Dict, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => {
            into.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let section = into
                .entry((*first).to_owned())
                .or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, section) = section {
                insert(section, rest, value);
            }
        }
    }
}

/// Sections whose keys are numbers are lists.
fn indexed(section: Dict) -> Dict {
    section
        .into_iter()
        .map(|(key, value)| match value {
            Value::Dict(tag, inner) => {
                let inner = indexed(inner);
                let mut elements: Vec<(u8, &Value)> = inner
                    .iter()
                    .filter_map(|(key, value)| Some((key.parse().ok()?, value)))
                    .collect();
                elements.sort_by_key(|(at, _)| *at);
                let value = if elements.is_empty() {
                    Value::Dict(tag, inner)
                } else {
                    Value::Array(tag, elements.into_iter().map(|(_, v)| v.clone()).collect())
                };
                (key, value)
            }
            other => (key, other),
        })
        .collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Empty(..) => "(not set)".to_owned(),
        value => serde_json::to_string(value).unwrap_or_default(),
    }
}

/// The environment variable of a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase().replace('.', "__"))
}

fn told(error: &figment::Error) -> String {
    let key = error.path.join(".");
    let place = match error.metadata.as_ref().map(|layer| layer.name.as_ref()) {
        Some("environment") => variable(&key),
        _ => key.clone(),
    };
    let hint = if key == "http.listen" {
        " (an IP address and a port, such as 127.0.0.1:7214)"
    } else {
        ""
    };
    format!("{place}: {}{hint}", error.kind)
}
