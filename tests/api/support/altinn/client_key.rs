//! The key with which a server that is tested asks for tokens of its own.

use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::KeySize,
    signature::RsaKeyPair,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A private key; making one takes long, so all tests share it.
pub static KEY: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The key as a private JWK with the name `client-key`.
pub fn jwk() -> Value {
    let der: Pkcs8V1Der = KEY.as_der().unwrap();
    // PrivateKeyInfo (RFC 5208): version, algorithm, and the key in an octet string, which is a sequence again
    // (RFC 8017, appendix A.1.2): version, n, e, d, p, q, dp, dq, qi.
    let info = elements(elements(der.as_ref())[0]);
    let key = elements(elements(info[2])[0]);
    let mut jwk = json!({"kty": "RSA", "kid": "client-key"});
    for (name, number) in ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
        .iter()
        .zip(&key[1..])
    {
        let leading = number.iter().take_while(|byte| **byte == 0).count();
        jwk[name] = URL_SAFE_NO_PAD.encode(&number[leading..]).into();
    }
    jwk
}

/// The contents of the DER elements that stand in a row.
fn elements(mut der: &[u8]) -> Vec<&[u8]> {
    let mut contents = Vec::new();
    while let [_, length, rest @ ..] = der {
        let (length, rest) = if *length < 0x80 {
            (usize::from(*length), rest)
        } else {
            let (bytes, rest) = rest.split_at(usize::from(length & 0x7f));
            let length = bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
            (length, rest)
        };
        let (content, rest) = rest.split_at(length);
        contents.push(content);
        der = rest;
    }
    contents
}
