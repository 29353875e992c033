//! Starting the binary and waiting for what it says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// A directory that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(dialogporten::dialog::id::random().to_string());
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The database may be elsewhere, when the directory is closed to its user.
        if let Ok(database) = self.0.join(".dialogporten/postgres").canonicalize() {
            let _ = std::fs::remove_dir_all(database);
        }
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The binary in a folder, with nothing of our environment that would configure it.
pub fn dialogporten(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dialogporten"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DIALOGPORTEN__") {
            command.env_remove(name);
        }
    }
    command
        .env_remove("DATABASE_URL")
        .env("RUST_LOG", "warn")
        .current_dir(folder.path())
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end: its exit code, and all it printed.
pub fn run(command: &mut Command) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let printed = [stdout, stderr].concat();
    (
        status.code().unwrap_or(-1),
        String::from_utf8(printed).unwrap(),
    )
}

/// A server in local mode on a free port.
pub struct Server {
    child: Child,
    /// What it has not printed yet; kept, so that it can print.
    rest: BufReader<ChildStdout>,
    /// What it printed until it was ready.
    pub banner: String,
    /// The address that it told.
    pub address: String,
}

impl Server {
    /// Starts it and waits until it says that it is ready.
    pub fn starts(folder: &Folder) -> Self {
        Self::starts_with(folder, &[])
    }

    /// The same with settings in its environment.
    pub fn starts_with(folder: &Folder, settings: &[(&str, &str)]) -> Self {
        Self::starts_as(folder, |command| {
            command.envs(settings.iter().copied());
        })
    }

    /// The same with anything changed.
    pub fn starts_as(folder: &Folder, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = dialogporten(folder, &["--listen", "127.0.0.1:0"]);
        change(&mut command);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut rest = BufReader::new(child.stdout.take().unwrap());
        let mut banner = String::new();
        while !banner.contains("Ctrl-C") {
            assert_ne!(
                rest.read_line(&mut banner).unwrap(),
                0,
                "it ended: {banner}"
            );
        }
        let told = banner.split("http://").nth(1).unwrap();
        let address = told.split_whitespace().next().unwrap().to_owned();
        Self {
            child,
            rest,
            banner,
            address,
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The status of the answer to a GET.
    pub fn status(&self, target: &str) -> String {
        let answer = self.answers(&format!("GET {target}"), &[], "");
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }

    /// Sends a request and reads the whole answer, head and body.
    pub fn answers(&self, request: &str, headers: &[&str], body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers: String = headers
            .iter()
            .map(|header| format!("{header}\r\n"))
            .collect();
        let length = body.len();
        let request = format!(
            "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Sends a signal.
    pub fn gets(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Sends a signal and waits for the end: the exit code, if it was not the signal that ended it.
    pub fn ends_on(self, signal: Signal) -> Option<i32> {
        self.gets(signal);
        self.ends()
    }

    /// Waits for the end: the exit code, if it was not a signal that ended it.
    pub fn ends(mut self) -> Option<i32> {
        self.rest.read_to_end(&mut Vec::new()).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only when the test failed before it ended the server.
        if matches!(self.child.try_wait(), Ok(None)) {
            let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
            let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
            let _ = self.child.wait();
        }
    }
}

/// The text between two others.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

/// Megabytes of memory that a process has held at most.
pub fn peak_megabytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1_024
}
