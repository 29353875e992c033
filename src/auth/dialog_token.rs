//! Dialog tokens: what an end user shows to a service owner's own system to prove who it is and what it may do with
//! one dialog. Signed by this server, accepted by it nowhere.

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    identity::Identity,
    signing_key::{SigningKey, Unusable},
};
use crate::{
    config,
    dialog::{party::PartyUrn, seen::UserType, timestamp::Timestamp},
};

/// Seconds from issue to expiry.
pub const LIFETIME_SECONDS: i64 = 600;

/// Why dialog tokens cannot be issued.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// A key that cannot be used.
    #[error("dialog_token.{0}: {1}")]
    Key(&'static str, Unusable),
    /// The second key is configured, the first is not.
    #[error("dialog_token.secondary is configured without dialog_token.primary")]
    OnlySecondary,
    /// Verifiers could not tell the keys apart.
    #[error("dialog_token.primary and dialog_token.secondary have the same kid")]
    SameName,
}

/// Issues dialog tokens and publishes what verifies them.
#[derive(Debug)]
pub struct DialogTokens {
    primary: SigningKey,
    secondary: Option<SigningKey>,
    issuer: String,
}

/// What one dialog token says.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// Who gets it.
    pub caller: &'a Identity,
    /// The dialog's party.
    pub party: &'a str,
    /// The dialog's service resource.
    pub service_resource: &'a str,
    /// The dialog.
    pub dialog_id: Uuid,
    /// What the caller may do: `action` or `action,attribute`, joined by `;`. Empty when nothing.
    pub actions: &'a str,
}

impl DialogTokens {
    /// With the configured keys. Without any, two are generated once and kept in `directory`.
    /// `public_base_uri` is where clients reach this server.
    pub fn open(
        settings: &config::DialogToken,
        directory: &Path,
        public_base_uri: &str,
    ) -> Result<Self, Misconfigured> {
        let key = |name, settings: &config::SigningKey, file| {
            let key = if settings.is_absent() {
                SigningKey::open(directory, file)
            } else {
                let kid = Some(settings.kid.as_str()).filter(|kid| !kid.is_empty());
                SigningKey::from_base64url(settings.private_key.reveal(), kid)
            };
            key.map_err(|cause| Misconfigured::Key(name, cause))
        };
        let are_generated = settings.primary.is_absent();
        if are_generated && !settings.secondary.is_absent() {
            return Err(Misconfigured::OnlySecondary);
        }
        let primary = key("primary", &settings.primary, "dialog-token-primary.key")?;
        let secondary = if are_generated || !settings.secondary.is_absent() {
            Some(key(
                "secondary",
                &settings.secondary,
                "dialog-token-secondary.key",
            )?)
        } else {
            None
        };
        if secondary
            .as_ref()
            .is_some_and(|key| key.kid() == primary.kid())
        {
            return Err(Misconfigured::SameName);
        }
        Ok(Self {
            primary,
            secondary,
            issuer: format!("{}/api/v1", public_base_uri.trim_end_matches('/')),
        })
    }

    /// What stands in `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A secret for another purpose, shared by replicas with the same primary key.
    pub fn derived_secret(&self, purpose: &str) -> [u8; 32] {
        self.primary.derived_secret(purpose)
    }

    /// A token, valid from `now` on. `id` is random.
    pub fn sign(&self, grant: &Grant<'_>, id: Uuid, now: Timestamp) -> String {
        let Grant { caller, .. } = grant;
        let organization = |number: &String| json!(PartyUrn::organization(number).as_str());
        let own = caller.urn().map(|urn| json!(urn.as_str()));
        let mut claims = vec![("jti", json!(id))];
        // A system acts for the organization that uses it: that one is the caller, the system and its owner are named.
        let system_for = caller
            .system_user
            .as_ref()
            .filter(|_| caller.user_type == UserType::SystemUser)
            .and_then(|system| Some((caller.consumer.as_ref()?, system.owner_org.as_ref()?)));
        if let Some((consumer, owner)) = system_for {
            claims.push(("c", organization(consumer)));
            claims.extend(own.map(|urn| ("y", urn)));
            claims.push(("o", organization(owner)));
        } else {
            claims.extend(own.map(|urn| ("c", urn)));
        }
        claims.extend(
            caller
                .supplier
                .as_ref()
                .map(|number| ("u", organization(number))),
        );
        let issued = now.seconds();
        claims.extend([
            ("l", json!(caller.level)),
            ("p", json!(grant.party)),
            ("s", json!(grant.service_resource)),
            ("i", json!(grant.dialog_id)),
            ("a", json!(grant.actions)),
            ("iss", json!(self.issuer)),
            ("iat", json!(issued)),
            ("nbf", json!(issued)),
            ("exp", json!(issued + LIFETIME_SECONDS)),
        ]);
        self.primary.sign(&claims)
    }

