//! The listener and the addresses that clients see.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// `[http]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address under which clients reach this server, without a slash at the end: issuer of dialog tokens and
    /// base of links. Empty: `http://` and the address listened on.
    pub public_base_uri: String,
    /// Routes answer at `/` and, when this is set, under this path too, such as `/dialogporten`.
    pub path_prefix: String,
    /// Seconds between "not ready" and no longer accepting connections when the server is told to stop. Behind a
    /// load balancer: longer than it takes to notice, such as 10.
    pub shutdown_delay_seconds: u64,
    /// Seconds that requests in flight may take after that.
    pub drain_seconds: u64,
    /// Seconds for which browsers are told to use TLS only (`Strict-Transport-Security`); 0: they are not told.
    pub hsts_seconds: u32,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7214)),
            public_base_uri: String::new(),
            path_prefix: String::new(),
            shutdown_delay_seconds: 0,
            drain_seconds: 30,
            hsts_seconds: 0,
        }
    }
}

impl Http {
    /// Brings the addresses into their one form and fills in `public_base_uri` from the address `bound`, unless it
    /// is configured or the port is not known yet.
    pub fn settle(&mut self, bound: SocketAddr) {
        let trimmed = self.public_base_uri.trim_end_matches('/').len();
        self.public_base_uri.truncate(trimmed);
        if self.public_base_uri.is_empty() && bound.port() != 0 {
            let host = if bound.ip().is_unspecified() {
                SocketAddr::from((Ipv4Addr::LOCALHOST, bound.port()))
            } else {
                bound
            };
            self.public_base_uri = format!("http://{host}");
        }
        let prefix = self.path_prefix.trim_matches('/');
        self.path_prefix = if prefix.is_empty() {
            String::new()
        } else {
            format!("/{prefix}")
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(configured: &str, prefix: &str, bound: &str) -> (String, String) {
        let mut http = Http {
            public_base_uri: configured.to_owned(),
            path_prefix: prefix.to_owned(),
            ..Http::default()
        };
        http.settle(bound.parse().unwrap());
        (http.public_base_uri, http.path_prefix)
    }

    #[test]
    fn the_public_address_is_the_configured_one_else_the_one_listened_on() {
        for (configured, bound, expected) in [
            ("", "127.0.0.1:7214", "http://127.0.0.1:7214"),
            ("", "0.0.0.0:80", "http://127.0.0.1:80"),
            ("", "[::1]:80", "http://[::1]:80"),
            ("", "127.0.0.1:0", ""),
            ("https://x.no/dp/", "127.0.0.1:1", "https://x.no/dp"),
        ] {
            assert_eq!(settled(configured, "", bound).0, expected);
        }
    }

    #[test]
    fn the_prefix_starts_with_a_slash_and_ends_without() {
        for (given, expected) in [
            ("", ""),
            ("/", ""),
            ("dp", "/dp"),
            ("/dp/", "/dp"),
            ("/a/b", "/a/b"),
        ] {
            assert_eq!(settled("", given, "127.0.0.1:1").1, expected);
        }
    }
}
