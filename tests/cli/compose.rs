//! `docker-compose.yml` says what the program understands. Containers are not run here.

use std::{collections::BTreeMap, path::Path};

use dialogporten::config::{Config, Environment, Flags};
use serde::Deserialize;

use crate::support::{Folder, dialogporten, run};

#[derive(Deserialize)]
struct Compose {
    services: BTreeMap<String, Service>,
    volumes: BTreeMap<String, Option<()>>,
}

#[derive(Deserialize)]
struct Service {
    build: Option<Build>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    command: Command,
    #[serde(default)]
    ports: Vec<String>,
    #[serde(default)]
    volumes: Vec<String>,
    healthcheck: Option<HealthCheck>,
    #[serde(default)]
    depends_on: BTreeMap<String, Condition>,
    stop_grace_period: Option<String>,
}

#[derive(Deserialize)]
struct Build {
    dockerfile_inline: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Command {
    Words(Vec<String>),
    Line(String),
}

#[derive(Deserialize)]
struct HealthCheck {
    test: Vec<String>,
}

#[derive(Deserialize)]
struct Condition {
    condition: String,
}

fn compose() -> Compose {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker-compose.yml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(!text.contains("\nversion:"), "obsolete");
    serde_saphyr::from_str(&text).unwrap()
}

impl Compose {
    /// The services that run our program.
    fn ours(&self) -> impl Iterator<Item = (&str, &Service)> {
        self.services
            .iter()
            .filter(|(_, service)| service.build.is_some())
            .map(|(name, service)| (name.as_str(), service))
    }
}

impl Service {
    /// The settings that its environment makes.
    fn config(&self) -> Config {
        let mut environment = Environment::default();
        for (name, value) in &self.environment {
            environment.set(name, &unfolded(value));
        }
        Config::load(None, &environment, &Flags::default()).unwrap()
    }
}

/// `${NAME:-default}` where NAME is not set.
fn unfolded(value: &str) -> String {
    let Some((before, rest)) = value.split_once("${") else {
        return value.to_owned();
    };
    let (variable, after) = rest.split_once('}').unwrap();
    let (_, default) = variable.split_once(":-").unwrap();
    format!("{before}{default}{after}")
}

#[test]
fn every_variable_is_a_setting_and_together_they_are_refused_by_nothing() {
    let compose = compose();
    assert_eq!(compose.ours().count(), 2);
    for (name, service) in compose.ours() {
        let config = service.config();
        assert!(!config.local_mode, "{name}");
        assert!(
            !config.database.migrate,
            "{name}: the one-shot service does that"
        );
        let variables = service.environment.keys();
        assert!(
            variables
                .into_iter()
                .all(|name| name.starts_with("DIALOGPORTEN__"))
        );
    }
}

#[test]
fn the_program_and_the_database_agree_on_the_address() {
    let compose = compose();
    let database = &compose.services["db"];
    let value = |name: &str| unfolded(&database.environment[name]);
    let expected = format!(
        "postgres://{}:{}@db/{}",
        value("POSTGRES_USER"),
        value("POSTGRES_PASSWORD"),
        value("POSTGRES_DB"),
    );
    for (_, service) in compose.ours() {
        assert_eq!(service.config().database.url.unwrap().reveal(), expected);
    }
    let Some(HealthCheck { test }) = &database.healthcheck else {
        panic!("the database has no health check");
    };
    assert!(test[1].starts_with("pg_isready"));
    assert!(test[1].contains(&value("POSTGRES_USER")));
    assert!(matches!(&database.command, Command::Line(line) if line.starts_with("postgres ")));
    assert!(database.volumes[0].ends_with(":/var/lib/postgresql"));
}

#[test]
fn commands_exist_and_start_in_order() {
    let compose = compose();
    let folder = Folder::new();
    for (name, service) in compose.ours() {
        let Command::Words(words) = &service.command else {
            panic!("{name} has a command for a shell, and the image has none");
        };
        let (code, printed) = run(&mut dialogporten(&folder, &[&words[0], "--help"]));
        assert_eq!(code, 0, "{printed}");
    }
    let app = &compose.services["app"];
    let check = app.healthcheck.as_ref().unwrap();
    assert_eq!(check.test, ["CMD", "/usr/local/bin/dialogporten", "health"]);
    assert_eq!(
        app.depends_on["migrate"].condition,
        "service_completed_successfully"
    );
    let migrate = &compose.services["migrate"];
    assert_eq!(migrate.depends_on["db"].condition, "service_healthy");
    let grace = app
        .stop_grace_period
        .as_deref()
        .unwrap()
        .trim_end_matches('s');
    assert!(grace.parse::<u64>().unwrap() > app.config().http.drain_seconds);
}

#[test]
fn ports_agree_and_are_open_on_loopback_only() {
    let compose = compose();
    for (name, service) in &compose.services {
        for port in &service.ports {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
    }
    let app = &compose.services["app"];
    let config = app.config();
    let listen = config.http.listen.port();
    let [published] = &app.ports[..] else {
        panic!("one port");
    };
    let (outside, inside) = published.rsplit_once(':').unwrap();
    assert_eq!(inside, listen.to_string());
    assert_eq!(config.http.public_base_uri, format!("http://{outside}"));
    assert!(config.http.listen.ip().is_unspecified());
    let image = &app.build.as_ref().unwrap().dockerfile_inline;
    assert!(image.contains(&format!("EXPOSE {listen}\n")));
}

#[test]
fn the_image_is_built_with_our_rust_and_runs_our_program() {
    let compose = compose();
    let images: Vec<&str> = compose
        .ours()
        .filter_map(|(_, service)| service.build.as_ref())
        .map(|build| build.dockerfile_inline.as_str())
        .collect();
    assert!(images.windows(2).all(|two| two[0] == two[1]));
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert!(images[0].contains(&format!("FROM rust:{rust}-slim-bookworm AS build\n")));
    // Both stages have the same C library.
    assert!(images[0].contains("FROM gcr.io/distroless/cc-debian12:nonroot\n"));
    assert!(images[0].contains("ENTRYPOINT [\"/usr/local/bin/dialogporten\"]"));
}

#[test]
fn volumes_are_declared_and_hold_the_data_directory() {
    let compose = compose();
    for service in compose.services.values() {
        for volume in &service.volumes {
            let (name, _) = volume.split_once(':').unwrap();
            assert!(compose.volumes.contains_key(name), "{name}");
        }
    }
    for (_, service) in compose.ours() {
        let data = service.config().data_dir;
        let suffix = format!(":{}", data.display());
        assert!(
            service
                .volumes
                .iter()
                .any(|volume| volume.ends_with(&suffix))
        );
    }
}
