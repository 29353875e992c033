//! Altinn's services on a loopback port, as far as this server calls them: they know the same world as a platform
//! directory, and their decision point is this project's own. Each can be made to fail.

mod answers;
mod client_key;
mod decision;
mod fault;
mod world;

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use dialogporten::{
    config::{Config, Mode},
    platform::System,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

pub use fault::Fault;
use world::World;

use super::Directory;

/// What must never be seen in a log: the subscription key, the tokens, and what gets them.
pub const SECRETS: [&str; 4] = [
    "SUBSCRIPTION-KEY",
    answers::GRANTED,
    answers::OWN,
    "eyJhbGciOiJSUzI1NiI",
];

/// The services.
pub struct Altinn {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    world: Mutex<World>,
    faults: Mutex<HashMap<Option<System>, Fault>>,
    calls: Mutex<Vec<Called>>,
    in_flight: Mutex<InFlight>,
}

/// A call as it came.
#[derive(Clone, Debug)]
pub struct Called {
    /// The system that it was for; `None` for tokens.
    pub system: Option<System>,
    /// Its `Authorization`.
    pub authorization: Option<String>,
}

/// Questions that have no answer yet, and those that came again before they had one.
#[derive(Default)]
struct InFlight {
    now: HashMap<String, usize>,
    twice: Vec<String>,
}

impl Altinn {
    /// Starts them.
    pub async fn start(directory: &Directory) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(directory)),
            faults: Mutex::default(),
            calls: Mutex::default(),
            in_flight: Mutex::default(),
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self {
            url,
            shared,
            server,
        }
    }

    /// Settings under which a server uses them.
    pub fn configure(&self, config: &mut Config) {
        let platform = &mut config.platform;
        platform.mode = Mode::Altinn;
        platform.base_uri.clone_from(&self.url);
        platform.cdn_base_uri.clone_from(&self.url);
        platform.subscription_key = SECRETS[0].to_owned().into();
        platform.retry_after_milliseconds = 1;
        let client = &mut platform.maskinporten;
        client.token_url = format!("{}maskinporten/token", self.url);
        client.exchange_url = format!("{}exchange", self.url);
        client.client_id = "client".into();
        client.jwk = URL_SAFE_NO_PAD.encode(client_key::jwk().to_string()).into();
        client.scope = "a b".into();
    }

    /// Knows another world from now on.
    pub fn knows(&self, directory: &Directory) {
        let mut world = self.shared.world.lock().unwrap();
        world.broken.clear();
        world.becomes(directory);
    }

    /// Has another text in the place of a resource's policy from now on.
    pub fn breaks_policy(&self, resource: &str, text: &str) {
        let mut world = self.shared.world.lock().unwrap();
        world.broken.insert(resource.to_owned(), text.to_owned());
        let directory = world.directory.clone();
        world.becomes(&directory);
    }

    /// A system fails from now on; `None` is the one that gives out tokens.
    pub fn fails(&self, system: impl Into<Option<System>>, fault: Fault) {
        let mut faults = self.shared.faults.lock().unwrap();
        faults.insert(system.into(), fault);
    }

    /// Everything works again.
    pub fn recovers(&self) {
        self.shared.faults.lock().unwrap().clear();
    }

    /// All calls to a system so far.
    pub fn calls(&self, system: impl Into<Option<System>>) -> Vec<Called> {
        let system = system.into();
        let mut calls = self.shared.calls.lock().unwrap().clone();
        calls.retain(|called| called.system == system);
        calls
    }

    /// Questions that were asked again while they had no answer yet.
    pub fn asked_twice(&self) -> Vec<String> {
        self.shared.in_flight.lock().unwrap().twice.clone()
    }
}

impl Drop for Altinn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = tower::service_fn(move |request| answer(Arc::clone(&shared), request));
            // What goes wrong with a connection is what some tests want.
            let _ = Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
                .await;
        });
    }
}

async fn answer<B>(shared: Arc<Shared>, request: Request<B>) -> io::Result<Response>
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (parts, body) = request.into_parts();
    let body = to_bytes(Body::new(body), usize::MAX)
        .await
        .unwrap_or_default();
    let asked = Asked {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let header = |name: &str| {
        let value = parts.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let system = system_of(&asked.path);
    let question = format!(
        "{} {} {} {}",
        parts.method,
        parts.uri,
        header("accept-language").unwrap_or_default(),
        String::from_utf8_lossy(&body)
    );
    let _in_flight = shared.in_flight(&question);
    shared.calls.lock().unwrap().push(Called {
        system,
        authorization: header("authorization"),
    });
    let fault = shared.faults.lock().unwrap().get(&system).copied();
    if let Some(fault) = fault {
        fault.delays().await?;
    }
    let world = || shared.world.lock().unwrap();
    let answer = match system {
        Some(System::DecisionPoint) if fault == Some(Fault::Indeterminate) => {
            decision::indeterminate(&asked.body)
        }
        Some(System::DecisionPoint) => decision::decide(&world(), &asked.body),
        _ => answers::of(&world(), &asked),
    };
    let Some(answer) = answer else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    Ok(match fault {
        Some(fault) => fault.spoils(answer),
        None => answer.into_response(),
    })
}

/// A call, as far as answers depend on it.
struct Asked {
    path: String,
    query: String,
    body: Value,
}

fn system_of(path: &str) -> Option<System> {
    [
        ("/authorization/", System::DecisionPoint),
        ("/accessmanagement/api/v1/meta/", System::Metadata),
        ("/accessmanagement/", System::AccessManagement),
        ("/resourceregistry/", System::ResourceRegistry),
        ("/register/", System::Register),
        ("/orgs/", System::Organizations),
        ("/events/", System::Events),
    ]
    .into_iter()
    .find(|(prefix, _)| path.starts_with(prefix))
    .map(|(_, system)| system)
}

impl Shared {
    fn in_flight(self: &Arc<Self>, question: &str) -> Leaves {
        let mut in_flight = self.in_flight.lock().unwrap();
        let count = in_flight.now.entry(question.to_owned()).or_default();
        *count += 1;
        if *count > 1 {
            in_flight.twice.push(question.to_owned());
        }
        Leaves(Arc::clone(self), question.to_owned())
    }
}

/// A question is answered, or its caller has gone.
struct Leaves(Arc<Shared>, String);

impl Drop for Leaves {
    fn drop(&mut self) {
        let mut in_flight = self.0.in_flight.lock().unwrap();
        *in_flight.now.get_mut(&self.1).unwrap() -= 1;
    }
}
