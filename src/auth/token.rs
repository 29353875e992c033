//! Tokens as they arrive: found in the header, cut into parts and read, but not yet believed.

use std::{str::FromStr, time::Duration};

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use serde_json::{Map, Value};

use super::claims::Claims;
use crate::dialog::timestamp::Timestamp;

/// Longest token that is read, in bytes.
const LONGEST: usize = 32 * 1024;

/// How far our clock and an issuer's may differ, in microseconds.
const SKEW: i64 = 2_000_000;

/// What the `Authorization` header holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// No bearer token.
    None,
    /// Something in the place of a token that cannot be one; its last word may be a token all the same.
    Junk {
        /// The last word.
        last: &'a str,
    },
    /// One word.
    Word(&'a str),
}

/// Finds the token in the headers (RFC 6750, section 2.1). The scheme's name is read in any letter case.
pub fn bearer(headers: &HeaderMap) -> Bearer<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), another) = (values.next(), values.next()) else {
        return Bearer::None;
    };
    let value = value.as_bytes();
    let Some((scheme, rest)) = value.split_at_checked("Bearer ".len()) else {
        return Bearer::None;
    };
    if !scheme.eq_ignore_ascii_case(b"Bearer ") {
        return Bearer::None;
    }
    let rest = rest.trim_ascii();
    if rest.is_empty() {
        return Bearer::None;
    }
    match std::str::from_utf8(rest) {
        Ok(text) if another.is_none() && text.len() <= LONGEST => {
            match text.rsplit_once([' ', '\t']) {
                None => Bearer::Word(text),
                Some((_, last)) => Bearer::Junk { last },
            }
        }
        _ => Bearer::Junk { last: "" },
    }
}

/// A token that can be read. Nothing in it is true before its signature holds.
pub struct Unverified<'a> {
    /// What is signed: the first two parts with the dot between them.
    pub message: &'a str,
    /// The third part.
    pub signature: &'a str,
    /// How it claims to be signed; `None` for ways that no issuer uses: not at all, with a shared secret.
    pub algorithm: Option<Algorithm>,
    /// The name of the key, a hint.
    pub kid: Option<String>,
    /// Who claims to have issued it.
    pub issuer: Option<String>,
    /// When it is valid.
    pub validity: Validity,
    /// What it claims.
    pub claims: Claims,
}

/// The token is not a compact JWS (RFC 7515, section 7.1) of JSON objects with times that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unreadable token")]
pub struct Unreadable;

impl<'a> Unverified<'a> {
    /// Reads a token of three parts in base64url without padding.
    pub fn read(token: &'a str) -> Result<Self, Unreadable> {
        let (message, signature) = token.rsplit_once('.').ok_or(Unreadable)?;
        let (header, payload) = message.split_once('.').ok_or(Unreadable)?;
        let header = object(header)?;
        let payload = object(payload)?;
        bytes(signature)?;
        let text = |map: &Map<String, Value>, name: &str| Some(map.get(name)?.as_str()?.to_owned());
        // Extensions that must be understood (RFC 7515, section 4.1.11) are not: no algorithm, no key.
        let algorithm = text(&header, "alg").filter(|_| !header.contains_key("crit"));
        Ok(Self {
            message,
            signature,
            algorithm: algorithm
                .and_then(|name| Algorithm::from_str(&name).ok())
                .filter(|algorithm| algorithm.family() != AlgorithmFamily::Hmac),
            kid: text(&header, "kid"),
            issuer: text(&payload, "iss"),
            validity: Validity::read(&payload)?,
            claims: Claims::new(payload),
        })
    }
}

fn object(part: &str) -> Result<Map<String, Value>, Unreadable> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Unreadable)
}

/// A dot is not of the alphabet, so a fourth part is refused here.
fn bytes(part: &str) -> Result<Vec<u8>, Unreadable> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Unreadable)
}

/// The time in which a token may be used, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    not_before: Option<i64>,
    expires: Option<i64>,
}

