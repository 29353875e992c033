//! Clients that write what they like, byte by byte.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::support::{Server, between};

/// Longer than anything here may take, so that a server that hangs is a failure and not a wait.
pub const PATIENCE: Duration = Duration::from_mins(3);

/// A connection of one's own.
pub fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Writes all that there is to say, as far as the server listens.
pub fn says(stream: &mut TcpStream, bytes: &[u8]) {
    // Who is refused early may not be able to finish.
    let _ = stream.write_all(bytes);
}

/// All that the server says until it hangs up; waiting in vain is a failure.
pub fn hears(stream: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!("it does not hang up; it said {}", text(&heard))
        }
        // What the server did not read makes the system reset the connection.
        Ok(_) | Err(_) => heard,
    }
}

/// What comes back to these bytes, until the server hangs up; let the last request ask it to.
pub fn tells(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = connect(server);
    says(&mut stream, bytes.as_ref());
    text(&hears(&mut stream))
}

/// Bytes as they can be shown.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The statuses of all answers in a text, in order.
pub fn statuses(answers: &str) -> Vec<u16> {
    let lines = answers.split("HTTP/1.1 ").skip(1);
    lines
        .filter_map(|rest| rest.get(..3)?.parse().ok())
        .collect()
}

/// Demands that somebody who means well is served, now.
pub fn serves_others(server: &Server) {
    assert_eq!(server.status("/health/readiness"), "200");
    assert_eq!(server.status("/api/v1/metadata/limits"), "200");
}

/// The header of the owner's token that the server has printed, and the body of a dialog.
pub fn owner(server: &Server) -> (String, String) {
    (
        between(&server.banner, "-H '", "'").to_owned(),
        between(&server.banner, "-d '", "'\n").to_owned(),
    )
}

/// Megabytes of memory that a process holds now, and has held at most.
pub fn memory(server: &Server) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kilobytes / 1_024
    };
    (of("VmRSS:"), of("VmHWM:"))
}
