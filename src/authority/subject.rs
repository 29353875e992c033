//! Who asks, as far as rights depend on it.

use crate::{
    auth::identity::Identity,
    dialog::party::{Kind, PartyUrn},
};

/// A caller who may have rights in dialogs: a person, a system user, or somebody known by an e-mail address.
#[derive(Clone)]
pub struct Subject {
    urn: PartyUrn,
    user_id: Option<String>,
    party_id: Option<String>,
    claims: [u8; 32],
}

impl Subject {
    /// Somebody known by nothing but an identifier.
    pub fn new(urn: PartyUrn) -> Self {
        Self {
            urn,
            user_id: None,
            party_id: None,
            claims: [0; 32],
        }
    }

    /// The same with a number of the platform, and with other claims therefore.
    #[cfg(test)]
    #[must_use]
    pub fn with_user_id(self, id: &str) -> Self {
        Self {
            user_id: Some(id.to_owned()),
            claims: [1; 32],
            ..self
        }
    }

    /// The caller of a request; `None` for one who is no end user. A service owner that acts for a person asks as
    /// that person.
    pub fn of(identity: &Identity) -> Option<Self> {
        let urn = identity.urn()?;
        (urn.kind() != Kind::Organization).then(|| Self {
            urn,
            user_id: identity.user_id.clone(),
            party_id: identity.party_id.clone(),
            claims: identity.cache_key(),
        })
    }

    /// The identifier.
    pub fn urn(&self) -> &PartyUrn {
        &self.urn
    }

    /// The platform's number of the user.
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// The platform's number of the user's own party.
    pub fn party_id(&self) -> Option<&str> {
        self.party_id.as_deref()
    }

    /// Equal for callers about whom every decision is the same.
    pub fn claims(&self) -> &[u8; 32] {
        &self.claims
    }

    /// Whether `party` is the caller. Never true for systems, which act for others only.
    pub fn is(&self, party: &str) -> bool {
        self.urn.as_str() == party
    }
}