/// Why a token may not be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untimely {
    /// It does not say until when.
    Endless,
    /// It ends before it begins.
    Contradictory,
    /// Not any more.
    Expired,
    /// Not yet.
    NotYet,
}

impl Validity {
    fn read(payload: &Map<String, Value>) -> Result<Self, Unreadable> {
        let read = |name| payload.get(name).map(moment).transpose();
        Ok(Self {
            not_before: read("nbf")?,
            expires: read("exp")?,
        })
    }

    /// Whether the token may be used at `now`; the clocks may differ by 2 s.
    pub fn check(self, now: Timestamp) -> Result<(), Untimely> {
        let now = now.micros();
        let expires = self.expires.ok_or(Untimely::Endless)?;
        let not_before = self.not_before.unwrap_or(i64::MIN);
        if expires < not_before {
            Err(Untimely::Contradictory)
        } else if expires < now.saturating_sub(SKEW) {
            Err(Untimely::Expired)
        } else if not_before > now.saturating_add(SKEW) {
            Err(Untimely::NotYet)
        } else {
            Ok(())
        }
    }
}

/// Seconds as a number, with a fraction or not (RFC 7519, section 2), or as a text of digits.
fn moment(value: &Value) -> Result<i64, Unreadable> {
    const MICROS: i64 = 1_000_000;
    match value {
        Value::Number(number) => {
            if let Some(seconds) = number.as_i64() {
                return Ok(seconds.saturating_mul(MICROS));
            }
            let seconds = number.as_f64().ok_or(Unreadable)?;
            if seconds < 0.0 {
                return Ok(-1);
            }
            let micros = Duration::try_from_secs_f64(seconds).map(|since| since.as_micros());
            Ok(micros.map_or(i64::MAX, |micros| i64::try_from(micros).unwrap_or(i64::MAX)))
        }
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let seconds: i64 = text.parse().map_err(|_| Unreadable)?;
            Ok(seconds.saturating_mul(MICROS))
        }
        _ => Err(Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_bearer_token_is_one_word_behind_the_scheme() {
        let long = [b"Bearer ".as_slice(), &vec![b'x'; LONGEST + 1]].concat();
        for (values, found) in [
            (&[][..], Bearer::None),
            (&[b"".as_slice()], Bearer::None),
            (&[b"Bearer"], Bearer::None),
            (&[b"Bearer "], Bearer::None),
            (&[b"Bearer\tabc"], Bearer::None),
            (&[b"Bearerabc"], Bearer::None),
            (&[b"Basic abc"], Bearer::None),
            (&[b"abc"], Bearer::None),
            (&[b"Bearer abc"], Bearer::Word("abc")),
            (&[b"bEARER   abc \t"], Bearer::Word("abc")),
            (&[b"Bearer Bearer abc"], Bearer::Junk { last: "abc" }),
            (&[b"Bearer a\tbc"], Bearer::Junk { last: "bc" }),
            (&[b"Bearer \xff\xfe"], Bearer::Junk { last: "" }),
            (&[b"Bearer abc", b"Bearer abc"], Bearer::Junk { last: "" }),
            (&[&long], Bearer::Junk { last: "" }),
        ] {
            assert_eq!(bearer(&headers(values)), found, "{values:?}");
        }
    }

    fn token(header: &Value, payload: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2ln", part(header), part(payload))
    }

    #[test]
    fn a_token_has_three_parts_and_two_objects() {
        let good = token(
            &json!({"alg": "RS256", "kid": "k"}),
            &json!({"iss": "i", "exp": 5}),
        );
        let read = Unverified::read(&good).unwrap_or_else(|_| unreachable!("it is readable"));
        assert_eq!(read.algorithm, Some(Algorithm::RS256));
        assert_eq!(
            (read.kid.as_deref(), read.issuer.as_deref()),
            (Some("k"), Some("i"))
        );
        assert_eq!(format!("{}.{}", read.message, read.signature), good);
        let two = good.rsplit_once('.').unwrap().0;
        let header = good.split_once('.').unwrap().0;
        for junk in [
            "",
            ".",
            "..",
            "...",
            "thisisnotavalidtoken",
            "a.b.c",
            two,
            &format!("{good}.x"),
            &format!("{good}.x.y"),
            &format!("\"{good}\""),
            &good.replacen('.', "=.", 1),
            &format!("{good}="),
            &format!("{good},"),
            &format!("{header}.{}.c2ln", URL_SAFE_NO_PAD.encode("[]")),
            &format!("{header}.{}.c2ln", URL_SAFE_NO_PAD.encode("{} {}")),
            &format!(
                "{header}.{}.c2ln",
                URL_SAFE_NO_PAD.encode("[".repeat(20_000))
            ),
        ] {
            assert!(Unverified::read(junk).is_err(), "{junk}");
        }
    }

    #[test]
    fn ways_of_signing_that_no_issuer_uses_are_none() {
        for header in [
            json!({}),
            json!({"alg": null}),
            json!({"alg": ["RS256"]}),
            json!({"alg": "none"}),
            json!({"alg": "NONE"}),
            json!({"alg": "rs256"}),
            json!({"alg": "HS256"}),
            json!({"alg": "RS256", "crit": ["b64"], "b64": false}),
        ] {
            let token = token(&header, &json!({}));
            let read = Unverified::read(&token).unwrap_or_else(|_| unreachable!("it is readable"));
            assert_eq!(read.algorithm, None, "{header}");
        }
    }

    #[test]
    fn times_are_numbers_or_texts_of_digits() {
        let check = |claims: Value| {
            let token = token(&json!({"alg": "RS256"}), &claims);
            let now = Timestamp::new(chrono::DateTime::from_timestamp(1_000_000, 0).unwrap());
            Unverified::read(&token).map(|read| read.validity.check(now))
        };
        for (exp, outcome) in [
            (json!(1_000_600), Ok(Ok(()))),
            (json!(1_000_000.5), Ok(Ok(()))),
            (json!(1e300), Ok(Ok(()))),
            (json!(u64::MAX), Ok(Ok(()))),
            (json!("1000600"), Ok(Ok(()))),
            (json!(999_998), Ok(Ok(()))),
            (json!(999_997.999), Ok(Err(Untimely::Expired))),
            (json!("999997"), Ok(Err(Untimely::Expired))),
            (json!(0), Ok(Err(Untimely::Expired))),
            (json!(-5), Ok(Err(Untimely::Expired))),
            (json!(-5.5), Ok(Err(Untimely::Expired))),
            (json!(-1e300), Ok(Err(Untimely::Expired))),
            (json!("soon"), Err(Unreadable)),
            (json!("-5"), Err(Unreadable)),
            (json!("1000600.5"), Err(Unreadable)),
            (json!(" 1000600"), Err(Unreadable)),
            (json!(""), Err(Unreadable)),
            (json!("99999999999999999999999"), Err(Unreadable)),
            (json!(true), Err(Unreadable)),
            (json!([1_000_600]), Err(Unreadable)),
            (json!(null), Err(Unreadable)),
        ] {
            assert_eq!(check(json!({"exp": exp})), outcome, "{exp}");
        }
        for (nbf, outcome) in [
            (json!(1_000_002), Ok(Ok(()))),
            (json!("1000001"), Ok(Ok(()))),
            (json!(-1), Ok(Ok(()))),
            (json!(1_000_003), Ok(Err(Untimely::NotYet))),
            (json!(1_000_700), Ok(Err(Untimely::Contradictory))),
            (json!("later"), Err(Unreadable)),
        ] {
            assert_eq!(
                check(json!({"exp": 1_000_600, "nbf": nbf})),
                outcome,
                "{nbf}"
            );
        }
        assert_eq!(check(json!({})), Ok(Err(Untimely::Endless)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_reading_fail_badly(text in ".{0,200}", bytes in proptest::collection::vec(32_u8..=255, 0..200)) {
            let _ = Unverified::read(&text);
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let mut headers = HeaderMap::new();
                headers.insert(AUTHORIZATION, value);
                let _ = bearer(&headers);
            }
        }
    }
}
