//! National identity numbers of actors never reach end users: an ephemeral identifier stands for the person.

use aws_lc_rs::hmac;

use crate::dialog::{Dialog, actor::Actor, party::Kind, timestamp::Timestamp};

const EPHEMERAL: &str = "urn:altinn:person:identifier-ephemeral:";

/// Makes ephemeral identifiers: the same person is the same for every replica that shares the secret, within a
/// calendar month; nobody without the secret can tell who it is.
#[derive(Clone)]
pub struct ActorMask {
    key: hmac::Key,
}

impl ActorMask {
    /// A mask for the month of `now`, from a secret that replicas share.
    pub fn new(secret: &[u8], now: Timestamp) -> Self {
        let month = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let month = hmac::sign(
            &month,
            now.to_datetime()
                .format("actors of %Y-%m")
                .to_string()
                .as_bytes(),
        );
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, month.as_ref()),
        }
    }

    /// What end users see in place of `id`; only persons are masked.
    pub fn id(&self, id: &str) -> Option<String> {
        id.starts_with(Kind::Person.prefix()).then(|| {
            let tag = hmac::sign(&self.key, id.as_bytes());
            let digits: String = tag.as_ref()[..5]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            format!("{EPHEMERAL}{digits}")
        })
    }

    /// Masks one actor.
    pub fn actor(&self, actor: &mut Actor) {
        if let Some(masked) = actor.actor_id.as_deref().and_then(|id| self.id(id)) {
            actor.actor_id = Some(masked);
        }
    }

    /// Masks everybody who acted in a dialog; seen entries are masked where they are shown, after the caller's own
    /// have been found.
    pub fn dialog(&self, dialog: &mut Dialog) {
        for transmission in &mut dialog.transmissions {
            self.actor(&mut transmission.body.sender);
        }
        for activity in &mut dialog.activities {
            self.actor(&mut activity.body.performed_by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        serde_json::from_str(&format!("\"{text}\"")).unwrap()
    }

    #[test]
    fn persons_are_masked_stably_and_nobody_else_is() {
        let mask = ActorMask::new(b"secret", at("2026-03-01T00:00:00Z"));
        let again = ActorMask::new(b"secret", at("2026-03-31T23:59:59Z"));
        let later = ActorMask::new(b"secret", at("2026-04-01T00:00:00Z"));
        let id = "urn:altinn:person:identifier-no:08844397713";
        let masked = mask.id(id).unwrap();
        assert_eq!(masked.len(), EPHEMERAL.len() + 10);
        assert_eq!(Some(&masked), again.id(id).as_ref());
        assert_ne!(Some(&masked), later.id(id).as_ref());
        assert_eq!(
            mask.id("urn:altinn:organization:identifier-no:974760673"),
            None
        );
        assert_eq!(mask.id("urn:altinn:person:idporten-email:a@b.no"), None);
    }
}
