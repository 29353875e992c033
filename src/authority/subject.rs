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
}

impl Subject {
    /// Somebody known by nothing but an identifier.
    pub fn new(urn: PartyUrn) -> Self {
        Self {
            urn,
            user_id: None,
            party_id: None,
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

    /// Whether `party` is the caller. Never true for systems, which act for others only.
    pub fn is(&self, party: &str) -> bool {
        self.urn.as_str() == party
    }
}
