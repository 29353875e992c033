//! Signatures of webhooks, as Standard Webhooks have them: a receiver knows who wrote, and that it is not an old letter.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};
use uuid::Uuid;

/// Signs what is sent. It does not show its key.
pub(super) struct Signer(hmac::Key);

impl Signer {
    pub(super) fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The value of `webhook-signature`: a version, and an HMAC (RFC 2104) with SHA-256 over id, time of the attempt in
    /// seconds since 1970, and body, with dots between them.
    pub(super) fn sign(&self, id: Uuid, seconds: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_that_other_programs_make() {
        let signer = Signer::new(b"0123456789abcdef0123456789abcdef");
        let id = Uuid::try_parse("5c0f7a52-2f5e-4d0b-9f0e-0c9b6f1d3a77").unwrap();
        let signature = signer.sign(id, 1_772_435_730, br#"{"specversion":"1.0"}"#);
        // printf '%s' "$id.1772435730.$body" | openssl dgst -sha256 -mac HMAC -macopt key:0123… -binary | base64
        assert_eq!(signature, "v1,ZQ0RrEb2K2oDh1dJyRiP1G8qh1SrHz+NAmpIdmcfpN0=");
    }
}
