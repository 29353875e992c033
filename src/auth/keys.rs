//! The public keys of an issuer. A key verifies in the ways it was published for, whatever a token asks for.

use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::Value;

use super::token::Unverified;

/// More keys than this are not looked at: a bad token is tried with every one.
const MOST: usize = 32;

/// Keys that verify signatures.
pub struct KeySet(Vec<Key>);

struct Key {
    kid: Option<String>,
    algorithms: &'static [Algorithm],
    public: DecodingKey,
}

/// A JSON Web Key (RFC 7517, RFC 7518 section 6, RFC 8037) as far as it matters here.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads the entries of `keys`. Keys for other purposes, symmetric ones, and those of unknown or broken form are
    /// left out.
    pub fn read(entries: &[Value]) -> Self {
        Self(entries.iter().filter_map(Key::read).take(MOST).collect())
    }

    /// Whether no key is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key of this set has signed the token. The token's `kid` narrows the choice only where it names one.
    pub fn verify(&self, token: &Unverified<'_>) -> bool {
        let Some(algorithm) = token.algorithm else {
            return false;
        };
        let is_named = |key: &Key| key.kid.is_some() && key.kid == token.kid;
        let any_is_named = self.0.iter().any(is_named);
        self.0
            .iter()
            .filter(|key| !any_is_named || is_named(key))
            .filter(|key| key.algorithms.contains(&algorithm))
            .any(|key| {
                let message = token.message.as_bytes();
                crypto::verify(token.signature, message, &key.public, algorithm).unwrap_or(false)
            })
    }
}

