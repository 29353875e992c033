//! HTTP/2 (RFC 9113) as no library speaks it.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use rustix::process::Signal;

use super::client::{PATIENCE, connect, hears, memory, owner, serves_others};
use crate::support::{Folder, Server};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

/// What ends a request, one way or the other.
const ANSWERS: &[u8] = &[HEADERS, RST_STREAM, GOAWAY];

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A text in HPACK (RFC 7541, section 5.2), not compressed.
fn literal(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.len();
    if rest < 127 {
        bytes.push(u8::try_from(rest).unwrap());
    } else {
        bytes.push(127);
        rest -= 127;
        while rest >= 128 {
            bytes.push(u8::try_from(rest % 128).unwrap() | 128);
            rest /= 128;
        }
        bytes.push(u8::try_from(rest).unwrap());
    }
    bytes.extend(text.as_bytes());
    bytes
}

/// A header block: method (2: GET, 3: POST), path and more.
fn block(method: u8, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    // Method and scheme from the static table, authority and path by name from there.
    let mut block = vec![0x80 | method, 0x86, 1];
    block.extend(literal("localhost"));
    block.push(4);
    block.extend(literal(path));
    for (name, value) in headers {
        block.push(0);
        block.extend(literal(name));
        block.extend(literal(value));
    }
    block
}

/// A connection that has begun.
fn begins(server: &Server) -> TcpStream {
    let mut stream = connect(server);
    let start = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
    stream.write_all(&start).unwrap();
    stream
}

/// The frames in what was heard: kind, flags, stream, payload.
fn frames(mut heard: &[u8]) -> Vec<Frame> {
    let mut found = Vec::new();
    while let [a, b, c, kind, flags, rest @ ..] = heard {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        let Some((stream, rest)) = rest.split_at_checked(4) else {
            break;
        };
        let stream = u32::from_be_bytes(stream.try_into().unwrap());
        let Some((payload, rest)) = rest.split_at_checked(length) else {
            break;
        };
        found.push((*kind, *flags, stream, payload.to_vec()));
        heard = rest;
    }
    found
}

/// A frame: kind, flags, stream, payload.
type Frame = (u8, u8, u32, Vec<u8>);

