//! Where systems live, and where a path below that leads.

use reqwest::Url;

use super::{Failed, transport::Misconfigured};
use crate::config::{self, Mode, Sink};

/// Under which configured address a system lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// `platform.base_uri`
    Platform,
    /// `platform.cdn_base_uri`
    Files,
    /// `events.base_uri`
    Events,
}

/// The configured addresses.
pub(super) struct Bases {
    platform: Option<Url>,
    files: Option<Url>,
    events: Option<Url>,
}

impl Bases {
    pub(super) fn new(
        config: &config::Platform,
        events: &config::Events,
    ) -> Result<Self, Misconfigured> {
        let is_asked = config.mode == Mode::Altinn;
        let gets_events = matches!(events.sink, Sink::Altinn | Sink::Webhook);
        Ok(Self {
            platform: address(is_asked, "platform.base_uri", &config.base_uri)?,
            files: address(is_asked, "platform.cdn_base_uri", &config.cdn_base_uri)?,
            events: address(gets_events, "events.base_uri", &events.base_uri)?,
        })
    }

    /// The address of `path` below a base, or of the base itself.
    pub(super) fn url(&self, base: Base, path: &str) -> Result<Url, Failed> {
        let base = match base {
            Base::Platform => &self.platform,
            Base::Files => &self.files,
            Base::Events => &self.events,
        };
        let base = base.as_ref().ok_or(Failed::Address)?;
        if path.is_empty() {
            return Ok(base.clone());
        }
        let below = format!("{}/", base.as_str().trim_end_matches('/'));
        let url = Url::parse(&format!("{below}{}", path.trim_start_matches('/')));
        // Dots in a path must not lead to a neighbour.
        url.ok()
            .filter(|url| url.as_str().starts_with(&below))
            .ok_or(Failed::Address)
    }
}

fn address(is_used: bool, key: &'static str, address: &str) -> Result<Option<Url>, Misconfigured> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .filter(|url| url.query().is_none() && url.fragment().is_none());
    if url.is_none() && is_used {
        return Err(Misconfigured::Address(key));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base_uri: &str, path: &str) -> Option<String> {
        let config = config::Platform {
            mode: Mode::Altinn,
            base_uri: base_uri.to_owned(),
            ..config::Platform::default()
        };
        let bases = Bases::new(&config, &config::Events::default()).unwrap();
        bases.url(Base::Platform, path).ok().map(String::from)
    }

    #[test]
    fn a_path_leads_below_its_base_and_nowhere_else() {
        for (base, path, expected) in [
            ("https://a.no", "x?y=1", Some("https://a.no/x?y=1")),
            ("https://a.no/", "/x", Some("https://a.no/x")),
            ("https://a.no/b", "x", Some("https://a.no/b/x")),
            ("https://a.no/b", "", Some("https://a.no/b")),
            ("https://a.no/b/", "", Some("https://a.no/b/")),
            ("https://a.no/b", "//c.no/x", Some("https://a.no/b/c.no/x")),
            ("https://a.no/b", "@c.no", Some("https://a.no/b/@c.no")),
            ("https://a.no/b", "x/../y", Some("https://a.no/b/y")),
            ("https://a.no/b", "../x", None),
            ("https://a.no/b", "%2e%2e/x", None),
        ] {
            assert_eq!(url(base, path).as_deref(), expected, "{base} {path}");
        }
    }

    #[test]
    fn addresses_need_to_be_good_only_where_they_are_used() {
        let bad = config::Platform {
            base_uri: "platform".to_owned(),
            ..config::Platform::default()
        };
        let events = config::Events::default();
        let bases = Bases::new(&bad, &events).unwrap();
        assert!(matches!(
            bases.url(Base::Platform, "x"),
            Err(Failed::Address)
        ));
        assert!(matches!(bases.url(Base::Events, "x"), Err(Failed::Address)));
        let used = config::Platform {
            mode: Mode::Altinn,
            ..bad
        };
        let refused = Bases::new(&used, &events).err().unwrap();
        assert!(refused.to_string().starts_with("platform.base_uri must be"));
        for sink in [Sink::Altinn, Sink::Webhook] {
            let events = config::Events {
                sink,
                ..config::Events::default()
            };
            let refused = Bases::new(&config::Platform::default(), &events)
                .err()
                .unwrap();
            assert!(refused.to_string().starts_with("events.base_uri must be"));
        }
    }
}
