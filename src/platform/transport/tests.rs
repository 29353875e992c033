use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use axum::{
    http::header::LOCATION,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{join_all, pending};
use reqwest::{Method, StatusCode};
use tokio::sync::Semaphore;
use tracing_subscriber::prelude::*;

use super::*;
use crate::{
    config::Mode,
    platform::testing::{Seen, Site, broken, endless, hangs_up, jwk, status},
    telemetry::trace::TraceParent,
};

fn settings(url: &str) -> (config::Platform, config::Events) {
    let platform = config::Platform {
        mode: Mode::Altinn,
        base_uri: url.to_owned(),
        cdn_base_uri: url.to_owned(),
        retry_after_milliseconds: 1,
        ..config::Platform::default()
    };
    let events = config::Events {
        sink: Sink::Altinn,
        base_uri: url.to_owned(),
        ..config::Events::default()
    };
    (platform, events)
}

fn clock() -> Clock {
    Clock::stopped_at(Clock::system().now())
}

fn platform(url: &str) -> Platform {
    platform_with(url, |_| {})
}

fn platform_with(url: &str, change: impl Fn(&mut Manner)) -> Platform {
    let (platform, events) = settings(url);
    Platform::with(&platform, &events, clock(), |system| {
        let mut manner = system.manner();
        change(&mut manner);
        manner
    })
    .unwrap()
}

fn get(path: &str) -> Call<'_> {
    Call {
        operation: "test",
        method: Method::GET,
        path,
        body: None,
        accept_language: None,
        limit: 100,
    }
}

async fn asks(platform: &Platform, system: System) -> Result<Bytes, String> {
    let answer = platform.call(system, get("x")).await;
    answer.map_err(|failed| failed.to_string())
}

#[tokio::test]
async fn each_system_gets_what_it_wants_and_no_more() {
    let site = Site::empty().await;
    let (mut settings, events) = settings(&site.url);
    settings.subscription_key = "the-key".to_owned().into();
    let platform = Platform::open(&settings, &events, clock()).unwrap();
    for system in System::ALL {
        let call = Call {
            method: Method::POST,
            body: Some(("text/plain", b"hello".to_vec())),
            accept_language: Some("nn"),
            ..get("a/b?c=d")
        };
        assert_eq!(platform.call(system, call).await.unwrap(), "{}");
    }
    let wants_key = [
        System::DecisionPoint,
        System::AccessManagement,
        System::Register,
    ];
    for (seen, system) in site.seen().iter().zip(System::ALL) {
        assert_eq!(seen.method, Method::POST);
        assert_eq!(seen.uri, "/a/b?c=d");
        assert_eq!(seen.body, "hello");
        assert_eq!(seen.header("content-type"), Some("text/plain"));
        assert_eq!(seen.header("accept-language"), Some("nn"));
        let key = wants_key.contains(&system).then_some("the-key");
        assert_eq!(seen.header(KEY), key, "{system:?}");
        assert_eq!(seen.header("authorization"), None, "no token is configured");
    }
}

#[tokio::test]
async fn calls_belong_to_the_trace_of_the_request() {
    let site = Site::empty().await;
    let platform = platform(&site.url);
    let trace = TraceParent::of(&reqwest::header::HeaderMap::new());
    let call = asks(&platform, System::Register);
    trace.clone().around(call).await.unwrap();
    asks(&platform, System::Register).await.unwrap();
    let seen = site.seen();
    let sent = seen[0].header("traceparent").unwrap();
    assert!(sent.contains(trace.trace()) && sent != trace.to_string());
    assert_eq!(seen[0].headers.get_all("traceparent").iter().count(), 1);
    assert_eq!(seen[1].header("traceparent"), None);
}

#[tokio::test]
async fn what_is_transient_is_asked_again_up_to_three_times() {
    for code in [408, 500, 502, 503, 504] {
        let site = Site::start(move |seen: Seen| async move {
            match seen.number {
                0..3 => status(code),
                _ => "good".into_response(),
            }
        })
        .await;
        let answer = asks(&platform(&site.url), System::DecisionPoint).await;
        assert_eq!(answer.unwrap(), "good", "{code}");
        let site = Site::start(move |_| async move { status(code) }).await;
        let answer = asks(&platform(&site.url), System::DecisionPoint).await;
        assert!(answer.unwrap_err().starts_with("the answer was"));
        assert_eq!(site.seen().len(), 4, "{code}");
    }
    let site = Site::start(async |seen: Seen| match seen.number {
        0 => broken(),
        _ => "good".into_response(),
    })
    .await;
    let answer = asks(&platform(&site.url), System::DecisionPoint).await;
    assert_eq!(answer.unwrap(), "good", "after an answer that broke off");
}

