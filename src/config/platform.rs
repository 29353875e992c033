//! Where policies, parties, names and organisations come from.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::secret::{Secret, absent_when_empty};

/// `[platform]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Platform {
    /// A directory on disk, or Altinn's services.
    pub mode: Mode,
    /// `local`: the directory, relative to the working directory. Absent: `platform` in the data directory.
    #[serde(deserialize_with = "absent_when_empty")]
    pub directory: Option<PathBuf>,
    /// `altinn`: the base address of the platform's services.
    pub base_uri: String,
    /// `altinn`: the base address of the public files, such as the list of organisations.
    pub cdn_base_uri: String,
    /// `altinn`: sent with every request to the platform.
    pub subscription_key: Secret,
    /// No call to another system takes longer than this, in seconds, all its attempts together: 1 to 25. Most kinds of
    /// calls have narrower bounds of their own.
    pub longest_call_seconds: u64,
    /// About how long after a failure a call is made again the first time, in milliseconds: 1 to 10 000. The second and
    /// third time it is twice as long each.
    pub retry_after_milliseconds: u64,
    /// `[platform.maskinporten]`
    pub maskinporten: Maskinporten,
    /// `[platform.cache]`
    pub cache: Cache,
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            mode: Mode::Local,
            directory: None,
            base_uri: "https://platform.altinn.no/".to_owned(),
            cdn_base_uri: "https://altinncdn.no/".to_owned(),
            subscription_key: Secret::default(),
            longest_call_seconds: 25,
            retry_after_milliseconds: 1_000,
            maskinporten: Maskinporten::default(),
            cache: Cache::default(),
        }
    }
}

/// `[platform.cache]`: how long what Altinn's services say needs no other answer, in seconds; 0 never keeps it. Where
/// they fail it stands in for longer: rights for twice as long, all else for hours.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cache {
    /// Decisions, and whom callers represent: how long rights that were taken away may live.
    pub rights_seconds: u32,
    /// Resources, the roles that open them and the levels they need; three times as long what roles are called.
    pub registry_seconds: u32,
    /// Names of people, organizations, systems and service owners.
    pub names_seconds: u32,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            rights_seconds: 15 * 60,
            registry_seconds: 20 * 60,
            names_seconds: 24 * 60 * 60,
        }
    }
}

/// Who answers questions about the world outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Files in a directory; decisions are made here.
    Local,
    /// Altinn's services; their decision point decides.
    Altinn,
}

/// `[platform.maskinporten]`: how the server itself gets a token for the platform. Without `token_url` requests go
/// out without one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Maskinporten {
    /// Where a signed grant (RFC 7523) becomes an access token.
    pub token_url: String,
    /// Where that token becomes one of the platform's own. Empty: it is used as it is.
    pub exchange_url: String,
    /// The client.
    pub client_id: String,
    /// The client's private key: a JWK (RFC 7517), base64url.
    pub jwk: Secret,
    /// The scopes asked for, separated by spaces.
    pub scope: String,
}
