//! How settings come together, seen from outside.

use std::{
    io::Write,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

/// A configuration file that goes with the test.
struct File(PathBuf);

impl File {
    fn with(text: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("dialogporten-{process}-{count}.toml"));
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn load<const N: usize>(file: &str, variables: [(&str, &str); N]) -> Result<Config, String> {
    let file = File::with(file);
    Config::load(Some(&file.0), &variables.into(), &Flags::default()).map_err(|e| e.to_string())
}

fn load_without_file<const N: usize>(variables: [(&str, &str); N]) -> Result<Config, String> {
    Config::load(None, &variables.into(), &Flags::default()).map_err(|e| e.to_string())
}

#[test]
fn the_documented_file_is_understood() {
    let config = load(
        r#"
        [http]
        listen = "127.0.0.1:7214"
        public_base_uri = "http://127.0.0.1:7214"
        path_prefix = ""
        [database]
        url = "postgres://user:pass@host/db"
        read_urls = []
        max_connections = 0
        [auth]
        local_issuer = false
        [[auth.issuers]]
        name = "Altinn"
        well_known = "https://platform.altinn.no/authentication/api/v1/openid/.well-known/openid-configuration"
        [platform]
        mode = "local"
        directory = "platform"
        base_uri = "https://platform.altinn.no/"
        cdn_base_uri = "https://altinncdn.no/"
        subscription_key = ""
        [platform.maskinporten]
        token_url = ""
        exchange_url = ""
        client_id = ""
        jwk = ""
        scope = ""
        [dialog_token]
        [dialog_token.primary]
        kid = ""
        private_key = ""
        [dialog_token.secondary]
        [events]
        sink = "log"
        base_uri = ""
        hold_until_visible = true
        [limits]
        "#,
        [],
    )
    .unwrap();
    assert_eq!(config.auth.issuers[0].name, "Altinn");
    assert_eq!(config.platform_directory(), PathBuf::from("platform"));
    assert!(!config.local_mode);
}

#[test]
fn later_layers_win() {
    let file = File::with("[http]\nlisten = \"127.0.0.1:1\"\npath_prefix = \"/a\"");
    let environment: Environment = [("DIALOGPORTEN__HTTP__LISTEN", "127.0.0.1:2")].into();
    let flags = Flags {
        listen: Some(([127, 0, 0, 1], 3).into()),
        ..Flags::default()
    };

    let from_environment = Config::load(Some(&file.0), &environment, &Flags::default()).unwrap();
    assert_eq!(from_environment.http.listen.port(), 2);
    assert_eq!(from_environment.http.path_prefix, "/a");
    let from_flags = Config::load(Some(&file.0), &environment, &flags).unwrap();
    assert_eq!(from_flags.http.listen.port(), 3);
}

#[test]
fn variables_have_the_type_of_their_key() {
    let config = load_without_file([
        ("DIALOGPORTEN__PLATFORM__SUBSCRIPTION_KEY", "0123"),
        ("DIALOGPORTEN__DATABASE__MAX_CONNECTIONS", "24"),
        ("DIALOGPORTEN__DATABASE__MIGRATE", "false"),
        ("DIALOGPORTEN__DATABASE__URL", "postgres://db/x"),
        (
            "DIALOGPORTEN__DATABASE__READ_URLS",
            "postgres://a/x, postgres://b/x",
        ),
        ("DIALOGPORTEN__AUTH__ISSUERS__0__NAME", "First"),
        (
            "DIALOGPORTEN__AUTH__ISSUERS__0__WELL_KNOWN",
            "https://first.no/x",
        ),
        ("DIALOGPORTEN__AUTH__ISSUERS__1__NAME", "Second"),
        (
            "DIALOGPORTEN__AUTH__ISSUERS__1__WELL_KNOWN",
            "https://second.no/x",
        ),
        ("DIALOGPORTEN__EVENTS__SINK", "none"),
        ("UNRELATED", "1"),
        ("DIALOGPORTEN_PORT", "tcp://10.0.0.1:80"),
    ])
    .unwrap();
    assert_eq!(config.platform.subscription_key.reveal(), "0123");
    assert_eq!(config.database.max_connections, 24);
    assert!(!config.database.migrate);
    assert_eq!(config.database.read_urls[1].reveal(), "postgres://b/x");
    assert_eq!(config.auth.issuers[1].name, "Second");
    assert_eq!(config.events.sink, Sink::None);

    for (name, value, expected) in [
        ("DIALOGPORTEN__DATABASE__MIGRATE", "yes", "true or false"),
        (
            "DIALOGPORTEN__DATABASE__MAX_CONNECTIONS",
            "-1",
            "a whole number",
        ),
        ("DIALOGPORTEN__DATABASE", "x", "it is a section"),
        (
            "DIALOGPORTEN__HTTP__LISTEN",
            "localhost",
            "such as 127.0.0.1:7214",
        ),
        ("DIALOGPORTEN__EVENTS__SINK", "kafka", "webhook"),
    ] {
        let error = load_without_file([(name, value)]).unwrap_err();
        assert!(error.contains(name) && error.contains(expected), "{error}");
    }
}

#[test]
fn local_mode_is_neither_a_file_nor_a_database() {
    let local = load_without_file([]).unwrap();
    assert!(local.local_mode && local.auth.local_issuer);
    assert_eq!(
        local.platform_directory(),
        PathBuf::from(".dialogporten/platform")
    );

    let empty = load_without_file([("DIALOGPORTEN__DATABASE__URL", "")]).unwrap();
    assert!(empty.local_mode && empty.database.url.is_none());

    for with_database in [
        load_without_file([("DATABASE_URL", "postgres://db/x")]).unwrap(),
        load_without_file([("DIALOGPORTEN__DATABASE__URL", "postgres://db/x")]).unwrap(),
        load("", []).unwrap(),
    ] {
        assert!(!with_database.local_mode && !with_database.auth.local_issuer);
    }
    let off = load_without_file([("DIALOGPORTEN__AUTH__LOCAL_ISSUER", "false")]).unwrap();
    assert!(off.local_mode && !off.auth.local_issuer);
}

#[test]
fn the_own_name_of_the_database_wins_over_the_common_one() {
    let config = load_without_file([
        ("DATABASE_URL", "postgres://common/x"),
        ("DIALOGPORTEN__DATABASE__URL", "postgres://own/x"),
    ])
    .unwrap();
    assert_eq!(config.database.url.unwrap().reveal(), "postgres://own/x");
}

#[test]
fn unknown_keys_are_named_all_at_once_with_what_was_meant() {
    let error = load(
        "url = \"x\"\n[http]\nlisen = \"127.0.0.1:1\"\n[[auth.issuers]]\nwellknown = \"x\"\n[colours]\nred = 1",
        [
            ("DIALOGPORTEN__DATABASE__URLL", "x"),
            ("DIALOGPORTEN__LISTEN", "127.0.0.1:1"),
        ],
    )
    .unwrap_err();
    for expected in [
        "unknown key `http.lisen`",
        "did you mean `http.listen`?",
        "unknown key `auth.issuers.wellknown`",
        "unknown key `colours` in ",
        "unknown environment variable DIALOGPORTEN__DATABASE__URLL; did you mean DIALOGPORTEN__DATABASE__URL?",
        "unknown environment variable DIALOGPORTEN__LISTEN; did you mean DIALOGPORTEN__HTTP__LISTEN?",
    ] {
        assert!(error.contains(expected), "{expected} in {error}");
    }
}

#[test]
fn contradictions_are_refused_with_what_to_do() {
    for (file, expected) in [
        (
            "[http]\nlisten = \"0.0.0.0:1\"\n[auth]\nlocal_issuer = true",
            "auth.allow_local_issuer_on_network = true",
        ),
        (
            "[database]\nurl = \"mysql://x/y\"",
            "must start with postgres://",
        ),
        (
            "[database]\nread_urls = [\"postgres://x/y\"]",
            "database.url",
        ),
        ("[database]\nmax_connections = 3", "at least 8"),
        (
            "[platform.cache]\nrights_seconds = 86401",
            "platform.cache.rights_seconds",
        ),
        ("[events]\nsink = \"altinn\"", "events.base_uri"),
        ("[events]\nwebhook_secret = \"hunter2\"", "whsec_"),
        ("[events]\nwebhook_secret = \"whsec_c2hvcnQ=\"", "24 to 64"),
        (
            "[dialog_token.primary]\nkid = \"a\"",
            "both kid and private_key",
        ),
        (
            "[dialog_token.primary]\nkid = \"a\"\nprivate_key = \"c2hvcnQ\"",
            "32 bytes",
        ),
        (
            "[platform.maskinporten]\ntoken_url = \"https://x.no/token\"",
            "platform.maskinporten.jwk",
        ),
        ("[http]\npublic_base_uri = \"example.no\"", "absolute"),
        ("[[auth.issuers]]\nname = \"A\"", "well_known"),
        (
            "[limits.end_user_search]\nmax_party_filter_values = 1001",
            "limits.end_user_search.max_party_filter_values must be between 1 and 1000",
        ),
        (
            "[limits]\nsearch_statement_timeout_seconds = 601",
            "at most 600",
        ),
    ] {
        let error = load(file, []).unwrap_err();
        assert!(error.contains(expected), "{expected} in {error}");
    }
    let allowed = "[http]\nlisten = \"0.0.0.0:1\"\n[auth]\nlocal_issuer = true\nallow_local_issuer_on_network = true";
    assert!(load(allowed, []).is_ok());
}

#[test]
fn addresses_that_get_secrets_are_https_or_on_this_machine() {
    let rest = "client_id = \"c\"\njwk = \"j\"\nscope = \"s\"";
    let settings = |address: &str| {
        [
            format!("[platform]\nmode = \"altinn\"\nbase_uri = \"{address}\""),
            format!("[platform]\nmode = \"altinn\"\ncdn_base_uri = \"{address}\""),
            format!("[events]\nsink = \"altinn\"\nbase_uri = \"{address}\""),
            format!("[events]\nsink = \"webhook\"\nbase_uri = \"{address}\""),
            format!("[[auth.issuers]]\nname = \"A\"\nwell_known = \"{address}\""),
            format!("[platform.maskinporten]\ntoken_url = \"{address}\"\n{rest}"),
            format!(
                "[platform.maskinporten]\ntoken_url = \"https://a.no\"\nexchange_url = \"{address}\"\n{rest}"
            ),
        ]
    };
    for address in [
        "https://a.no/b",
        "http://127.0.0.1:8080/",
        "http://127.1.2.3",
        "http://[::1]:1/x",
        "http://LOCALHOST:9",
    ] {
        for file in settings(address) {
            assert!(load(&file, []).is_ok(), "{file}");
        }
    }
    for (address, expected) in [
        ("http://a.no/", "only to this machine"),
        ("http://10.0.0.1/", "only to this machine"),
        ("http://localhost.a.no/", "only to this machine"),
        ("http://127.0.0.1.a.no/", "only to this machine"),
        ("https://user:hunter2@a.no/", "must not hold a user"),
        ("https://user@a.no/", "must not hold a user"),
        ("http://127.0.0.1@a.no/", "only to this machine"),
        ("https://169.254.169.254/latest/", "link-local"),
        ("https://[fe80::1]/", "link-local"),
        ("ftp://a.no/", "absolute"),
    ] {
        for file in settings(address) {
            let error = load(&file, []).unwrap_err();
            assert!(error.contains(expected), "{expected} in {error} of {file}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
    let health = |url: &str| format!("[[health.endpoints]]\nname = \"a\"\nurl = \"{url}\"");
    assert!(load(&health("http://a.no/x"), []).is_ok());
    let error = load(&health("http://u:hunter2@a.no/x"), []).unwrap_err();
    assert!(
        error.contains("health.endpoints[0].url must not hold a user"),
        "{error}"
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let error = load("[http]\nlisten = ", []).unwrap_err();
    assert!(error.contains("line 2"), "{error}");
    let error = load("[http]\nlisten = 5", []).unwrap_err();
    assert!(error.contains("http.listen"), "{error}");
}

#[test]
fn the_effective_settings_hide_secrets() {
    let shown = load(
        "[database]\nurl = \"postgres://me:hunter2@db/x\"\n[platform]\nsubscription_key = \"hunter2\"",
        [],
    )
    .map(|config| format!("{}\n{config:?}", config.effective()))
    .unwrap();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("http.listen = \"127.0.0.1:7214\""));
    assert!(shown.contains("limits.end_user_search.max_party_filter_values = 100"));
}
