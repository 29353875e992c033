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

/// Who the token is for. Numbers are put into it as given, so that tokens of nobody can be tried too.
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
        /// Authentication level.
        level: u8,
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

    fn claims(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::ServiceOwner { org, number } => vec![
                ("consumer", organization(number)),
                ("urn:altinn:org", json!(org)),
                ("urn:altinn:orgNumber", json!(number)),
                ("urn:altinn:authenticatemethod", json!("maskinporten")),
                ("urn:altinn:authlevel", json!(3)),
            ],
            Self::EndUser { pid, level } => vec![
                ("pid", json!(pid)),
                ("urn:altinn:authlevel", json!(level.to_string())),
                (
                    "acr",
                    json!(match level {
                        3 => "idporten-loa-substantial",
                        4.. => "idporten-loa-high",
                        _ => "idporten-loa-low",
                    }),
                ),
            ],
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
                ("urn:altinn:authenticatemethod", json!("systemuser")),
                ("urn:altinn:authlevel", json!(3)),
            ],
            Self::EmailUser { email } => vec![
                ("email", json!(email)),
                ("amr", json!(["Selfregistered-email"])),
                ("acr", json!("selfregistered-email")),
                ("urn:altinn:authenticatemethod", json!("IdportenEpost")),
                ("urn:altinn:authlevel", json!("0")),
            ],
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

    /// A token for `holder` with these scopes, valid from `now` on.
    pub fn issue(&self, holder: &Holder, scopes: &str, ttl_seconds: u32, now: Timestamp) -> String {
        let issued = now.seconds();
        let mut claims = vec![("iss", json!(ISSUER)), ("scope", json!(scopes))];
        claims.extend(holder.claims());
        claims.extend([
            ("jti", json!(Uuid::new_v4())),
            ("iat", json!(issued)),
            ("nbf", json!(issued)),
            ("exp", json!(issued + i64::from(ttl_seconds))),
        ]);
        self.key.sign(&claims)
    }

    /// What verifies its tokens.
    pub fn published(&self, now: Timestamp) -> Published {
        let keys = KeySet::read(&[self.key.jwk()]);
        Published::fixed(ISSUER.to_owned(), keys, now)
    }
}
