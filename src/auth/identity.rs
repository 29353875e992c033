//! The caller: what the claims of a verified token say about who it is.

use std::fmt;

use aws_lc_rs::digest;
use uuid::Uuid;

use super::{claims::Claims, scope};
use crate::dialog::{
    party::{self, PartyUrn},
    seen::UserType,
};

/// A verified caller. Its `Debug` shows neither numbers nor addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// What kind of caller this is.
    pub user_type: UserType,
    /// National identity number with valid check digits.
    pub pid: Option<String>,
    /// The system that calls.
    pub system_user: Option<SystemUser>,
    /// E-mail address in lower case; it makes a valid [`PartyUrn`].
    pub email: Option<String>,
    /// Number of the organization that calls; the rights of a service owner follow it.
    pub consumer: Option<String>,
    /// Number of the organization that calls for the consumer; it has no rights of its own.
    pub supplier: Option<String>,
    /// A service owner's short name, where the token gives one that is not blank.
    pub org: Option<String>,
    /// Authentication level; 0 where nothing tells.
    pub level: u32,
    /// The platform's number of the user.
    pub user_id: Option<String>,
    /// The platform's number of the user's own party.
    pub party_id: Option<String>,
    /// The texts of the `scope` claims, one for each time it occurs.
    scopes: Vec<String>,
    /// SHA-256 of claims that are not read here but can matter for a decision.
    decisive_claims: [u8; 32],
    /// Names of the claims in which nobody can be recognized, for the log.
    claim_names: String,
}

/// A system that acts for an organization.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemUser {
    /// Identifier.
    pub id: Uuid,
    /// Number of the organization that owns it.
    pub owner_org: Option<String>,
}

/// Organization numbers and identifiers of systems stay out of logs as well.
impl fmt::Debug for SystemUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemUser").finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("user_type", &self.user_type)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Reads the caller from the claims of a verified token. Claims in a form that means nothing count as absent.
    pub fn from_claims(claims: &Claims) -> Self {
        let pid = claims
            .first("pid")
            .filter(|pid| party::is_person_number(pid));
        let system_user = claims.system_user();
        let level = level(claims, system_user.is_some());
        let mut identity = Self {
            user_type: UserType::Unknown,
            pid: pid.map(std::borrow::Cow::into_owned),
            system_user,
            email: email(claims),
            consumer: claims.organization("consumer"),
            supplier: claims.organization("supplier"),
            org: claims.first_non_blank("urn:altinn:org"),
            level,
            user_id: claims.first_non_blank("urn:altinn:userid"),
            party_id: claims.first_non_blank("urn:altinn:partyid"),
            scopes: claims
                .texts("scope")
                .map(std::borrow::Cow::into_owned)
                .collect(),
            decisive_claims: decisive_claims(claims),
            claim_names: String::new(),
        };
        identity.user_type = identity.detect_user_type();
        if identity.user_type == UserType::Unknown {
            identity.claim_names = claim_names(claims);
        }
        identity
    }

    /// The caller's identifier as parties and actors are written; `None` for a caller of no known kind.
    pub fn urn(&self) -> Option<PartyUrn> {
        match self.user_type {
            UserType::Person | UserType::ServiceOwnerOnBehalfOfPerson => {
                self.pid.as_deref().map(PartyUrn::person)
            }
            UserType::SystemUser => {
                let user = self.system_user.as_ref()?;
                Some(PartyUrn::system_user(user.id))
            }
            UserType::ServiceOwner => self.consumer.as_deref().map(PartyUrn::organization),
            UserType::IdportenEmailIdentifiedUser => self.email.as_deref().map(PartyUrn::email),
            UserType::Unknown => None,
        }
    }

    /// Whether the token carries this scope in its first `scope` claim. Everything but the policies of the routes
    /// asks this way.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.first().is_some_and(|text| holds(text, scope))
    }

    /// Whether the token carries this scope in any of its `scope` claims, as the policies of the routes ask.
    pub fn has_scope_in_any_claim(&self, scope: &str) -> bool {
        self.scopes.iter().any(|text| holds(text, scope))
    }

    /// This service owner acting for the person with the number `pid`, which has been checked. The platform's numbers
    /// for whoever holds the token are dropped: decisions are about the person.
    #[must_use]
    pub fn acting_for(self, pid: &str) -> Self {
        let mut identity = Self {
            pid: Some(pid.to_owned()),
            user_id: None,
            party_id: None,
            ..self
        };
        identity.user_type = identity.detect_user_type();
        identity
    }

    /// Equal for callers about whom every decision is the same: SHA-256 of all that identifies them.
    pub fn cache_key(&self) -> [u8; 32] {
        let mut hash = Hash::new();
        hash.part(&self.decisive_claims);
        hash.part(&[self.user_type as u8]);
        hash.part(&self.level.to_be_bytes());
        for text in [
            &self.pid,
            &self.email,
            &self.consumer,
            &self.supplier,
            &self.user_id,
            &self.party_id,
        ] {
            hash.optional(text.as_deref().map(str::as_bytes));
        }
        let user = self.system_user.as_ref();
        hash.optional(user.map(|user| user.id.as_bytes().as_slice()));
        hash.finish()
    }

    /// What may be logged about an unknown caller: the names of up to 30 claims, none of their values.
    pub fn claim_names(&self) -> &str {
        &self.claim_names
    }

    fn detect_user_type(&self) -> UserType {
        let is_service_owner = self.has_scope(scope::SERVICE_PROVIDER);
        if self.pid.is_some() {
            return if is_service_owner {
                UserType::ServiceOwnerOnBehalfOfPerson
            } else {
                UserType::Person
            };
        }
        if self.system_user.is_some() {
            return UserType::SystemUser;
        }
        if is_service_owner && self.consumer.is_some() {
            return UserType::ServiceOwner;
        }
        if self.email.is_some() {
            return UserType::IdportenEmailIdentifiedUser;
        }
        UserType::Unknown
    }
}

