//! How a town comes to be.

use std::{path::PathBuf, sync::atomic::AtomicBool};

use dialogporten::{
    app::App,
    auth::local_issuer::LocalIssuer,
    clock::Clock,
    config::{Cache, Config, ConnectionUrl, Sink},
    http::serve::Lifecycle,
    platform::System,
    router,
    store::{self, Store},
};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::OnceCell;

use super::{
    Altinn, Directory, EventSink, Fault, Party, Policy, Proxy, Resource, Town, organization_number,
    person_number,
};

/// The database that all tests of this binary share.
static DATABASE: OnceCell<PgConnectOptions> = OnceCell::const_new();

/// Makes two tests of each: towns get what they know from a directory in one, from the platform in the other, and must
/// not differ.
macro_rules! in_both_worlds {
    ($($test:ident),+ $(,)?) => {
        $(
            mod $test {
                #[tokio::test]
                async fn in_a_directory() {
                    super::$test().await;
                }

                #[tokio::test]
                async fn on_the_platform() {
                    $crate::support::on_the_platform(super::$test()).await;
                }
            }
        )+
    };
}

pub(crate) use in_both_worlds;

/// A town that is being built.
pub struct Builder {
    pub directory: Directory,
    pub config: Config,
    pid: String,
    stranger: String,
    company: String,
    counts: bool,
    alone: bool,
    stopped: bool,
    database: Option<PgConnectOptions>,
    starts: bool,
    on_the_platform: bool,
    faults: Vec<(System, Fault)>,
}

tokio::task_local! {
    /// Towns that are built within get what they know from the platform, without remembering any of it.
    static ON_THE_PLATFORM: ();
}

/// Runs a test whose towns get what they know from the platform, without remembering any of it.
pub async fn on_the_platform<F: Future>(test: F) -> F::Output {
    ON_THE_PLATFORM.scope((), test).await
}

