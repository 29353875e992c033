//! Many connections at once.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::client::{memory, serves_others, statuses};
use crate::support::{Folder, Server};

/// As many descriptors as this process can get.
fn descriptors() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, all).unwrap();
    usize::try_from(maximum.unwrap_or(1_000_000)).unwrap()
}

/// So many connections, every second of which says nothing, while the others ask something and stay.
async fn crowd(server: &Server, count: usize) -> Vec<TcpStream> {
    let mut all = Vec::with_capacity(count);
    for n in 0..count {
        let mut stream = TcpStream::connect(&server.address).await.unwrap();
        if n % 2 == 0 {
            asks(&mut stream).await.unwrap();
        }
        all.push(stream);
    }
    all
}

/// Asks something on a connection that stays open, and reads the answer: its status.
async fn asks(stream: &mut TcpStream) -> std::io::Result<u16> {
    let request = b"GET /health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    while !is_whole(&answer) {
        if stream.read_buf(&mut answer).await? == 0 {
            break;
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    Ok(statuses(&answer).first().copied().unwrap_or_default())
}

/// Whether all of an answer is there.
fn is_whole(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer).to_lowercase();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap_or("0").parse().unwrap();
    body.len() >= length
}

async fn bears(count: usize) {
    let count = count.min(descriptors() - 1_000);
    let folder = Folder::new();
    let server = Server::starts(&folder);
    serves_others(&server);
    let (before, _) = memory(&server);
    let began = Instant::now();
    let mut crowd = crowd(&server, count).await;
    serves_others(&server);
    let (now, _) = memory(&server);
    println!(
        "{count} connections in {:?}; memory {before} MB, then {now} MB",
        began.elapsed()
    );
    let allowed = 100 + u64::try_from(count).unwrap() * 32 / 1_024;
    assert!(now < before + allowed, "{before} MB became {now} MB");
    // Those who stayed are served as those who come.
    for stream in crowd.iter_mut().take(50) {
        assert_eq!(asks(stream).await.unwrap(), 200);
    }
    drop(crowd);
    serves_others(&server);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_connections_are_borne() {
    bears(500).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ten thousand descriptors and ports"]
async fn ten_thousand_connections_are_borne() {
    bears(10_000).await;
}

/// The same command with room for so many descriptors.
fn with_descriptors(command: &mut Command, count: usize) {
    let mut shell = Command::new("sh");
    let limit = format!("ulimit -n {count}; exec \"$0\" \"$@\"");
    shell.args(["-c", &limit]).arg(command.get_program());
    shell.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell.stdin(std::process::Stdio::null());
    *command = shell;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_room_is_told_so_and_those_inside_are_served() {
    let folder = Folder::new();
    let server = Server::starts_as(&folder, |command| with_descriptors(command, 400));
    // 400 descriptors are room for 200 connections.
    let mut inside = crowd(&server, 200).await;
    for _ in 0..100 {
        let mut stream = TcpStream::connect(&server.address).await.unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).await.unwrap();
        assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
        assert!(told.contains("Retry-After: 2\r\n"), "{told}");
    }
    for stream in inside.iter_mut().step_by(2) {
        assert_eq!(asks(stream).await.unwrap(), 200);
    }
    drop(inside);
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let mut stream = TcpStream::connect(&server.address).await.unwrap();
        if matches!(asks(&mut stream).await, Ok(200)) {
            break;
        }
        assert!(Instant::now() < deadline, "nobody gets in any more");
        tokio::task::yield_now().await;
    }
    serves_others(&server);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}
