//! Identifiers in paths.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use uuid::Uuid;

use crate::dialog::{Violations, id};

/// The identifiers of a path, not yet read: bad ones are told together with everything else that is wrong.
#[derive(Debug, Default)]
pub struct PathIds(Vec<(String, String)>);

impl PathIds {
    /// The text called `name`, escapes resolved.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, text)| text)
    }

    /// The identifier called `name`; the zero UUID and a violation where it is none.
    pub fn read(&self, name: &str, violations: &mut Violations) -> Uuid {
        id::parse_loose(self.text(name)).unwrap_or_else(|| {
            violations.add(name, format!("'{name}' must be a UUID."));
            Uuid::nil()
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathIds {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(
            match RawPathParams::from_request_parts(parts, state).await {
                Ok(params) => Self(
                    params
                        .iter()
                        .map(|(n, v)| (n.to_owned(), v.to_owned()))
                        .collect(),
                ),
                Err(_) => Self::default(),
            },
        )
    }
}
