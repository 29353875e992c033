//! An issuer of tokens for trying the server on one's own machine: its key lies in the data directory, and whoever can
//! read that can be anybody. Accepted only where the configuration turns it on.

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    issuer::Published,
    keys::KeySet,
    scope,
    signing_key::{SigningKey, Unusable},
};
use crate::dialog::timestamp::Timestamp;

/// What stands in `iss`.
pub const ISSUER: &str = "urn:dialogporten:local-issuer";

/// Issues tokens like those of the identity providers, for anybody.
#[derive(Debug)]
pub struct LocalIssuer {
    key: SigningKey,
}

/// Who a token is for. Numbers are put into it as given, so that tokens of nobody can be tried too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A service owner.
    ServiceOwner {
        /// Short name.
        org: String,
        /// Organization number.
        number: String,
    },
    /// A person.
    EndUser {
        /// National identity number.
        pid: String,
    },
    /// A system that acts for an organization.
    SystemUser {
        /// Identifier.
        id: Uuid,
        /// Number of the organization that owns it.
        owner: String,
        /// Number of the organization that uses it.
        number: String,
    },
    /// Somebody known by e-mail address only.
    EmailUser {
        /// The address.
        email: String,
    },
}

impl Holder {
    /// The scopes that such a caller usually needs.
    pub fn usual_scopes(&self) -> String {
        match self {
            Self::ServiceOwner { .. } => {
                format!(
                    "{} {}",
                    scope::SERVICE_PROVIDER,
                    scope::SERVICE_PROVIDER_SEARCH
                )
            }
            Self::EndUser { .. } | Self::SystemUser { .. } | Self::EmailUser { .. } => {
                scope::END_USER.to_owned()
            }
        }
    }

    /// The authentication level at which such a caller usually comes.
    pub fn usual_level(&self) -> u8 {
        match self {
            Self::EmailUser { .. } => 0,
            Self::ServiceOwner { .. } | Self::EndUser { .. } | Self::SystemUser { .. } => 3,
        }
    }

    fn claims(&self) -> Vec<(&'static str, Value)> {
        let method = |name: &str| ("urn:altinn:authenticatemethod", json!(name));
        match self {
            Self::ServiceOwner { org, number } => vec![
                ("consumer", organization(number)),
                ("urn:altinn:org", json!(org)),
                ("urn:altinn:orgNumber", json!(number)),
                method("maskinporten"),
            ],
            Self::EndUser { pid } => vec![("pid", json!(pid)), method("NotDefined")],
            Self::SystemUser { id, owner, number } => vec![
                ("consumer", organization(number)),
                (
                    "authorization_details",
                    json!([{
                        "type": "urn:altinn:systemuser",
                        "systemuser_id": [id],
                        "systemuser_org": organization(owner),
                    }]),
                ),
                method("systemuser"),
            ],
            Self::EmailUser { email } => vec![
                ("email", json!(email)),
                ("amr", json!(["Selfregistered-email"])),
                ("acr", json!("selfregistered-email")),
                method("IdportenEpost"),
            ],
        }
    }
}

/// What a token says besides who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Scopes, separated by blanks.
    pub scopes: String,
    /// Authentication level, 0 to 4.
    pub level: u8,
    /// How long it is valid, in seconds.
    pub ttl_seconds: u32,
}

/// How long a token lasts that somebody was handed without asking for a time: a day's work, in seconds.
const DAYS_WORK: u32 = 8 * 60 * 60;

impl Terms {
    /// What `holder` usually needs, for a day's work.
    pub fn usual(holder: &Holder) -> Self {
        Self {
            scopes: holder.usual_scopes(),
            level: holder.usual_level(),
            ttl_seconds: DAYS_WORK,
        }
    }
}

/// An organization as Maskinporten writes it (ISO 6523).
fn organization(number: &str) -> Value {
    json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{number}")})
}

impl LocalIssuer {
    /// With the key kept in `directory`, generated when there is none yet.
    pub fn open(directory: &Path) -> Result<Self, Unusable> {
        let key = SigningKey::open(directory, "local-issuer.key")?;
        Ok(Self { key })
    }

    /// A token for `holder` on these terms, valid from `now` on.
    pub fn issue(&self, holder: &Holder, terms: &Terms, now: Timestamp) -> String {
        let issued = now.seconds();
        let mut claims = vec![("iss", json!(ISSUER)), ("scope", json!(terms.scopes))];
        claims.extend(holder.claims());
        claims.extend([
            ("urn:altinn:authlevel", json!(terms.level.to_string())),
            ("jti", json!(crate::dialog::id::random())),
            ("iat", json!(issued)),
            ("nbf", json!(issued)),
            ("exp", json!(issued + i64::from(terms.ttl_seconds))),
        ]);
        self.key.sign(&claims)
    }

    /// What verifies its tokens.
    pub fn published(&self, now: Timestamp) -> Published {
        let keys = KeySet::read(&[self.key.jwk()]);
        Published::fixed(ISSUER.to_owned(), keys, now)
    }
}
