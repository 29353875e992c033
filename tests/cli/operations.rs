//! What operators do to a running server: stop it, close it, ask what it did.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use rustix::process::Signal;

use crate::support::{Folder, Server, dialogporten, run};

/// Waits until something is so.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

/// A request whose body the server is waiting for.
struct Slow {
    stream: TcpStream,
    body: String,
}

impl Slow {
    fn begins(server: &Server) -> Self {
        let token = between(&server.banner, "-H '", "'");
        let body = between(&server.banner, "-d '", "'\n").to_owned();
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let head = format!(
            "POST /api/v1/serviceowner/dialogs HTTP/1.1\r\nHost: x\r\n{token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut go = [0; 25];
        stream.read_exact(&mut go).unwrap();
        assert_eq!(&go, b"HTTP/1.1 100 Continue\r\n\r\n");
        Self { stream, body }
    }

    /// Sends the body: the whole answer.
    fn ends(mut self) -> String {
        self.stream.write_all(self.body.as_bytes()).unwrap();
        let mut start = [0; 12];
        self.stream.read_exact(&mut start).unwrap();
        String::from_utf8(start.to_vec()).unwrap()
    }
}

#[test]
fn a_server_that_is_told_to_stop_is_not_ready_but_answers_until_it_closes() {
    let folder = Folder::new();
    let delay = [("DIALOGPORTEN__HTTP__SHUTDOWN_DELAY_SECONDS", "600")];
    let server = Server::starts_with(&folder, &delay);
    let slow = Slow::begins(&server);
    server.gets(Signal::TERM);
    eventually("not ready", || {
        let status = server.status("/health/readiness");
        assert!(["200", "503"].contains(&status.as_str()), "{status}");
        status == "503"
    });
    for _ in 0..10 {
        assert_eq!(server.status("/api/v1/metadata/limits"), "200");
    }
    assert_eq!(slow.ends(), "HTTP/1.1 201");
    // Whoever does not want to wait asks again.
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

#[test]
fn a_server_that_closes_answers_what_it_was_asked_and_writes_its_counts_down() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let slow = Slow::begins(&server);
    server.gets(Signal::TERM);
    eventually("closed", || TcpStream::connect(&server.address).is_err());
    assert_eq!(slow.ends(), "HTTP/1.1 201");
    assert_eq!(server.ends(), Some(0));

    let today = chrono::DateTime::from_timestamp(
        i64::try_from(
            std::fs::metadata(folder.path())
                .unwrap()
                .modified()
                .unwrap()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap()
                .as_secs(),
        )
        .unwrap(),
        0,
    )
    .unwrap()
    .date_naive();
    // In Oslo it may be tomorrow already.
    let told: String = [today, today.succ_opt().unwrap()]
        .iter()
        .map(|day| {
            let (code, printed) = run(&mut dialogporten(
                &folder,
                &["costs", "--day", &day.to_string()],
            ));
            assert_eq!(code, 0, "{printed}");
            assert!(printed.starts_with("Miljø,Tjeneste,Admin,"), "{printed}");
            printed
        })
        .collect();
    assert!(told.contains(",Opprette dialog,Nei,"), "{told}");
}

#[test]
fn maintenance_is_switched_for_a_running_server() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let switch = |arguments: &[&str]| {
        let all = [&["maintenance"], arguments].concat();
        let (code, printed) = run(&mut dialogporten(&folder, &all));
        assert_eq!(code, 0, "{printed}");
        printed
    };
    assert_eq!(switch(&["status"]), "off\n");
    switch(&["on", "--retry-at", "2036-03-01T08:00:00Z"]);
    let limits = "/api/v1/metadata/limits";
    eventually("maintenance", || server.status(limits) == "503");
    let answer = server.answers(&format!("GET {limits}"), &[], "");
    let answer = answer.to_lowercase();
    assert!(
        answer.contains("retry-after: sat, 01 mar 2036 08:00:00 gmt"),
        "{answer}"
    );
    assert!(answer.ends_with("service unavailable"), "{answer}");
    assert_eq!(server.status("/health/liveness"), "200");
    assert!(switch(&["status"]).contains("until 2036-03-01T08:00:00"));
    switch(&["off"]);
    eventually("no maintenance", || server.status(limits) == "200");
    assert_eq!(server.status("/metrics"), "200");
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

/// A server with a configuration file tells its address in the log only.
#[test]
fn a_changed_file_is_taken_over_without_a_restart() {
    use std::io::{BufRead, BufReader};

    let folder = Folder::new();
    let file = folder.path().join("dialogporten.toml");
    let limit = |most: u32| {
        let new = folder.path().join("new.toml");
        std::fs::write(
            &new,
            format!("[limits.end_user_search]\nmax_party_filter_values = {most}\n"),
        )
        .unwrap();
        std::fs::rename(&new, &file).unwrap();
    };
    limit(7);
    let mut child = dialogporten(
        &folder,
        &["--config", "dialogporten.toml", "--listen", "127.0.0.1:0"],
    )
    .env("RUST_LOG", "info")
    .stderr(std::process::Stdio::piped())
    .spawn()
    .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"ready\"") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended");
    }
    let address = between(&line, "\"address\":\"", "\"").to_owned();
    let reader = std::thread::spawn(move || {
        let mut rest = String::new();
        log.read_to_string(&mut rest).unwrap();
        rest
    });
    let told = |most: u32| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let request =
            "GET /api/v1/metadata/limits HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.contains(&format!("\"maxPartyFilterValues\":{most},"))
    };
    assert!(told(7));
    limit(11);
    eventually("the new limit", || told(11));
    limit(0);
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, Signal::HUP).unwrap();
    // It is read, refused and told; the last good limit stays.
    assert!(told(11));
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let rest = reader.join().unwrap();
    assert!(rest.contains("the settings were read again"), "{rest}");
}

