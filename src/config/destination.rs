//! Where the server may send requests. The addresses come from the settings, and from what issuers say of their keys;
//! never from a caller.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Where one cloud tells machines their secrets by IPv6; others do so at link-local addresses.
const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// Whether nobody on the way there can read along or answer instead: by TLS, or on this machine.
pub fn is_private(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_this_machine(url),
        _ => false,
    }
}

/// Whether it is an address where no system of ours lives, but clouds tell a machine its credentials (169.254.169.254 and
/// its like). Names are not looked up.
pub fn is_link_local(url: &Url) -> bool {
    let is_v4 = |address: Ipv4Addr| address.is_link_local();
    match url.host() {
        Some(Host::Ipv4(address)) => is_v4(address),
        Some(Host::Ipv6(address)) => {
            address.is_unicast_link_local()
                || address == METADATA
                || address.to_ipv4_mapped().is_some_and(is_v4)
        }
        _ => false,
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_private_goes_by_tls_or_stays_here() {
        for (address, private) in [
            ("https://a.no/", true),
            ("https://10.0.0.1/", true),
            ("http://127.0.0.1:1/", true),
            ("http://[::1]/", true),
            ("http://localhost/", true),
            ("http://a.no/", false),
            ("http://10.0.0.1/", false),
            ("http://localhost.a.no/", false),
            ("http://127.0.0.1.a.no/", false),
            ("http://localhost@a.no/", false),
            ("ftp://127.0.0.1/", false),
            ("file:///etc/passwd", false),
            ("gopher://127.0.0.1/", false),
            ("data:,x", false),
        ] {
            assert_eq!(is_private(&url(address)), private, "{address}");
        }
    }

    #[test]
    fn link_local_addresses_are_known_however_they_are_spelled() {
        for (address, link_local) in [
            ("https://169.254.169.254/latest", true),
            ("https://169.254.0.1", true),
            ("http://2852039166/", true),
            ("http://0xa9.0xfe.0xa9.0xfe/", true),
            ("http://0251.0376.0251.0376/", true),
            ("http://[::ffff:169.254.169.254]/", true),
            ("http://[fe80::1]/", true),
            ("http://[fd00:ec2::254]/", true),
            ("https://169.253.169.254/", false),
            ("https://127.0.0.1/", false),
            ("https://[fd00::1]/", false),
            ("https://a.no/169.254.169.254", false),
        ] {
            assert_eq!(is_link_local(&url(address)), link_local, "{address}");
        }
    }
}