/// Writes until the server does not take any more, and hears what it says meanwhile and afterwards, until that is `enough`
/// or the server hangs up: whether all could be written, and the frames that came.
fn floods(
    mut stream: TcpStream,
    bytes: impl Iterator<Item = Vec<u8>>,
    enough: impl Fn(&[Frame]) -> bool,
) -> (bool, Vec<Frame>) {
    let mut reader = stream.try_clone().unwrap();
    let (tell, told) = mpsc::channel();
    let listener = thread::spawn(move || {
        let mut chunk = vec![0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut chunk) {
            if tell.send(chunk[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let wrote_all = { bytes }.all(|bytes| stream.write_all(&bytes).is_ok());
    let mut heard = Vec::new();
    while !enough(&frames(&heard)) {
        match told.recv_timeout(PATIENCE) {
            Ok(more) => heard.extend(more),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("it says no more than {:?}", frames(&heard)),
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
    drop(told);
    listener.join().unwrap();
    (wrote_all, frames(&heard))
}

/// Whether there is a frame of one of these kinds.
fn has(kinds: &[u8]) -> impl Fn(&[Frame]) -> bool {
    move |frames| frames.iter().any(|(kind, ..)| kinds.contains(kind))
}

/// The code with which the server said goodbye.
fn goodbye(frames: &[Frame]) -> Option<u32> {
    let (_, _, _, payload) = frames.iter().find(|(kind, ..)| *kind == GOAWAY)?;
    Some(u32::from_be_bytes(payload.get(4..8)?.try_into().unwrap()))
}

/// Whether a request was answered with 200: `:status: 200` stands in the static table.
fn is_answered(frames: &[Frame]) -> bool {
    let is = |(kind, _, _, payload): &Frame| *kind == HEADERS && payload.first() == Some(&0x88);
    frames.iter().any(is)
}

#[test]
fn floods_of_http_2_are_dammed() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    well_meant(&server);
    let (before, _) = memory(&server);
    rapid_reset(&server);
    serves_others(&server);
    endless_headers(&server);
    serves_others(&server);
    headers_that_unpack(&server);
    serves_others(&server);
    too_many_at_once(&server);
    serves_others(&server);
    questions_without_listening(&server);
    serves_others(&server);
    nonsense(&server);
    serves_others(&server);
    well_meant(&server);
    let (_, most) = memory(&server);
    assert!(most < before + 200, "{before} MB became {most} MB");
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

fn well_meant(server: &Server) {
    let request = block(2, "/api/v1/metadata/limits", &[]);
    let request = frame(HEADERS, END_STREAM | END_HEADERS, 1, &request);
    let is_whole = |frames: &[Frame]| {
        let ends = |(kind, flags, ..): &Frame| *kind == DATA && flags & END_STREAM != 0;
        frames.iter().any(ends)
    };
    let (_, frames) = floods(begins(server), std::iter::once(request), is_whole);
    assert!(is_answered(&frames), "{frames:?}");
    assert!(is_whole(&frames), "{frames:?}");
}

/// CVE-2023-44487: requests that are taken back at once, however many.
fn rapid_reset(server: &Server) {
    let request = block(2, "/api/v1/metadata/limits", &[]);
    let pairs = (0..20_000_u32).map(|n| {
        let stream = 2 * n + 1;
        let mut pair = frame(HEADERS, END_STREAM | END_HEADERS, stream, &request);
        pair.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
        pair
    });
    floods(begins(server), pairs, |_| true);
}

/// CVE-2024-27316 and its like: a header block without an end.
fn endless_headers(server: &Server) {
    let first = frame(HEADERS, END_STREAM, 1, &block(2, "/", &[]));
    for part in [Vec::new(), vec![0x82; 16_000], {
        let mut part = vec![0];
        part.extend(literal("x"));
        part.extend(literal(&"y".repeat(16_000)));
        part
    }] {
        let more = (0..20_000).map(|_| frame(CONTINUATION, 0, 1, &part));
        let all = std::iter::once(first.clone()).chain(more);
        // It says goodbye or hangs up; anything else would be waited for in vain.
        let (_, frames) = floods(begins(server), all, has(&[GOAWAY]));
        assert!(!frames.iter().any(|(kind, ..)| *kind == DATA));
    }
}

/// A header that is sent once and meant ten thousand times (RFC 7541, section 7.3).
fn headers_that_unpack(server: &Server) {
    let mut packed = block(2, "/api/v1/metadata/limits", &[]);
    // Into the dynamic table, and from there (its first place is 62) again and again.
    packed.push(0x40);
    packed.extend(literal("x-large"));
    packed.extend(literal(&"y".repeat(3_900)));
    packed.extend(vec![0xbe; 10_000]);
    let request = frame(HEADERS, END_STREAM | END_HEADERS, 1, &packed);
    let (_, frames) = floods(begins(server), std::iter::once(request), has(ANSWERS));
    assert!(!is_answered(&frames), "{frames:?}");
}

/// Requests that wait for bodies, more than one connection may have.
fn too_many_at_once(server: &Server) {
    let (token, _) = owner(server);
    let token = token.trim_start_matches("Authorization: ");
    let headers = [
        ("authorization", token),
        ("content-type", "application/json"),
    ];
    let request = block(3, "/api/v1/serviceowner/dialogs", &headers);
    let requests = (0..1_000_u32).map(|n| frame(HEADERS, END_HEADERS, 2 * n + 1, &request));
    let (_, frames) = floods(begins(server), requests, has(&[RST_STREAM, GOAWAY]));
    let refused = frames
        .iter()
        .filter(|(kind, _, _, payload)| *kind == RST_STREAM && payload[..] == 7_u32.to_be_bytes())
        .count();
    assert!(
        refused > 0 || goodbye(&frames).is_some_and(|code| code != 0),
        "{frames:?}"
    );
}

/// Pings, settings and the like ask for answers; who does not read them is not read.
fn questions_without_listening(server: &Server) {
    for question in [
        frame(PING, 0, 0, &[0; 8]),
        frame(SETTINGS, 0, 0, &[]),
        frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 1]),
        frame(WINDOW_UPDATE, 0, 0, &1_u32.to_be_bytes()),
        frame(DATA, 0, 1, &[]),
        frame(0x77, 0xff, 0, &[0; 100]),
    ] {
        let mut stream = begins(server);
        stream
            .set_write_timeout(Some(Duration::from_secs(2)))
            .unwrap();
        let many = question.repeat(1_000);
        for _ in 0..200 {
            if stream.write_all(&many).is_err() {
                break;
            }
        }
    }
}

fn nonsense(server: &Server) {
    let get = block(2, "/", &[]);
    for bytes in [
        // A frame larger than any may be, one of no stream, one of an even one, one that goes back.
        frame(HEADERS, END_HEADERS, 1, &vec![0x82; 100_000]),
        frame(HEADERS, END_HEADERS | END_STREAM, 0, &get),
        frame(HEADERS, END_HEADERS | END_STREAM, 2, &get),
        frame(DATA, 0, 0, b"x"),
        frame(CONTINUATION, END_HEADERS, 1, &get),
        frame(WINDOW_UPDATE, 0, 0, &0_u32.to_be_bytes()),
        frame(WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes()),
        frame(SETTINGS, 0, 0, &[0; 5]),
        frame(PING, 0, 0, &[0; 7]),
        frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0xff; 40]),
        vec![0xff; 1_000],
    ] {
        let mut stream = begins(server);
        let _ = stream.write_all(&bytes);
        let heard = frames(&hears(&mut stream));
        assert!(goodbye(&heard).is_none_or(|code| code != 0), "{heard:?}");
        assert!(!heard.iter().any(|(kind, ..)| *kind == DATA), "{heard:?}");
    }
    // Names that only the protocol itself may use, or that it does not have.
    for headers in [
        &[(":path", "/api/v1/metadata/limits")][..],
        &[("connection", "close")],
        &[("transfer-encoding", "chunked")],
        &[("X", "upper case")],
        &[("x", "a\r\nb")],
        &[("x", "a\0b")],
        &[("content-length", "5")],
    ] {
        let request = block(2, "/api/v1/metadata/limits", headers);
        let request = frame(HEADERS, END_HEADERS | END_STREAM, 1, &request);
        let (_, frames) = floods(begins(server), std::iter::once(request), has(ANSWERS));
        assert!(!is_answered(&frames), "{headers:?}: {frames:?}");
    }
}
