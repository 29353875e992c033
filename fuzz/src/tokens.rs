//! Access tokens: from the header to a caller.

use aws_lc_rs::{
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use axum::http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use dialogporten::{
    auth::{
        Authenticator, Identity, Policy,
        issuer::{Background, Issuer, Published},
        keys::KeySet,
        scope,
        signing_key::SigningKey,
    },
    clock::Clock,
    dialog::{party, seen::UserType},
};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::made::now;

/// Who issues tokens that open something.
const ISSUER: &str = "https://issuer.example.com/";
/// Who issues our own dialog tokens, with the same key here: they open nothing.
const OWN_ISSUER: &str = "https://dialogporten.example.com/api/v1";
/// The header of tokens as they should be.
const HEADER: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;
/// A token that is as it should be; `GOOD` in an input stands for it.
const CLAIMS: &str = r#"{"iss":"https://issuer.example.com/","exp":1900000000,"scope":"digdir:dialogporten","pid":"08844397713","urn:altinn:authlevel":"4"}"#;

/// An issuer, a stranger, and who lets them in.
struct World {
    runtime: Runtime,
    authenticator: Authenticator,
    issuer: Ed25519KeyPair,
    stranger: Ed25519KeyPair,
    good: String,
}

thread_local! {
    static WORLD: World = World::new();
}

impl World {
    fn new() -> Self {
        let key = |seed: u8| Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed");
        let published = SigningKey::from_base64url(&URL_SAFE_NO_PAD.encode([1; 32]), None);
        let keys = KeySet::read(&[published.expect("a seed").jwk()]);
        let issuers = vec![Issuer::fixed(Published::fixed(
            ISSUER.to_owned(),
            keys,
            now(),
        ))];
        let clock = Clock::stopped_at(now());
        let background = Background::default();
        let issuer = key(1);
        let good = signed(HEADER.as_bytes(), CLAIMS.as_bytes(), |message| {
            issuer.sign(message).as_ref().to_vec()
        });
        Self {
            runtime: Builder::new_current_thread().build().expect("a runtime"),
            authenticator: Authenticator::new(issuers, OWN_ISSUER.to_owned(), clock, background),
            issuer,
            stranger: key(2),
            good,
        }
    }

    fn caller(&self, headers: &HeaderMap) -> Option<Identity> {
        self.runtime
            .block_on(self.authenticator.identify(headers))
            .ok()
    }

    fn holder(&self, token: &str) -> Option<Identity> {
        let mut headers = HeaderMap::new();
        headers.append(
            AUTHORIZATION,
            HeaderValue::from_str(&format!("Bearer {token}")).ok()?,
        );
        self.caller(&headers)
    }

    fn enters(&self, token: &str, policy: Policy, for_person: Option<&str>) -> Option<Identity> {
        let mut headers = HeaderMap::new();
        headers.append(
            AUTHORIZATION,
            HeaderValue::from_str(&format!("Bearer {token}")).ok()?,
        );
        let entering = self
            .authenticator
            .authenticate(&headers, policy, for_person);
        self.runtime.block_on(entering).ok()
    }
}

fn signed(header: &[u8], claims: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let message = format!("{}.{}", part(header), part(claims));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", part(&signature))
}

/// A line with claims, a line with a token's header, then `Authorization` headers: nobody gets in whose token the issuer
/// did not sign, and whoever gets in is what the claims say.
pub fn token(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (claims, header, rest) = (line(), line(), line());
    WORLD.with(|world| {
        of_the_issuer(world, claims);
        of_others(world, header, claims);
        as_it_arrives(world, rest);
    });
}

/// Claims that the issuer signed.
fn of_the_issuer(world: &World, claims: &[u8]) {
    let token = signed(HEADER.as_bytes(), claims, |message| {
        world.issuer.sign(message).as_ref().to_vec()
    });
    let Some(identity) = world.holder(&token) else {
        return;
    };
    let read: Value = serde_json::from_slice(claims).expect("the claims of a caller are JSON");
    assert_eq!(read["iss"], ISSUER);
    assert!(!read["exp"].is_null());
    // From memory it is the same caller.
    assert!(world.holder(&token) == Some(identity.clone()));
    is_who_it_is(&identity);
    for policy in [
        Policy::EndUser,
        Policy::ServiceProvider,
        Policy::ServiceProviderSearch,
        Policy::ServiceProviderChangeTransmissions,
        Policy::ServiceProviderAdmin,
        Policy::NotificationConditionCheck,
    ] {
        for for_person in [None, Some("x:13838599936")] {
            if let Some(entered) = world.enters(&token, policy, for_person) {
                may_enter(&entered, policy);
                is_who_it_is(&entered);
            }
        }
    }
}

fn is_who_it_is(identity: &Identity) {
    let pid = identity.pid.as_deref();
    assert!(pid.is_none_or(party::is_person_number));
    for number in [&identity.consumer, &identity.supplier] {
        assert!(number.as_deref().is_none_or(party::is_organization_number));
    }
    assert_eq!(
        identity.urn().is_some(),
        identity.user_type != UserType::Unknown
    );
    let shown = format!("{identity:?}");
    assert!(pid.is_none_or(|pid| !shown.contains(pid)));
    assert!(
        identity
            .email
            .as_deref()
            .is_none_or(|email| !shown.contains(email))
    );
    assert_eq!(identity.cache_key(), identity.clone().cache_key());
}

fn may_enter(identity: &Identity, policy: Policy) {
    let has = |scope| identity.has_scope_in_any_claim(scope);
    if policy == Policy::EndUser {
        assert!(has(scope::END_USER) || has(scope::END_USER_NO_CONSENT));
        assert!(matches!(
            identity.user_type,
            UserType::Person | UserType::SystemUser | UserType::IdportenEmailIdentifiedUser
        ));
    } else {
        assert!(identity.consumer.is_some());
        assert!(has(scope::SERVICE_PROVIDER) || policy == Policy::NotificationConditionCheck);
    }
    assert!(policy != Policy::ServiceProviderAdmin || has(scope::ADMIN));
}

/// The same claims, signed by a stranger, with the public key as a secret, with the signature of something else, or not.
fn of_others(world: &World, header: &[u8], claims: &[u8]) {
    let by_stranger = |message: &[u8]| world.stranger.sign(message).as_ref().to_vec();
    let public = world.issuer.public_key().as_ref();
    let with_public_key = |message: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, public);
        hmac::sign(&key, message).as_ref().to_vec()
    };
    let (_, of_another) = world.good.rsplit_once('.').expect("a token has dots");
    let of_another = URL_SAFE_NO_PAD.decode(of_another).expect("a signature");
    for header in [
        header,
        HEADER.as_bytes(),
        br#"{"alg":"none"}"#,
        br#"{"alg":"HS256","typ":"JWT"}"#,
    ] {
        for forged in [
            signed(header, claims, by_stranger),
            signed(header, claims, with_public_key),
            signed(header, claims, |_| Vec::new()),
            signed(header, claims, |_| vec![0; 64]),
        ] {
            assert!(world.holder(&forged).is_none(), "forged, and let in");
        }
        if claims != CLAIMS.as_bytes() {
            let forged = signed(header, claims, |_| of_another.clone());
            assert!(world.holder(&forged).is_none(), "moved, and let in");
        }
    }
    // The issuer's own signature does not help a header that asks for something else.
    let token = signed(header, claims, |message| {
        world.issuer.sign(message).as_ref().to_vec()
    });
    if world.holder(&token).is_some() {
        let header: Value = serde_json::from_slice(header).expect("a header is JSON");
        assert_eq!(header["alg"], "EdDSA");
        assert!(header.get("crit").is_none());
    }
}

/// Headers as they are: whoever gets in came with the one good token, letter by letter.
fn as_it_arrives(world: &World, lines: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line).replace("GOOD", &world.good);
        if let Ok(value) = HeaderValue::from_bytes(line.as_bytes()) {
            headers.append(AUTHORIZATION, value);
        }
    }
    if world.caller(&headers).is_none() {
        return;
    }
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().map(HeaderValue::as_bytes).unwrap_or_default();
    assert!(values.next().is_none(), "two headers, and let in");
    let words: Vec<&[u8]> = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    assert!(matches!(words.as_slice(), [_, token] if *token == world.good.as_bytes()));
}