impl Key {
    fn read(entry: &Value) -> Option<Self> {
        let jwk = Jwk::deserialize(entry).ok()?;
        if jwk.usage.is_some_and(|usage| usage != "sig") {
            return None;
        }
        let (algorithms, public): (&'static [Algorithm], _) =
            match (jwk.kty.as_str(), jwk.crv.as_deref()) {
                ("RSA", _) => (
                    &[
                        Algorithm::RS256,
                        Algorithm::RS384,
                        Algorithm::RS512,
                        Algorithm::PS256,
                        Algorithm::PS384,
                        Algorithm::PS512,
                    ],
                    DecodingKey::from_rsa_components(&jwk.n?, &jwk.e?),
                ),
                ("EC", Some("P-256")) => (
                    &[Algorithm::ES256],
                    DecodingKey::from_ec_components(&jwk.x?, &jwk.y?),
                ),
                ("EC", Some("P-384")) => (
                    &[Algorithm::ES384],
                    DecodingKey::from_ec_components(&jwk.x?, &jwk.y?),
                ),
                ("OKP", Some("Ed25519")) => (
                    &[Algorithm::EdDSA],
                    DecodingKey::from_ed_components(&jwk.x?),
                ),
                _ => return None,
            };
        let algorithms = match jwk.alg {
            None => algorithms,
            Some(name) => {
                let only: Algorithm = name.parse().ok()?;
                algorithms
                    .iter()
                    .find(|known| **known == only)
                    .map(std::slice::from_ref)?
            }
        };
        Some(Self {
            kid: jwk.kid,
            algorithms,
            public: public.ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;
    use crate::auth::mint::{self, KEYS};

    fn verify(keys: &[Value], token: &str) -> bool {
        Unverified::read(token).is_ok_and(|token| KeySet::read(keys).verify(&token))
    }

    fn with(mut jwk: Value, member: &str, value: Value) -> Value {
        jwk[member] = value;
        jwk
    }

    #[test]
    fn the_name_of_a_key_is_a_hint() {
        let keys = [KEYS[0].jwk(), KEYS[1].jwk()];
        let claims = json!({"exp": 5});
        assert!(verify(&keys, &KEYS[1].sign(&claims)));
        assert!(verify(
            &keys,
            &KEYS[1].sign_with(&json!({"alg": "RS256"}), &claims)
        ));
        assert!(verify(
            &keys,
            &KEYS[1].sign_with(&json!({"alg": "RS256", "kid": "x"}), &claims)
        ));
        assert!(verify(
            &keys,
            &KEYS[1].sign_with(&json!({"alg": "RS256", "kid": 7}), &claims)
        ));
        assert!(!verify(
            &keys,
            &KEYS[1].sign_with(&json!({"alg": "RS256", "kid": "a"}), &claims)
        ));
        assert!(!verify(&keys, &KEYS[2].sign(&claims)));
        assert!(!verify(
            &keys,
            &KEYS[2].sign_with(&json!({"alg": "RS256", "kid": "a"}), &claims)
        ));
    }

    #[test]
    fn what_has_been_changed_does_not_verify() {
        let keys = [KEYS[0].jwk()];
        let token = KEYS[0].sign(&json!({"scope": "a"}));
        assert!(verify(&keys, &token));
        let (_, signature) = token.rsplit_once('.').unwrap();
        let changed = mint::message(&json!({"alg": "RS256", "kid": "a"}), &json!({"scope": "b"}));
        for bad in [
            format!("{changed}.{signature}"),
            format!("{changed}."),
            format!("{token}AAAA"),
            token.replace(signature, ""),
            token.replace(signature, &signature[..signature.len() - 4]),
        ] {
            assert!(!verify(&keys, &bad), "{bad}");
        }
    }

    #[test]
    fn a_key_verifies_only_as_it_is_published() {
        let claims = json!({"exp": 5});
        let jwk = KEYS[0].jwk();
        let signed_as = |alg: &str| KEYS[0].sign_with(&json!({"alg": alg}), &claims);
        for (entry, verifies) in [
            (jwk.clone(), true),
            (with(jwk.clone(), "alg", Value::Null), true),
            (with(jwk.clone(), "use", Value::Null), true),
            (with(jwk.clone(), "alg", json!("RS512")), false),
            (with(jwk.clone(), "alg", json!("HS256")), false),
            (with(jwk.clone(), "alg", json!("RSA-OAEP")), false),
            (with(jwk.clone(), "use", json!("enc")), false),
            (with(jwk.clone(), "kty", json!("EC")), false),
            (with(jwk.clone(), "n", json!("!")), false),
            (with(jwk.clone(), "n", json!(5)), false),
            (with(jwk.clone(), "e", Value::Null), false),
            (json!({"kty": "oct", "k": "c2VjcmV0"}), false),
            (json!({}), false),
            (json!("nonsense"), false),
        ] {
            assert_eq!(
                verify(std::slice::from_ref(&entry), &signed_as("RS256")),
                verifies,
                "{entry}"
            );
        }
        for alg in [
            "none", "None", "HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "",
        ] {
            assert!(
                !verify(std::slice::from_ref(&jwk), &signed_as(alg)),
                "{alg}"
            );
        }
    }

    /// The oldest trick: the public key, which everybody knows, as the secret of a symmetric signature.
    #[test]
    fn a_public_key_is_nobodys_secret() {
        use aws_lc_rs::hmac;

        let jwk = KEYS[0].jwk();
        let message = mint::message(&json!({"alg": "HS256", "kid": "a"}), &json!({"exp": 5}));
        let modulus = jwk["n"].as_str().unwrap();
        for secret in [
            modulus.as_bytes().to_vec(),
            URL_SAFE_NO_PAD.decode(modulus).unwrap(),
            jwk.to_string().into_bytes(),
        ] {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
            let signature = hmac::sign(&secret, message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
            assert!(!verify(std::slice::from_ref(&jwk), &token));
            assert!(!verify(&[with(jwk.clone(), "alg", Value::Null)], &token));
        }
    }

    #[test]
    fn keys_beyond_a_bound_are_not_looked_at() {
        let mut keys = vec![KEYS[0].jwk(); MOST];
        keys.push(KEYS[1].jwk());
        assert!(!verify(&keys, &KEYS[1].sign(&json!({}))));
        assert!(verify(&keys[1..], &KEYS[1].sign(&json!({}))));
    }
}
