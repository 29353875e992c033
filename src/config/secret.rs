//! Values that must not be shown.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MASK: &str = "***";

/// A secret. It deserializes as it is; shown or serialized it is a mask.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for the one place that uses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "\"\"" } else { MASK })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if self.is_empty() { "" } else { MASK })
    }
}

/// The address of a database. Shown or serialized, its password and its parameters (which may hold one) are masked.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ConnectionUrl(String);

impl ConnectionUrl {
    /// The whole address, for the place that connects.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn masked(&self) -> String {
        let Ok(mut url) = url::Url::parse(&self.0) else {
            return MASK.to_owned();
        };
        if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
            return MASK.to_owned();
        }
        if url.query().is_some() {
            url.set_query(Some(MASK));
        }
        url.to_string()
    }
}

impl FromStr for ConnectionUrl {
    type Err = std::convert::Infallible;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Ok(Self(url.to_owned()))
    }
}

impl fmt::Debug for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for ConnectionUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.masked())
    }
}

/// Reads an empty text as "not set", the only way in which an environment variable of a container can say so.
pub(super) fn absent_when_empty<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    use serde::de::{IntoDeserializer, value::StringDeserializer};
    match Option::<String>::deserialize(from)? {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => {
            let text: StringDeserializer<D::Error> = text.into_deserializer();
            T::deserialize(text).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let secret = Secret::from("hunter2".to_owned());
        let url: ConnectionUrl = "postgres://me:hunter2@db:5432/x?password=hunter2&host=%2Ftmp"
            .parse()
            .unwrap();
        let odd: ConnectionUrl = "not a url hunter2".parse().unwrap();
        for shown in [
            format!("{secret:?} {url:?} {odd:?} {url} {odd}"),
            serde_json::to_string(&(&secret, &url, &odd)).unwrap(),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert!(url.to_string().starts_with("postgres://me:***@db:5432/x"));
        assert_eq!(secret.reveal(), "hunter2");
    }
}
