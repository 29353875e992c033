//! What pages load: scripts and style sheets, held in the binary.

use std::sync::OnceLock;

use aws_lc_rs::digest;
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::http::compression::Encoding;

/// A year: as long as caches keep anything (RFC 9111, section 1.2.2). What the address leads to never changes
/// (RFC 8246).
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Files with a digest of them all, which their addresses hold: a browser that has one of them has the right one.
pub struct Files {
    digest: String,
    held: Vec<Held>,
}

struct Held {
    name: &'static str,
    bytes: Bytes,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

impl Files {
    /// With these names, lower case, and contents.
    pub fn new(files: impl IntoIterator<Item = (&'static str, Bytes)>) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        let held = files.into_iter().map(|(name, bytes)| {
            context.update(name.as_bytes());
            context.update(&bytes.len().to_be_bytes());
            context.update(&bytes);
            Held {
                name,
                bytes,
                brotli: OnceLock::new(),
                gzip: OnceLock::new(),
            }
        });
        let held = held.collect();
        // Half of it tells versions apart well enough, and keeps addresses short.
        let digest = context.finish().as_ref()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self { digest, held }
    }

    /// What stands for this version in addresses.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The file with this name, of the version with this digest; whoever asks for another version gets this one, but
    /// not to keep. Compressed, if the caller takes that: nothing in it is personal.
    pub fn answer(&self, digest: &str, name: &str, asked: &HeaderMap) -> Response {
        let Some(held) = self.held.iter().find(|held| held.name == name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let compressed = Encoding::accepted(asked)
            .and_then(|encoding| Some((encoding.name(), held.compressed(encoding)?)));
        let (encoding, bytes) = match compressed {
            Some((name, bytes)) => (Some(name), bytes),
            None => (None, held.bytes.clone()),
        };
        let keeping = if digest == self.digest {
            FOR_EVER
        } else {
            "no-store"
        };
        let mut response = bytes.into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, media_type(held.name)),
            (header::CACHE_CONTROL, keeping),
            (header::VARY, "accept-encoding"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(
            "cross-origin-resource-policy",
            HeaderValue::from_static("same-origin"),
        );
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

impl Held {
    /// Made when it is first asked for, and once.
    fn compressed(&self, encoding: Encoding) -> Option<Bytes> {
        let kept = match encoding {
            Encoding::Brotli => &self.brotli,
            Encoding::Gzip => &self.gzip,
        };
        kept.get_or_init(|| encoding.compress(&self.bytes).ok().map(Bytes::from))
            .clone()
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &'static str) -> Files {
        Files::new([
            ("a.js", Bytes::from_static(text.as_bytes())),
            ("b.css", Bytes::new()),
        ])
    }

    fn asked(accepted: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        headers
    }

    #[test]
    fn a_file_is_kept_for_ever_under_its_own_digest_only() {
        let files = files("let a");
        let kept = |digest: &str| {
            let answer = files.answer(digest, "a.js", &HeaderMap::new());
            assert_eq!(answer.status(), 200);
            answer.headers()["cache-control"].clone()
        };
        assert_eq!(kept(files.digest()), FOR_EVER);
        assert_eq!(kept("0"), "no-store");
        let none = files.answer(files.digest(), "c.js", &HeaderMap::new());
        assert_eq!(none.status(), 404);
    }

    #[test]
    fn what_changes_a_file_changes_the_address_of_all() {
        let digest = |text| files(text).digest().to_owned();
        assert_eq!(digest("let a"), digest("let a"));
        assert_ne!(digest("let a"), digest("let b"));
        assert_eq!(digest("").len(), 32);
    }

    #[test]
    fn files_say_what_they_are_and_how_they_are_packed() {
        let files = files("let a");
        for (name, accepted, media, encoding) in [
            ("a.js", "br", "text/javascript; charset=utf-8", Some("br")),
            (
                "a.js",
                "gzip",
                "text/javascript; charset=utf-8",
                Some("gzip"),
            ),
            ("b.css", "identity", "text/css; charset=utf-8", None),
        ] {
            let answer = files.answer(files.digest(), name, &asked(accepted));
            let headers = answer.headers();
            assert_eq!(headers["content-type"], media);
            assert_eq!(headers["vary"], "accept-encoding");
            let found = headers.get("content-encoding");
            assert_eq!(found.and_then(|value| value.to_str().ok()), encoding);
        }
    }
}
