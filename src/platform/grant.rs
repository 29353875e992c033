//! What this server says to get a token: a JWT signed with the client's key (RFC 7523, section 2.1).

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPairComponents, PublicKeyComponents},
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use crate::{config::Maskinporten, dialog::timestamp::Timestamp};

/// Seconds for which a grant is good; Maskinporten takes at most 120.
const SECONDS: i64 = 100;

/// The client, its key, and what it asks for.
pub(super) struct Grant {
    client_id: String,
    scope: String,
    audience: String,
    header: String,
    key: RsaKeyPair,
}

/// A private RSA key (RFC 7518, section 6.3).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    n: String,
    e: String,
    d: String,
    p: String,
    q: String,
    dp: String,
    dq: String,
    qi: String,
}

impl Grant {
    /// Reads the client's key; says what is wrong with it, but not what it is.
    pub(super) fn new(client: &Maskinporten, token_url: &Url) -> Result<Self, &'static str> {
        let text = client.jwk.reveal().trim().trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| "it is not base64url")?;
        let jwk: Jwk = serde_json::from_slice(&bytes).map_err(
            |_| "it is not a JWK with the members kty, kid, n, e, d, p, q, dp, dq and qi",
        )?;
        if jwk.kty != "RSA" {
            return Err("its kty is not RSA");
        }
        let number = |text: &str| {
            URL_SAFE_NO_PAD
                .decode(text.trim_end_matches('='))
                .map_err(|_| "one of its numbers is not base64url")
        };
        let key = RsaKeyPair::from_components(&KeyPairComponents {
            public_key: PublicKeyComponents {
                n: number(&jwk.n)?,
                e: number(&jwk.e)?,
            },
            d: number(&jwk.d)?,
            p: number(&jwk.p)?,
            q: number(&jwk.q)?,
            dP: number(&jwk.dp)?,
            dQ: number(&jwk.dq)?,
            qInv: number(&jwk.qi)?,
        })
        .map_err(|_| "its numbers do not make a private key of 2048 to 8192 bits")?;
        // Maskinporten wants its own name, which is the address of its token endpoint up to the last slash.
        let audience = token_url
            .join(".")
            .map_err(|_| "platform.maskinporten.token_url has no path")?;
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": jwk.kid});
        Ok(Self {
            client_id: client.client_id.clone(),
            scope: client.scope.clone(),
            audience: audience.into(),
            header: URL_SAFE_NO_PAD.encode(header.to_string()),
            key,
        })
    }

    /// The form that becomes a token; `None` where the machine cannot sign.
    pub(super) fn form(&self, now: Timestamp) -> Option<String> {
        let now = now.to_datetime().timestamp();
        let claims = json!({
            "aud": self.audience, "iss": self.client_id, "scope": self.scope,
            "iat": now, "exp": now + SECONDS, "jti": crate::dialog::id::random(),
        });
        let message = format!(
            "{}.{}",
            self.header,
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .ok()?;
        let assertion = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &assertion)
            .finish();
        Some(form)
    }
}