/// Scopes are separated by blanks (RFC 6749, section 3.3) and nothing else.
fn holds(text: &str, scope: &str) -> bool {
    text.split(' ').any(|word| word == scope)
}

/// An address counts only when the address itself, registered by its owner, is all that ID-porten went by.
fn email(claims: &Claims) -> Option<String> {
    let mut methods = claims.texts("amr");
    let by_address = |method: std::borrow::Cow<'_, str>| method == "Selfregistered-email";
    if !(methods.next().is_some_and(by_address) && methods.all(by_address)) {
        return None;
    }
    let address = claims.first_non_blank("email")?.to_lowercase();
    PartyUrn::parse(PartyUrn::email(&address).as_str()).map(|_| address)
}

fn level(claims: &Claims, is_system_user: bool) -> u32 {
    claims
        .first("urn:altinn:authlevel")
        .and_then(|text| text.trim().parse::<i32>().ok())
        .and_then(|level| u32::try_from(level).ok())
        .or_else(|| {
            claims.first("acr").and_then(|acr| match acr.as_ref() {
                "idporten-loa-low" | "selfregistered-email" => Some(0),
                "idporten-loa-substantial" => Some(3),
                "idporten-loa-high" => Some(4),
                _ => None,
            })
        })
        .unwrap_or(if is_system_user { 3 } else { 0 })
}

/// Policies of resources may name attributes of the subject that only the platform understands.
fn decisive_claims(claims: &Claims) -> [u8; 32] {
    const NAMED: [&str; 2] = ["acr", "orgsub"];
    let mut hash = Hash::new();
    for name in claims.names() {
        // The person's own numbers are left out: they are told apart by the identity itself.
        let is_read = matches!(name, "urn:altinn:userid" | "urn:altinn:partyid");
        if NAMED.contains(&name) || (name.starts_with("urn:altinn:") && !is_read) {
            hash.part(name.as_bytes());
            hash.part(&claims.values(name).count().to_be_bytes());
            for text in claims.texts(name) {
                hash.part(text.as_bytes());
            }
        }
    }
    hash.finish()
}

fn claim_names(claims: &Claims) -> String {
    let names: Vec<String> = claims
        .names()
        .into_iter()
        .take(30)
        .map(|name| name.chars().take(50).collect())
        .collect();
    names.join(" ")
}

/// SHA-256 of parts that cannot run into each other.
struct Hash(digest::Context);