#[tokio::test]
async fn everything_else_is_final() {
    for (code, system) in [300, 302, 400, 401, 403, 404, 409, 429]
        .map(|code| (code, System::AccessManagement))
        .into_iter()
        // A queue stands behind events already.
        .chain([(503, System::Events)])
    {
        let site = Site::start(move |_| async move { status(code) }).await;
        let failed = platform(&site.url).call(system, get("x")).await;
        let expected = StatusCode::from_u16(code).unwrap();
        assert!(matches!(failed, Err(Failed::Status(is)) if is == expected));
        assert_eq!(site.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed_and_long_answers_not_read() {
    let site = Site::start(async |seen: Seen| -> Response {
        match seen.uri.path() {
            "/moved" => (StatusCode::FOUND, [(LOCATION, "/good")]).into_response(),
            "/long" => "x".repeat(101).into_response(),
            _ => "x".repeat(100).into_response(),
        }
    })
    .await;
    let platform = platform(&site.url);
    let ask = async |path| platform.call(System::Metadata, get(path)).await;
    assert!(matches!(
        ask("moved").await,
        Err(Failed::Status(StatusCode::FOUND))
    ));
    assert!(matches!(ask("long").await, Err(Failed::TooLong(100))));
    assert_eq!(ask("good").await.unwrap().len(), 100);
    assert_eq!(site.seen().len(), 3);
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    for body_begins in [false, true] {
        let site = Site::start(move |_| async move {
            if body_begins {
                endless()
            } else {
                pending().await
            }
        })
        .await;
        let soon = Duration::from_millis(50);
        let platform = platform_with(&site.url, |manner| manner.hard = soon);
        let failed = asks(&platform, System::Register).await.unwrap_err();
        assert_eq!(failed, "no answer: not in time");
        assert!(site.seen().len() <= 1);
    }
}

#[tokio::test]
async fn the_deadline_holds_for_all_attempts_together() {
    let site = Site::start(async |_| status(503)).await;
    let (mut settings, events) = settings(&site.url);
    (
        settings.longest_call_seconds,
        settings.retry_after_milliseconds,
    ) = (1, 10_000);
    let platform = Platform::open(&settings, &events, clock()).unwrap();
    assert!(asks(&platform, System::AccessManagement).await.is_err());
    assert_eq!(site.seen().len(), 1, "there is no time for another attempt");
}

#[tokio::test]
async fn who_hangs_up_or_is_not_there_has_not_answered() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    for url in [url, hangs_up().await] {
        let failed = platform(&url)
            .call(System::Register, get("secret?p=1"))
            .await;
        let failed = failed.unwrap_err();
        assert!(matches!(failed, Failed::Transport(_)), "{failed}");
        assert!(!failed.to_string().contains("secret"), "{failed}");
    }
}

#[tokio::test]
async fn a_system_that_fails_a_lot_is_not_asked_four_times_as_much() {
    // No call fails before the end, so the breaker has nothing to say.
    let site = Site::start(async |seen: Seen| match seen.number {
        number if number % 2 == 1 => status(503),
        _ => "good".into_response(),
    })
    .await;
    let (settings, events) = settings(&site.url);
    let clock = clock();
    let platform = Platform::open(&settings, &events, clock.clone()).unwrap();
    // The first needs none. Twenty are saved up, and each call earns a fifth.
    for call in 0..25 {
        let answer = asks(&platform, System::DecisionPoint).await;
        assert!(answer.is_ok(), "{call}");
    }
    assert!(asks(&platform, System::DecisionPoint).await.is_err());
    assert_eq!(site.seen().len(), 50);
    // The next one finds the system well; the one after that needs to come back.
    assert!(asks(&platform, System::DecisionPoint).await.is_ok());
    clock.advance(chrono::Duration::seconds(1));
    assert!(asks(&platform, System::DecisionPoint).await.is_ok());
    assert_eq!(site.seen().len(), 53);
}

#[tokio::test]
async fn a_system_that_mostly_fails_is_left_alone_and_then_tried() {
    let is_down = Arc::new(AtomicBool::new(true));
    let site = Site::start({
        let is_down = is_down.clone();
        move |_| {
            let is_down = is_down.load(Ordering::SeqCst);
            async move {
                if is_down {
                    status(503)
                } else {
                    "good".into_response()
                }
            }
        }
    })
    .await;
    let (settings, events) = settings(&site.url);
    let clock = clock();
    let platform = Platform::open(&settings, &events, clock.clone()).unwrap();
    let open = "not asked: the system has failed too often and is left alone for a while";
    let mut failures = Vec::new();
    while failures.last().is_none_or(|last| last != open) {
        failures.push(asks(&platform, System::Register).await.unwrap_err());
    }
    assert_eq!(failures.len(), 21, "twenty calls, however many attempts");
    let seen = site.seen().len();
    clock.advance(chrono::Duration::seconds(5));
    assert!(asks(&platform, System::Register).await.is_err());
    assert_eq!(site.seen().len(), seen + 1, "one attempt, not four");
    is_down.store(false, Ordering::SeqCst);
    clock.advance(chrono::Duration::seconds(10));
    assert!(asks(&platform, System::Register).await.is_ok());
    assert!(asks(&platform, System::Register).await.is_ok());
}

#[tokio::test]
async fn a_system_that_cannot_answer_some_questions_is_asked_others() {
    for code in [400, 403, 404, 500, 501] {
        let site = Site::start(move |_| async move { status(code) }).await;
        let platform = platform(&site.url);
        for _ in 0..30 {
            let failed = platform.call(System::DecisionPoint, get("x")).await;
            assert!(matches!(failed, Err(Failed::Status(_))), "{code}");
        }
    }
    for code in [408, 429, 502, 503, 504] {
        let site = Site::start(move |_| async move { status(code) }).await;
        let platform = platform(&site.url);
        for _ in 0..20 {
            let failed = platform.call(System::DecisionPoint, get("x")).await;
            assert!(matches!(failed, Err(Failed::Status(_))), "{code}");
        }
        let failed = platform.call(System::DecisionPoint, get("x")).await;
        assert!(matches!(failed, Err(Failed::Open)), "{code}");
    }
}

#[tokio::test]
async fn one_system_that_is_away_does_not_touch_another() {
    let site = Site::start(async |seen: Seen| match seen.header(KEY) {
        Some(_) => status(503),
        None => "good".into_response(),
    })
    .await;
    let (mut settings, events) = settings(&site.url);
    settings.subscription_key = "k".to_owned().into();
    let platform = Platform::open(&settings, &events, clock()).unwrap();
    while !matches!(
        platform.call(System::DecisionPoint, get("x")).await,
        Err(Failed::Open)
    ) {}
    assert!(asks(&platform, System::ResourceRegistry).await.is_ok());
}

#[tokio::test]
async fn only_so_many_are_on_their_way_and_only_so_many_wait() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let gate = Arc::new(Semaphore::new(0));
    let site = Site::start({
        let (now, most, gate) = (now.clone(), most.clone(), gate.clone());
        move |_| {
            let (now, most, gate) = (now.clone(), most.clone(), gate.clone());
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                now.fetch_sub(1, Ordering::SeqCst);
                "good"
            }
        }
    })
    .await;
    let platform = platform_with(&site.url, |manner| manner.at_once = 2);
    let calls = join_all((0..15).map(|_| asks(&platform, System::Register)));
    let (answers, ()) = tokio::join!(calls, async {
        site.asked(2).await;
        gate.add_permits(100);
    });
    let (good, busy): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(good.len(), 10, "two at once and eight waiting");
    let told = "too many calls to this system are waiting";
    assert!(
        busy.iter()
            .all(|failed| failed.as_ref().unwrap_err() == told)
    );
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_webhook_is_asked_at_its_own_address() {
    let site = Site::empty().await;
    let (settings, mut events) = settings(&site.url);
    events.sink = Sink::Webhook;
    events.base_uri = format!("{}hook", site.url);
    let platform = Platform::open(&settings, &events, clock()).unwrap();
    platform.call(System::Events, get("")).await.unwrap();
    assert_eq!(site.seen()[0].uri, "/hook");
}

#[test]
fn pauses_grow_and_differ() {
    let first = Duration::from_secs(1);
    for (retries, shortest, longest) in [(0, 500, 1_500), (1, 1_000, 3_000), (2, 2_000, 6_000)] {
        let pauses: Vec<_> = (0..100)
            .map(|_| pause(first, retries).as_millis())
            .collect();
        assert!(pauses.iter().all(|p| (shortest..longest).contains(p)));
        assert!(pauses.iter().any(|p| *p != pauses[0]));
    }
}

#[tokio::test]
async fn nothing_that_is_nobodys_business_is_logged() {
    let log = Log::default();
    // With one subscriber only, what another thread logs first is decided by that thread's, which is none.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer({
            let log = log.clone();
            move || log.clone()
        });
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let site = Site::start(async |seen: Seen| match (seen.uri.path(), seen.number) {
        ("/auth/token", 0..2) => status(503),
        ("/auth/token", _) => r#"{"access_token":"SECRET-token","expires_in":1}"#.into_response(),
        (_, number) if number % 3 == 0 => "SECRET-answer".into_response(),
        (_, number) if number % 3 == 1 => status(503),
        _ => broken(),
    })
    .await;
    let (mut settings, mut events) = settings(&site.url);
    settings.subscription_key = "SECRET-key".to_owned().into();
    settings.maskinporten = config::Maskinporten {
        token_url: format!("{}auth/token?SECRET-query", site.url),
        exchange_url: String::new(),
        client_id: "SECRET-client".to_owned(),
        jwk: URL_SAFE_NO_PAD.encode(jwk().to_string()).into(),
        scope: "x".to_owned(),
    };
    events.base_uri.clone_from(&site.url);
    let clock = clock();
    let platform = Platform::open(&settings, &events, clock.clone()).unwrap();
    for _ in 0..30 {
        for system in System::ALL {
            let call = Call {
                method: Method::POST,
                body: Some(("text/plain", b"SECRET-body".to_vec())),
                accept_language: Some("SECRET-language"),
                ..get("SECRET-path?SECRET-query")
            };
            if let Err(failed) = platform.call(system, call).await {
                tracing::error!(%failed, ?failed);
            }
        }
        clock.advance(chrono::Duration::milliseconds(500));
    }
    let log = log.text();
    assert!(log.contains("cannot get a token for the platform"), "{log}");
    assert!(log.contains("operation=\"test\""), "{log}");
    let leak = log.lines().find(|line| line.contains("SECRET"));
    assert_eq!(leak, None);
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
