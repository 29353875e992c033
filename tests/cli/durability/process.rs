//! Servers as processes, with any database.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::{Arc, Mutex},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Folder, between, dialogporten, run};

/// A server, and the problems that it logs.
pub struct Process {
    child: Child,
    pub address: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts one and waits until it is ready.
    pub fn starts(folder: &Folder, settings: &[(String, String)]) -> Self {
        let mut child = dialogporten(folder, &["--listen", "127.0.0.1:0"])
            .env("RUST_LOG", "warn,dialogporten::cli::serve=info")
            .env("DIALOGPORTEN__LOG__FORMAT", "json")
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut before = Vec::new();
        let ready = loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("it ended: {before:?}"))
                .unwrap();
            if line.contains("\"ready\"") {
                break line;
            }
            before.push(line);
        };
        let address = between(&ready, "\"address\":\"", "\"").to_owned();
        let log = Arc::new(Mutex::new(before));
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            address,
            log,
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without a word.
    pub fn dies(mut self) {
        self.gets(Signal::KILL);
        assert_eq!(self.child.wait().unwrap().code(), None);
    }

    /// Ends it in order.
    pub fn stops(mut self) {
        self.gets(Signal::TERM);
        assert_eq!(
            self.child.wait().unwrap().code(),
            Some(0),
            "{:?}",
            self.log.lock()
        );
    }

    fn gets(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.unwrap(), signal).unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Only when the test failed before it ended the server.
        if matches!(self.child.try_wait(), Ok(None)) {
            self.gets(Signal::TERM);
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("{}:\n{}", self.address, self.log.lock().unwrap().join("\n"));
        }
    }
}

/// A token of the service owner, which all servers of the folder accept.
pub fn token(folder: &Folder) -> String {
    token_of(folder, &["service-owner"])
}

/// A token of somebody.
pub fn token_of(folder: &Folder, holder: &[&str]) -> String {
    let arguments = [&["token"], holder, &["--ttl", "8h"]].concat();
    let (code, printed) = run(&mut dialogporten(folder, &arguments));
    assert_eq!(code, 0, "{printed}");
    printed.trim().to_owned()
}
