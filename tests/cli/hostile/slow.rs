//! Clients that take their time, to send or to read.

use std::{
    io::Write,
    net::TcpStream,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::Signal;

use super::client::{connect, hears, memory, owner, says, serves_others, statuses, text};
use crate::support::{Folder, Server};

/// The ways to be slow.
const KINDS: usize = 7;

/// Somebody who is slow in one of the ways.
fn somebody(server: &Server, kind: usize) -> TcpStream {
    let (token, _) = owner(server);
    let mut stream = connect(server);
    let body = format!(
        "POST /api/v1/serviceowner/dialogs HTTP/1.1\r\nHost: localhost\r\n{token}\r\nContent-Type: application/json\r\n"
    );
    let document = "GET /swagger/v1/swagger.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let bytes = match kind {
        0 => String::new(),
        1 => "P".into(),
        2 => "GET / HTTP/1.1\r\nHost: localhost\r\nX".into(),
        3 => format!("{body}Content-Length: 1000000\r\n\r\n{{\"party\":"),
        4 => format!("{body}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\nfff"),
        5 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
        // Nobody reads what comes back.
        _ => document.repeat(600),
    };
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    says(&mut stream, bytes.as_bytes());
    stream
}

/// How many sockets a server has.
fn sockets(server: &Server) -> usize {
    let folder = format!("/proc/{}/fd", server.id());
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let links = files.filter_map(|file| std::fs::read_link(file.path()).ok());
    links
        .filter(|link| link.to_string_lossy().starts_with("socket:"))
        .count()
}

#[test]
fn slow_clients_hold_up_nobody_but_themselves() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let (before, _) = memory(&server);
    let slow: Vec<_> = (0..30 * KINDS)
        .map(|n| somebody(&server, n % KINDS))
        .collect();
    for _ in 0..20 {
        serves_others(&server);
    }
    let (token, body) = owner(&server);
    let created = server.answers(
        "POST /api/v1/serviceowner/dialogs",
        &[&token, "Content-Type: application/json"],
        &body,
    );
    assert_eq!(statuses(&created), [201]);
    let (_, most) = memory(&server);
    assert!(most < before + 200, "{before} MB became {most} MB");
    drop(slow);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

/// A byte a second, so that something comes all the time: the whole head, or the whole body, has its time all the same.
fn drips(server: &Server, head: &str) -> JoinHandle<String> {
    let mut stream = connect(server);
    says(&mut stream, head.as_bytes());
    let mut writer = stream.try_clone().unwrap();
    thread::spawn(move || {
        let drops = thread::spawn(move || {
            while writer.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_secs(1));
            }
        });
        let answer = text(&hears(&mut stream));
        drops.join().unwrap();
        answer
    })
}

#[test]
#[ignore = "takes three minutes"]
fn every_slow_client_is_left_in_the_end() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    serves_others(&server);
    let at_first = sockets(&server);
    let (token, _) = owner(&server);
    let head = drips(&server, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    let body = drips(
        &server,
        &format!(
            "POST /api/v1/serviceowner/dialogs HTTP/1.1\r\nHost: localhost\r\n{token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
        ),
    );
    let mut slow: Vec<_> = (0..KINDS).map(|kind| somebody(&server, kind)).collect();
    // Who is asked whether it is still there and does not answer is not.
    let unread = slow.split_off(5);
    let told: Vec<_> = slow.iter_mut().map(|slow| text(&hears(slow))).collect();
    let statuses: Vec<_> = told.iter().map(|told| statuses(told)).collect();
    let nothing: Vec<u16> = Vec::new();
    assert_eq!(statuses[..2], [nothing.clone(), nothing.clone()]);
    assert!(statuses[2].is_empty() || statuses[2] == [408], "{told:?}");
    assert_eq!(statuses[3..], [[408], [408]], "{told:?}");
    assert!(!head.join().unwrap().contains(" 200 "));
    assert_eq!(super::client::statuses(&body.join().unwrap()), [408]);
    let deadline = Instant::now() + Duration::from_mins(4);
    while sockets(&server) > at_first {
        assert!(
            Instant::now() < deadline,
            "{} sockets are left of {at_first}",
            sockets(&server)
        );
        thread::sleep(Duration::from_secs(1));
    }
    drop(unread);
    serves_others(&server);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}