    /// The keys that verify dialog tokens (RFC 7517): the one in use, then the one to come or just gone.
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = std::iter::once(&self.primary)
            .chain(&self.secondary)
            .map(SigningKey::jwk)
            .collect();
        json!({ "keys": keys })
    }

    /// Where the keys are (RFC 8414).
    pub fn oauth_authorization_server(&self) -> Value {
        json!({
            "issuer": self.issuer,
            "jwks_uri": format!("{}/.well-known/jwks.json", self.issuer),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;
    use crate::auth::claims::Claims;

    const PERSON: &str = "urn:altinn:person:identifier-no:08844397713";

    fn key(byte: u8, kid: &str) -> config::SigningKey {
        config::SigningKey {
            kid: kid.to_owned(),
            private_key: URL_SAFE_NO_PAD.encode([byte; 32]).into(),
        }
    }

    fn none() -> config::SigningKey {
        config::SigningKey::default()
    }

    fn open(
        primary: config::SigningKey,
        secondary: config::SigningKey,
        directory: &Path,
    ) -> Result<DialogTokens, Misconfigured> {
        let settings = config::DialogToken { primary, secondary };
        DialogTokens::open(&settings, directory, "https://example.com/dialogporten/")
    }

    fn tokens() -> DialogTokens {
        open(key(1, "first"), key(2, "second"), Path::new("/nowhere")).unwrap()
    }

    fn payload(claims: Value) -> String {
        let Value::Object(claims) = claims else {
            unreachable!("tests give objects")
        };
        let caller = Identity::from_claims(&Claims::new(claims));
        let now = Timestamp::new(chrono::DateTime::from_timestamp(1_750_000_000, 999).unwrap());
        let grant = Grant {
            caller: &caller,
            party: "urn:altinn:organization:identifier-no:310057223",
            service_resource: "urn:altinn:resource:some",
            dialog_id: Uuid::nil(),
            actions: "read;sign,urn:altinn:task:T1",
        };
        let token = tokens().sign(&grant, Uuid::nil(), now);
        let part = token.split('.').nth(1).unwrap();
        String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    fn rest(level: u32) -> String {
        format!(
            "\"l\":{level},\"p\":\"urn:altinn:organization:identifier-no:310057223\",\
             \"s\":\"urn:altinn:resource:some\",\"i\":\"00000000-0000-0000-0000-000000000000\",\
             \"a\":\"read;sign,urn:altinn:task:T1\",\"iss\":\"https://example.com/dialogporten/api/v1\",\
             \"iat\":1750000000,\"nbf\":1750000000,\"exp\":1750000600}}"
        )
    }

    #[test]
    fn a_person_is_named_by_number() {
        let said = payload(json!({"pid": "08844397713", "urn:altinn:authlevel": "4"}));
        let start = "{\"jti\":\"00000000-0000-0000-0000-000000000000\",";
        assert_eq!(said, format!("{start}\"c\":\"{PERSON}\",{}", rest(4)));
    }

    #[test]
    fn a_system_is_named_beside_the_organizations_it_acts_for_and_belongs_to() {
        let org = |number: &str| json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{number}")});
        let id = "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
        let system = |owner: Value| json!([{"type": "urn:altinn:systemuser", "systemuser_id": [id], "systemuser_org": owner}]);
        let start = "{\"jti\":\"00000000-0000-0000-0000-000000000000\",";
        let urn = |number: &str| format!("\"urn:altinn:organization:identifier-no:{number}\"");
        let whole = json!({
            "authorization_details": system(org("310057223")),
            "consumer": org("991825827"),
            "supplier": org("310778737"),
        });
        assert_eq!(
            payload(whole),
            format!(
                "{start}\"c\":{},\"y\":\"urn:altinn:systemuser:uuid:{id}\",\"o\":{},\"u\":{},{}",
                urn("991825827"),
                urn("310057223"),
                urn("310778737"),
                rest(3)
            )
        );
        for incomplete in [
            json!({"authorization_details": system(org("310057223"))}),
            json!({"authorization_details": system(Value::Null), "consumer": org("991825827")}),
        ] {
            assert_eq!(
                payload(incomplete),
                format!(
                    "{start}\"c\":\"urn:altinn:systemuser:uuid:{id}\",{}",
                    rest(3)
                )
            );
        }
    }

    #[test]
    fn the_documents_name_issuer_and_keys() {
        let tokens = tokens();
        assert_eq!(
            tokens.oauth_authorization_server(),
            json!({
                "issuer": "https://example.com/dialogporten/api/v1",
                "jwks_uri": "https://example.com/dialogporten/api/v1/.well-known/jwks.json",
            })
        );
        let keys = tokens.jwks();
        let kids: Vec<&str> = keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|key| key["kid"].as_str())
            .collect();
        assert_eq!(kids, ["first", "second"]);
    }

    #[test]
    fn keys_must_be_complete_and_different() {
        for (primary, secondary, keys) in [
            (key(1, ""), none(), Some(1)),
            (key(1, ""), key(2, ""), Some(2)),
            (none(), key(1, "a"), None),
            (key(1, "a"), key(2, "a"), None),
            (key(1, ""), key(1, ""), None),
            (
                config::SigningKey {
                    kid: String::new(),
                    private_key: "short".to_owned().into(),
                },
                none(),
                None,
            ),
        ] {
            let given = format!("{primary:?} {secondary:?}");
            let tokens = open(primary, secondary, Path::new("/nowhere")).ok();
            let published = tokens.map(|tokens| tokens.jwks()["keys"].as_array().map(Vec::len));
            assert_eq!(published, keys.map(Some), "{given}");
        }
    }

    #[test]
    fn generated_keys_are_kept() {
        let directory = std::env::temp_dir().join(format!(
            "dialogporten-tokens-{}",
            crate::dialog::id::random()
        ));
        let keys = open(none(), none(), &directory).unwrap().jwks();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
        assert_eq!(open(none(), none(), &directory).unwrap().jwks(), keys);
        std::fs::remove_dir_all(directory).unwrap();
    }
}
