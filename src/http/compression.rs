//! Compressed bodies, for the few answers that hold nothing personal: compressing what an attacker can mix with
//! secrets tells the secrets (CRIME, BREACH).

use std::io::{self, Write};

use axum::http::{HeaderMap, header};
use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};

/// Fastest of brotli's levels that still beats gzip.
const BROTLI_QUALITY: u32 = 1;
/// A window of 4 MiB, which every decoder takes (RFC 7932, section 9.1).
const BROTLI_WINDOW: u32 = 22;
const BUFFER: usize = 4_096;

/// A way to compress (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `br`
    Brotli,
    /// `gzip`
    Gzip,
}

impl Encoding {
    /// The best that the caller takes, if any: brotli unless gzip is wanted more. Without `Accept-Encoding`
    /// (RFC 9110, section 12.5.3) nothing is compressed.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let wanted: Vec<(String, f32)> = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|field| field.to_str().ok())
            .flat_map(|field| field.split(','))
            .filter_map(coding)
            .collect();
        let weight = |names: &[&str]| {
            let named = wanted
                .iter()
                .find(|(name, _)| names.contains(&name.as_str()));
            let any = || wanted.iter().find(|(name, _)| name == "*");
            named.or_else(any).map_or(0.0, |(_, weight)| *weight)
        };
        let (brotli, gzip) = (weight(&["br"]), weight(&["gzip", "x-gzip"]));
        if brotli > 0.0 && brotli >= gzip {
            Some(Self::Brotli)
        } else {
            (gzip > 0.0).then_some(Self::Gzip)
        }
    }

    /// The name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// `bytes`, compressed quickly rather than well.
    pub fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let room = Vec::with_capacity(bytes.len() / 4);
        match self {
            Self::Brotli => {
                let mut writer = CompressorWriter::new(room, BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
                writer.write_all(bytes)?;
                Ok(writer.into_inner())
            }
            Self::Gzip => {
                let mut writer = GzEncoder::new(room, Compression::fast());
                writer.write_all(bytes)?;
                writer.finish()
            }
        }
    }
}

/// A coding and how much it is wanted, 0 to 1; `None` where the weight is none.
fn coding(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next()?.to_ascii_lowercase();
    let weight = parts
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(Some(1.0), |weight| weight.parse().ok())?;
    Some((name, weight))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn accepted(field: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, field.parse().unwrap());
        Encoding::accepted(&headers).map(Encoding::name)
    }

    #[test]
    fn brotli_comes_before_gzip_unless_gzip_is_wanted_more() {
        for (field, encoding) in [
            ("gzip", Some("gzip")),
            ("br", Some("br")),
            ("GZIP, BR", Some("br")),
            ("gzip;q=1.0, br;q=0.5", Some("gzip")),
            ("*", Some("br")),
            ("*;q=0.1, gzip", Some("gzip")),
            ("br;q=0, *", Some("gzip")),
            ("x-gzip", Some("gzip")),
            ("deflate", None),
            ("identity", None),
            ("gzip;q=0", None),
            ("*;q=0", None),
            ("gzip;q=x", None),
            ("", None),
        ] {
            assert_eq!(accepted(field), encoding, "{field}");
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new()), None);
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let text = "dialogporten ".repeat(1_000);
        let gzip = Encoding::Gzip.compress(text.as_bytes()).unwrap();
        let brotli = Encoding::Brotli.compress(text.as_bytes()).unwrap();
        assert!(gzip.len() < 500 && brotli.len() < 500);
        let mut read = String::new();
        flate2::read::GzDecoder::new(gzip.as_slice())
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, text);
        read.clear();
        brotli::Decompressor::new(brotli.as_slice(), BUFFER)
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, text);
    }
}
