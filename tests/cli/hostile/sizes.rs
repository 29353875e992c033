//! More than anybody needs: of headers, of addresses, of bodies that unpack to more than they weigh.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use rustix::process::Signal;

use super::client::{connect, hears, memory, owner, says, serves_others, statuses, tells, text};
use crate::support::{Folder, Server};

#[test]
fn what_is_too_large_is_refused_at_little_cost() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let (before, _) = memory(&server);
    heads(&server);
    bodies(&server);
    compressed_bodies(&server);
    let (_, most) = memory(&server);
    assert!(most < before + 200, "{before} MB became {most} MB");
    serves_others(&server);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

/// The answer may get lost, where the server hangs up before it has read everything; more than it is never told.
fn is_only(answer: &str, wanted: u16) {
    let all = statuses(answer);
    assert!(all.is_empty() || all == [wanted], "{wanted}: {answer}");
}

fn heads(server: &Server) {
    let limits = "GET /api/v1/metadata/limits HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let padded = |size: usize| format!("X: {}\r\n", "x".repeat(size));
    assert_eq!(
        statuses(&tells(server, format!("{limits}{}\r\n", padded(60_000)))),
        [200]
    );
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a".repeat(40_000)
    );
    assert_eq!(statuses(&tells(server, long)), [414]);
    let longer = format!(
        "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a".repeat(60_000)
    );
    assert_eq!(statuses(&tells(server, longer)), [414]);
    let many = |count: usize| {
        (0..count)
            .map(|n| format!("X{n}: y\r\n"))
            .collect::<String>()
    };
    assert_eq!(
        statuses(&tells(server, format!("{limits}{}\r\n", many(90)))),
        [200]
    );
    assert_eq!(
        statuses(&tells(server, format!("{limits}{}\r\n", many(200)))),
        [431]
    );
    is_only(
        &tells(server, format!("{limits}{}\r\n", padded(1_000_000))),
        431,
    );
    is_only(
        &tells(server, format!("{limits}{}\r\n", many(100_000))),
        431,
    );
    let name = format!("{limits}{}: y\r\n\r\n", "x".repeat(100_000));
    let answer = tells(server, name);
    assert!(
        matches!(statuses(&answer)[..], [] | [400 | 431]),
        "{answer}"
    );
    let method = format!(
        "{} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "M".repeat(1_000_000)
    );
    let answer = tells(server, method);
    assert!(!statuses(&answer).contains(&200), "{answer}");
    // Without an end there is none: the server stops listening.
    let mut stream = connect(server);
    says(&mut stream, limits.as_bytes());
    for _ in 0..2_000 {
        if stream.write_all(padded(10_000).as_bytes()).is_err() {
            break;
        }
    }
    is_only(&text(&hears(&mut stream)), 431);
}

fn bodies(server: &Server) {
    let (token, _) = owner(server);
    let start = format!(
        "POST /api/v1/serviceowner/dialogs HTTP/1.1\r\nHost: localhost\r\n{token}\r\nContent-Type: application/json\r\nConnection: close\r\n"
    );
    // It is refused for what it announces, before it is sent.
    let announced = format!("{start}Content-Length: 20000001\r\n\r\n");
    assert_eq!(statuses(&tells(server, announced)), [413]);
    let endless = format!("{start}Transfer-Encoding: chunked\r\n\r\n");
    let mut stream = connect(server);
    says(&mut stream, endless.as_bytes());
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..2_000 {
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    is_only(&text(&hears(&mut stream)), 413);
    // Chunks of one byte weigh more than what is in them.
    let mut stream = connect(server);
    let small = "1;extension=\"of some length\"\r\n \r\n".repeat(200_000);
    says(&mut stream, format!("{endless}{small}0\r\n\r\n").as_bytes());
    is_only(&text(&hears(&mut stream)), 400);
    // Nobody who is not known is listened to.
    let unknown = start.replace(&format!("{token}\r\n"), "");
    let announced = format!("{unknown}Content-Length: 20000000\r\n\r\n");
    assert_eq!(statuses(&tells(server, announced)), [401]);
}

/// Compressed bodies are not unpacked: they are JSON that cannot be read.
fn compressed_bodies(server: &Server) {
    let (token, dialog) = owner(server);
    let dialogs = "POST /api/v1/serviceowner/dialogs";
    let packed = |bytes: &[u8]| {
        let mut writer = GzEncoder::new(Vec::new(), Compression::best());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    };
    let bomb = packed(&vec![b' '; 50_000_000]);
    let twice = packed(&bomb);
    assert!(bomb.len() < 1_000_000 && twice.len() < bomb.len() / 10);
    let honest = packed(dialog.as_bytes());
    for coding in [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "gzip, gzip",
        "identity, gzip",
        "x",
    ] {
        for body in [&bomb, &twice, &honest] {
            let mut request = format!(
                "{dialogs} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{token}\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
            .into_bytes();
            request.extend_from_slice(body);
            let answer = tells(server, request);
            assert_eq!(statuses(&answer), [400], "{coding}: {answer}");
        }
    }
    // A coding of the transfer is none that is known.
    let request = format!(
        "{dialogs} HTTP/1.1\r\nHost: localhost\r\n{token}\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    );
    assert_eq!(statuses(&tells(server, request)), [400]);
}
