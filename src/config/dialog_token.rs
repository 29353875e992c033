//! The keys that sign dialog tokens.

use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// `[dialog_token]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DialogToken {
    /// Signs. Absent: a key that is generated once and kept in the data directory.
    pub primary: SigningKey,
    /// Published, so that tokens signed by a key on its way in or out are accepted; never signs.
    pub secondary: SigningKey,
}

/// `[dialog_token.primary]`, `[dialog_token.secondary]`: an Ed25519 key pair (RFC 8037).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SigningKey {
    /// The key's name in token headers and in the published key set.
    pub kid: String,
    /// The raw 32 bytes, base64url.
    pub private_key: Secret,
}

impl SigningKey {
    /// Whether nothing is configured.
    pub fn is_absent(&self) -> bool {
        self.kid.is_empty() && self.private_key.is_empty()
    }
}
