//! Tokens of every kind, also such as no issuer would make.

use std::{fs, path::Path};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::with;

/// A key that signs.
pub struct Key(Ed25519KeyPair);

impl Key {
    /// A key that nobody knows.
    pub fn new() -> Self {
        let seed = [
            dialogporten::dialog::id::random().into_bytes(),
            dialogporten::dialog::id::random().into_bytes(),
        ]
        .concat();
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap())
    }

    /// A key from the file where the server keeps it.
    pub fn of_file(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let seed = URL_SAFE_NO_PAD.decode(text.trim()).unwrap();
        Self(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap())
    }

    /// A message and its signature.
    pub fn signed(&self, message: &str) -> String {
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// What verifies its signatures, as an issuer publishes it.
    pub fn jwk(&self, kid: &str) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        json!({"kty": "OKP", "use": "sig", "crv": "Ed25519", "alg": "EdDSA", "kid": kid, "x": x})
    }
}

/// A token, read without believing it.
#[derive(Debug, Clone)]
pub struct Token {
    /// How it says it is signed.
    pub header: Value,
    /// What it says.
    pub claims: Value,
}

impl Token {
    /// Reads a compact token.
    pub fn read(text: &str) -> Self {
        let parts: Vec<_> = text.split('.').collect();
        assert_eq!(parts.len(), 3, "{text}");
        let read = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        Self {
            header: read(parts[0]),
            claims: read(parts[1]),
        }
    }

    /// The same with other claims; null removes one.
    pub fn claiming(mut self, changes: Value) -> Self {
        self.claims = with(self.claims, changes);
        self
    }

    /// The same with another header; null removes a member.
    pub fn headed(mut self, changes: Value) -> Self {
        self.header = with(self.header, changes);
        self
    }

    /// Header and claims, encoded.
    pub fn message(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    /// The whole token.
    pub fn signed(&self, key: &Key) -> String {
        key.signed(&self.message())
    }
}

/// Whether a published key has signed a token.
pub fn verifies(jwk: &Value, token: &str) -> bool {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let x = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(&ED25519, x)
        .verify(message.as_bytes(), &signature)
        .is_ok()
}
