//! `dialogporten health`: asks the running server whether it is ready, for a container that has no HTTP client.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Invocation, say};

const PATIENCE: Duration = Duration::from_secs(5);

/// Ask the running server whether it is ready
///
/// It is asked at the address that it is configured to listen on. Exits with 0 if it is ready, else with 1.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Example:\n  dialogporten health --listen 127.0.0.1:7214")]
pub(super) struct Arguments {}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let address = within_reach(invocation.config()?.http.listen);
        let status = tokio::time::timeout(PATIENCE, status(address))
            .await
            .with_context(|| format!("{address} does not answer"))?
            .with_context(|| format!("nobody answers at {address}"))?;
        if status != 200 {
            bail!("the server at {address} is not ready (status {status})");
        }
        say("ready");
        Ok(())
    }
}

/// An address to connect to for one that is listened on.
fn within_reach(mut listen: SocketAddr) -> SocketAddr {
    match listen {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    listen
}

/// One request of HTTP/1.1 (RFC 9112) and the status of its answer; this needs no client.
async fn status(address: SocketAddr) -> anyhow::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("GET /health/readiness HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    // `HTTP/1.1 200`
    let mut start = [0; 12];
    stream.read_exact(&mut start).await?;
    let status = start
        .strip_prefix(b"HTTP/1.1 ")
        .and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
    status.context("the answer is not HTTP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_all_interfaces_is_reached_by_loopback() {
        for (listen, expected) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("10.0.0.1:80", "10.0.0.1:80"),
        ] {
            assert_eq!(
                within_reach(listen.parse().unwrap()),
                expected.parse().unwrap()
            );
        }
    }
}