impl Builder {
    /// As in [`Town::new`].
    pub fn new() -> Self {
        let unique = dialogporten::dialog::id::random().simple().to_string();
        let owner = (format!("o{}", &unique[..12]), organization_number());
        let neighbour = (format!("n{}", &unique[..12]), organization_number());
        let (pid, stranger, company) = (person_number(), person_number(), organization_number());
        let person = format!("urn:altinn:person:identifier-no:{pid}");
        let directory = Directory {
            resources: vec![Resource {
                id: format!("r{unique}"),
                kind: "GenericAccessResource",
                owner: owner.1.clone(),
                org: owner.0.clone(),
                policy: Policy::usual(),
            }],
            parties: vec![(
                person.clone(),
                vec![
                    Party::with_role(&pid, "PRIV"),
                    Party::with_role(&company, "DAGL"),
                ],
            )],
            names: vec![
                (person, "FIRST MIDDLE LAST".into()),
                (
                    format!("urn:altinn:person:identifier-no:{stranger}"),
                    "OTHER PERSON".into(),
                ),
                (
                    format!("urn:altinn:organization:identifier-no:{company}"),
                    "A COMPANY".into(),
                ),
            ],
            owner,
            neighbour,
        };
        let mut config = Config {
            data_dir: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&unique),
            ..Config::default()
        };
        config.auth.local_issuer = true;
        config.database.max_connections = 8;
        // Many towns share a machine that may be slow.
        config.database.acquire_timeout_seconds = 60;
        Self {
            directory,
            config,
            pid,
            stranger,
            company,
            counts: false,
            alone: false,
            stopped: false,
            database: None,
            starts: false,
            on_the_platform: false,
            faults: Vec::new(),
        }
    }

    /// What the town knows does not stand in a directory: the server asks Altinn's services for it.
    pub fn on_the_platform(mut self) -> Self {
        self.on_the_platform = true;
        self
    }

    /// Counts what the server asks of its database.
    pub fn counting(mut self) -> Self {
        self.counts = true;
        self
    }

    /// Gives the town a database of its own.
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Uses the database of another town: its second server.
    pub fn beside(mut self, other: &Town) -> Self {
        self.database = Some(other.options.clone());
        self
    }

    /// Delivers events, as Altinn Events takes them, from a database of its own.
    pub fn publishing_to(mut self, sink: &EventSink) -> Self {
        self.config.events.sink = Sink::Altinn;
        self.config.events.base_uri.clone_from(&sink.address);
        self.config.jobs.enabled = false;
        self.alone = true;
        self.starts = true;
        self
    }

    /// Delivers events as a webhook, from a database of its own.
    pub fn calling(mut self, sink: &EventSink) -> Self {
        self = self.publishing_to(sink);
        self.config.events.sink = Sink::Webhook;
        self
    }

    /// Stops the town's clock, so that every moment is exact.
    pub fn stopped(mut self) -> Self {
        self.stopped = true;
        self
    }

    /// Changes the settings.
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Changes what the platform knows.
    pub fn directory(mut self, change: impl FnOnce(&mut Directory)) -> Self {
        change(&mut self.directory);
        self
    }

    /// One of these services fails from the beginning.
    pub fn failing(mut self, system: System, fault: Fault) -> Self {
        self.faults.push((system, fault));
        self
    }

    /// Starts the server.
    pub async fn open(self) -> Town {
        let Self {
            directory,
            mut config,
            ..
        } = self;
        let folder = config.data_dir.clone();
        let forgets = ON_THE_PLATFORM.try_with(|()| ()).is_ok();
        let altinn = if self.on_the_platform || forgets {
            let altinn = Altinn::start(&directory).await;
            altinn.configure(&mut config);
            for (system, fault) in self.faults {
                altinn.fails(system, fault);
            }
            Some(altinn)
        } else {
            None
        };
        if forgets {
            config.platform.cache = Cache {
                rights_seconds: 0,
                registry_seconds: 0,
                names_seconds: 0,
            };
        }
        directory.write(&config.platform_directory());
        // What the platform says about resources is in the database, for all servers that share it.
        let mut database = if let Some(database) = self.database {
            database
        } else if self.alone || altinn.is_some() {
            store::testing::database().await.unwrap()
        } else {
            let shared = DATABASE.get_or_try_init(store::testing::database).await;
            shared
                .expect("the tests need PostgreSQL's binaries")
                .clone()
        };
        let options = database.clone();
        let proxy = self.counts.then(|| Proxy::open(&database));
        if let Some(proxy) = &proxy {
            database = proxy.options.clone();
        }
        // The proxy is a server of its own; a pooler before it would count with it.
        let pooler = std::env::var_os("TEST_POOLER").filter(|_| proxy.is_none());
        if let Some(pooler) = &pooler {
            config.database.pooled = true;
            config.database.direct_url = Some(url(&database));
            // Before the pooler opens its first connection, which would not have the settings. Several tests do it at
            // once, and one is enough.
            let direct = Store::open(&config, &database).unwrap();
            let _ = direct.settle_role(&config).await;
            direct.close().await;
            database = database.socket(pooler);
        }
        let clock = match Clock::system() {
            running if self.stopped => Clock::stopped_at(running.now()),
            running => running,
        };
        let issuer = LocalIssuer::open(&folder).unwrap();
        let store = Store::open(&config, &database).unwrap();
        let lifecycle = Lifecycle::default();
        let app = App::open(config, clock.clone(), store, lifecycle.clone()).unwrap();
        if self.starts {
            Box::pin(app.start()).await;
        }
        Town {
            router: router::router(app.clone()),
            lifecycle,
            app,
            clock,
            org: directory.owner.0.clone(),
            number: directory.owner.1.clone(),
            resource: directory.resources[0].id.clone(),
            pid: self.pid,
            stranger: self.stranger,
            company: self.company,
            directory,
            altinn,
            is_behind: AtomicBool::new(false),
            options,
            proxy,
            issuer,
            folder,
        }
    }
}

/// The address of a local database.
fn url(options: &PgConnectOptions) -> ConnectionUrl {
    let sockets = options.get_socket().expect("a local database").display();
    let sockets = sockets.to_string().replace('/', "%2F");
    let database = options.get_database().expect("a name");
    format!("postgres://dialogporten@localhost/{database}?host={sockets}")
        .parse()
        .unwrap()
}
