//! Whose tokens are believed.

use serde::{Deserialize, Serialize};

/// `[auth]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// Accept the tokens that `dialogporten token` makes with the key in the data directory. On in local mode, where the
    /// start page hands them out.
    pub local_issuer: bool,
    /// Accept them even when the server listens on an address that others can reach.
    pub allow_local_issuer_on_network: bool,
    /// `[[auth.issuers]]`
    pub issuers: Vec<Issuer>,
}

/// `[[auth.issuers]]`: one issuer of access tokens.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Issuer {
    /// What logs and metrics call it.
    pub name: String,
    /// The address of its metadata (RFC 8414): https, or this machine.
    pub well_known: String,
}