/// Reads one request, answers it, and gives its body.
fn taken(stream: &mut TcpStream) -> String {
    stream.set_nonblocking(false).unwrap();
    let mut read = Vec::new();
    let mut chunk = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = between(&format!("{head}\r\n"), "content-length: ", "\r\n").to_owned();
            if body.len() >= length.parse::<usize>().unwrap() {
                assert!(head.starts_with("post /v1/traces "), "{head}");
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                stream.write_all(answer).unwrap();
                return body.to_owned();
            }
        }
        let count = stream.read(&mut chunk).unwrap();
        assert_ne!(count, 0, "it ended in the middle");
        read.extend_from_slice(&chunk[..count]);
    }
}

#[test]
fn traces_go_to_a_collector() {
    let collector = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    collector.set_nonblocking(true).unwrap();
    let folder = Folder::new();
    let address = format!("http://{}", collector.local_addr().unwrap());
    let server = Server::starts_with(
        &folder,
        &[
            ("DIALOGPORTEN__TELEMETRY__OTLP_ENDPOINT", &address),
            ("DIALOGPORTEN__TELEMETRY__SAMPLE_PERCENT", "100"),
        ],
    );
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("traceparent: 00-{trace}-00f067aa0ba902b7-01");
    server.answers("GET /api/v1/metadata/limits", &[&parent], "");
    let mut told = String::new();
    eventually("a span", || {
        if let Ok((mut stream, _)) = collector.accept() {
            told = taken(&mut stream);
        }
        told.contains(trace)
    });
    for part in [
        "\"parentSpanId\":\"00f067aa0ba902b7\"",
        "\"name\":\"GET /api/v1/metadata/limits\"",
        "\"service.name\"",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

#[test]
fn a_request_is_one_line_with_its_route_and_nobody_can_be_recognized() {
    let folder = Folder::new();
    let log = folder.path().join("log");
    let server = Server::starts_as(&folder, |command| {
        let file = std::fs::File::create(&log).unwrap();
        command.env("RUST_LOG", "dialogporten=trace").stderr(file);
    });
    let (owner, person) = server.banner.split_once("as a person").unwrap();
    let (owner, body) = (between(owner, "-H '", "'"), between(owner, "-d '", "'\n"));
    let party = between(person, "party=", "'").to_owned();
    let number = party.rsplit(':').next().unwrap();
    let person = between(person, "-H '", "'");

    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("traceparent: 00-{trace}-00f067aa0ba902b7-01");
    let json = "Content-Type: application/json";
    let dialogs = "/api/v1/serviceowner/dialogs";
    server.answers(&format!("POST {dialogs}"), &[owner, json], body);
    server.answers(
        &format!("POST {dialogs}"),
        &[owner, json],
        "{\"party\":\"x\"}",
    );
    server.answers(&format!("GET {dialogs}?endUserId={party}"), &[owner], "");
    let search = format!("GET /api/v1/enduser/dialogs?party={party}");
    server.answers(&search, &[person, &parent], "");
    server.answers(&search, &[], "");
    server.answers(&format!("GET /{number}"), &[], "");
    server.answers(
        &format!("GET /api/v1/enduser/dialogs/{number}"),
        &[person],
        "",
    );
    assert_eq!(server.ends_on(Signal::TERM), Some(0));

    let written = std::fs::read_to_string(log).unwrap();
    let lines: Vec<serde_json::Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_trace: Vec<_> = lines
        .iter()
        .filter(|line| line["target"] == "dialogporten::request" && line["trace"] == trace)
        .collect();
    let [line] = of_trace[..] else {
        panic!("{of_trace:?}")
    };
    assert_eq!(line["route"], "/api/v1/enduser/dialogs");
    assert_eq!(
        (line["method"].as_str(), line["status"].as_u64()),
        (Some("GET"), Some(200))
    );
    assert!(line["milliseconds"].is_number());
    for status in [201, 400, 401, 404] {
        assert!(
            lines.iter().any(|line| line["status"] == status),
            "{status}"
        );
    }
    for private in [number, "Bearer", "En dialog"] {
        assert!(!written.contains(private), "{private}: {written}");
    }
}