impl Hash {
    fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update(&bytes.len().to_be_bytes());
        self.0.update(bytes);
    }

    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.part(&[u8::from(bytes.is_some())]);
        self.part(bytes.unwrap_or_default());
    }

    fn finish(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const PID: &str = "08844397713";
    const SYSTEM: &str = "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";

    fn identity(claims: Value) -> Identity {
        match claims {
            Value::Object(map) => Identity::from_claims(&Claims::new(map)),
            _ => unreachable!("tests give objects"),
        }
    }

    fn with(mut base: Value, more: Value) -> Value {
        if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
            base.extend(more);
        }
        base
    }

    fn consumer() -> Value {
        json!({"authority": "iso6523-actorid-upis", "ID": "0192:991825827"})
    }

    fn details() -> Value {
        json!([{"type": "urn:altinn:systemuser", "systemuser_id": [SYSTEM]}])
    }

    #[test]
    fn the_first_kind_that_fits_is_the_callers() {
        let eu = scope::END_USER;
        let so = scope::SERVICE_PROVIDER;
        let both = format!("{eu} {so}");
        let mail = json!({"email": "A@Example.com", "amr": ["Selfregistered-email"]});
        for (claims, user_type, urn) in [
            (
                json!({"pid": PID, "scope": eu}),
                UserType::Person,
                Some("urn:altinn:person:identifier-no:08844397713"),
            ),
            (
                json!({"pid": 13_838_599_936_u64, "scope": eu}),
                UserType::Person,
                Some("urn:altinn:person:identifier-no:13838599936"),
            ),
            (
                json!({"pid": [PID, "13838599936"]}),
                UserType::Person,
                Some("urn:altinn:person:identifier-no:08844397713"),
            ),
            (json!({"pid": ["1", PID]}), UserType::Unknown, None),
            (json!({"pid": "08844397714"}), UserType::Unknown, None),
            (
                json!({"pid": PID, "scope": both}),
                UserType::ServiceOwnerOnBehalfOfPerson,
                Some("urn:altinn:person:identifier-no:08844397713"),
            ),
            (
                json!({"pid": PID, "authorization_details": details()}),
                UserType::Person,
                Some("urn:altinn:person:identifier-no:08844397713"),
            ),
            (
                json!({"authorization_details": details()}),
                UserType::SystemUser,
                Some("urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364"),
            ),
            (
                json!({"authorization_details": details(), "scope": both, "consumer": consumer()}),
                UserType::SystemUser,
                Some("urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364"),
            ),
            (
                json!({"scope": so, "consumer": consumer()}),
                UserType::ServiceOwner,
                Some("urn:altinn:organization:identifier-no:991825827"),
            ),
            (
                json!({"scope": ["openid", so], "consumer": consumer()}),
                UserType::Unknown,
                None,
            ),
            (json!({"scope": so}), UserType::Unknown, None),
            (
                json!({"scope": eu, "consumer": consumer()}),
                UserType::Unknown,
                None,
            ),
            (
                mail.clone(),
                UserType::IdportenEmailIdentifiedUser,
                Some("urn:altinn:person:idporten-email:a@example.com"),
            ),
            (
                with(mail.clone(), json!({"amr": "Selfregistered-email"})),
                UserType::IdportenEmailIdentifiedUser,
                Some("urn:altinn:person:idporten-email:a@example.com"),
            ),
            (
                with(
                    mail.clone(),
                    json!({"amr": ["Selfregistered-email", "Selfregistered-email"]}),
                ),
                UserType::IdportenEmailIdentifiedUser,
                Some("urn:altinn:person:idporten-email:a@example.com"),
            ),
            (
                with(
                    mail.clone(),
                    json!({"amr": ["Selfregistered-email", "pwd"]}),
                ),
                UserType::Unknown,
                None,
            ),
            (
                with(mail.clone(), json!({"amr": ["selfregistered-email"]})),
                UserType::Unknown,
                None,
            ),
            (
                with(mail.clone(), json!({"amr": []})),
                UserType::Unknown,
                None,
            ),
            (
                with(mail.clone(), json!({"email": " "})),
                UserType::Unknown,
                None,
            ),
            (
                with(
                    mail.clone(),
                    json!({"email": "x:urn:altinn:person:identifier-no:08844397713"}),
                ),
                UserType::Unknown,
                None,
            ),
            (
                with(mail, json!({"pid": PID})),
                UserType::Person,
                Some("urn:altinn:person:identifier-no:08844397713"),
            ),
            (json!({}), UserType::Unknown, None),
        ] {
            let found = identity(claims.clone());
            assert_eq!(found.user_type, user_type, "{claims}");
            assert_eq!(found.urn().as_ref().map(PartyUrn::as_str), urn, "{claims}");
        }
    }

    #[test]
    fn the_level_is_the_first_that_is_readable() {
        const LEVEL: &str = "urn:altinn:authlevel";
        for (claims, level) in [
            (json!({LEVEL: "4"}), 4),
            (json!({LEVEL: 4}), 4),
            (json!({LEVEL: " 4 "}), 4),
            (json!({LEVEL: "0", "acr": "idporten-loa-high"}), 0),
            (json!({LEVEL: "1", "acr": "idporten-loa-high"}), 1),
            (json!({LEVEL: "-1", "acr": "idporten-loa-high"}), 4),
            (json!({LEVEL: "high", "acr": "idporten-loa-high"}), 4),
            (json!({LEVEL: "99999999999", "acr": "idporten-loa-low"}), 0),
            (json!({LEVEL: 3.5, "acr": "idporten-loa-substantial"}), 3),
            (json!({"acr": "selfregistered-email"}), 0),
            (json!({"acr": "Level4"}), 0),
            (json!({}), 0),
            (json!({"authorization_details": details()}), 3),
            (
                json!({"authorization_details": details(), "acr": "idporten-loa-high"}),
                4,
            ),
        ] {
            assert_eq!(identity(claims.clone()).level, level, "{claims}");
        }
    }

    #[test]
    fn scopes_are_whole_words_between_blanks() {
        for (scopes, first, any) in [
            (json!("a digdir:dialogporten b"), true, true),
            (json!("a  digdir:dialogporten"), true, true),
            (json!(["a", "digdir:dialogporten"]), false, true),
            (json!("digdir:dialogportenx"), false, false),
            (json!("DIGDIR:DIALOGPORTEN"), false, false),
            (json!("a,digdir:dialogporten"), false, false),
            (json!("a\tdigdir:dialogporten"), false, false),
            (json!(""), false, false),
            (Value::Null, false, false),
        ] {
            let caller = identity(json!({"scope": scopes}));
            assert_eq!(caller.has_scope(scope::END_USER), first, "{scopes}");
            assert_eq!(
                caller.has_scope_in_any_claim(scope::END_USER),
                any,
                "{scopes}"
            );
        }
    }

    #[test]
    fn acting_for_a_person_replaces_the_number_only() {
        let owner = identity(json!({
            "scope": scope::SERVICE_PROVIDER, "consumer": consumer(), "urn:altinn:org": "ttd",
            "urn:altinn:userid": 20, "pid": "13838599936",
        }));
        let acting = owner.clone().acting_for(PID);
        assert_eq!(acting.user_type, UserType::ServiceOwnerOnBehalfOfPerson);
        assert_eq!(acting.pid.as_deref(), Some(PID));
        assert_eq!(acting.user_id, None);
        assert_eq!(
            (&acting.consumer, &acting.org),
            (&owner.consumer, &owner.org)
        );
        assert_ne!(acting.cache_key(), owner.cache_key());
    }

    #[test]
    fn different_callers_have_different_cache_keys() {
        let base = json!({"pid": PID, "urn:altinn:authlevel": "3"});
        let key = identity(base.clone()).cache_key();
        assert_eq!(
            identity(with(base.clone(), json!({"exp": 5, "jti": "x"}))).cache_key(),
            key
        );
        for more in [
            json!({"pid": "13838599936"}),
            json!({"urn:altinn:authlevel": "4"}),
            json!({"urn:altinn:userid": 5}),
            json!({"urn:altinn:partyid": 5}),
            json!({"urn:altinn:username": "x"}),
            json!({"orgsub": "x"}),
            json!({"consumer": consumer()}),
            json!({"supplier": consumer()}),
            json!({"authorization_details": details()}),
        ] {
            assert_ne!(
                identity(with(base.clone(), more.clone())).cache_key(),
                key,
                "{more}"
            );
        }
    }

    #[test]
    fn claims_are_named_for_unknown_callers_only() {
        let unknown = identity(json!({"pid": "08844397714", "scope": "x", "n".repeat(80): 1}));
        assert_eq!(
            unknown.claim_names(),
            format!("{} pid scope", "n".repeat(50))
        );
        assert_eq!(identity(json!({"pid": PID})).claim_names(), "");
    }

    #[test]
    fn nothing_personal_reaches_debug_output() {
        let shown = format!(
            "{:?}",
            identity(json!({
                "pid": PID, "email": "a@example.com", "amr": "Selfregistered-email", "consumer": consumer(),
                "authorization_details": details(),
            }))
        );
        assert_eq!(shown, "Identity { user_type: Person, level: 3, .. }");
    }
}
