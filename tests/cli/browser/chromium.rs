//! Chromium and its `DevTools` protocol, over two pipes: JSON messages, each with a zero byte at its end.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::Folder;

/// How long an answer may take on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long it may take to put its things in order at the end.
const FAREWELL: Duration = Duration::from_secs(10);

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser. It ends with the test.
pub struct Chromium {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    last: u64,
    /// The tab that calls are for; none is the browser itself.
    pub session: Option<String>,
    /// What it told without being asked, since this was last taken.
    pub events: Vec<Value>,
    _profile: Folder,
}

impl Chromium {
    /// Starts it; `None` where there is none and none is required.
    pub fn starts() -> Option<Self> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os("CHROMIUM_REQUIRED").is_none(),
                "Chromium is not installed"
            );
            // Past the capture of what passing tests print.
            let _ = std::io::stderr()
                .write_all(b"\nSKIPPED: a test of the pages, because Chromium is not installed\n");
            return None;
        };
        let profile = Folder::new();
        let mut command = Command::new("sh");
        // It reads from descriptor 3 and writes to 4.
        command
            .args([
                "-c",
                "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1",
                "sh",
            ])
            .arg(program)
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-gpu",
                "--disable-dev-shm-usage",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()));
        if rustix::process::getuid().is_root() {
            // Its sandbox is not for root, as whom containers run tests.
            command.arg("--no-sandbox");
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let (sender, from) = channel();
        thread::spawn(move || {
            let mut message = Vec::new();
            while reader
                .read_until(0, &mut message)
                .is_ok_and(|read| read > 0)
            {
                let text = message.strip_suffix(&[0]).unwrap_or(&message);
                if serde_json::from_slice(text).is_ok_and(|told: Value| sender.send(told).is_err())
                {
                    return;
                }
                message.clear();
            }
        });
        Some(Self {
            child,
            to,
            from,
            last: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        })
    }

    /// Asks for something that cannot fail and waits for the answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.asks(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Asks for something and waits for the answer, or the reason why there is none.
    pub fn asks(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.sends(method, params);
        loop {
            let told = self.from.recv_timeout(PATIENCE);
            let mut told = told.unwrap_or_else(|error| panic!("{method}: {error}"));
            if told["id"] != self.last {
                self.events.push(told);
                continue;
            }
            return match told.get_mut("error") {
                Some(error) => Err(error.take()),
                None => Ok(told["result"].take()),
            };
        }
    }

    fn sends(&mut self, method: &str, params: Value) {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        // A browser that has ended is told by the answer that does not come.
        let _ = self.to.write_all(&text);
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.session = None;
        self.sends("Browser.close", json!({}));
        let start = Instant::now();
        while start.elapsed() < FAREWELL && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}
