//! Refuses settings that cannot work, alone or together, all at once.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{Config, Mode, SigningKey, Sink, destination};

/// Fewer connections than this cannot be split over the pools.
const FEWEST_CONNECTIONS: u32 = 8;

const NO_USER: &str =
    "must not hold a user or password (user:password@): addresses are shown and logged";

/// What is wrong, one line each, saying what to do.
pub(super) fn check(config: &Config) -> Result<(), Vec<String>> {
    let mut wrong = Vec::new();
    addresses(config, &mut wrong);
    database(config, &mut wrong);
    issuers(config, &mut wrong);
    platform(config, &mut wrong);
    signing_keys(config, &mut wrong);
    retention(config, &mut wrong);
    limits(config, &mut wrong);
    operations(config, &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn addresses(config: &Config, wrong: &mut Vec<String>) {
    let http = &config.http;
    if !http.public_base_uri.is_empty() && !is_web_address(&http.public_base_uri) {
        wrong.push(
            "http.public_base_uri must be an absolute http or https address without a query".into(),
        );
    }
    if http
        .path_prefix
        .chars()
        .any(|c| !(c.is_ascii_alphanumeric() || "/-_.~".contains(c)))
    {
        wrong.push("http.path_prefix may hold letters, digits and / - _ . ~ only".into());
    }
    if http.drain_seconds > 600 || http.shutdown_delay_seconds > 600 {
        wrong.push("http.drain_seconds and http.shutdown_delay_seconds may be at most 600".into());
    }
    let needs_address = match config.events.sink {
        Sink::Altinn => Some("altinn"),
        Sink::Webhook => Some("webhook"),
        Sink::None | Sink::Log => None,
    };
    if let Some(sink) = needs_address {
        let uri = &config.events.base_uri;
        if is_web_address(uri) {
            private("events.base_uri", uri, wrong);
        } else {
            wrong.push(format!(
                "events.sink = \"{sink}\" needs events.base_uri, an absolute https address"
            ));
        }
    }
    if !config.events.webhook_secret.is_empty() && config.events.webhook_key().is_none() {
        wrong.push(
            "events.webhook_secret must be whsec_ and 24 to 64 random bytes in base64, for example \
             \"whsec_$(openssl rand -base64 32)\""
                .into(),
        );
    }
}

fn database(config: &Config, wrong: &mut Vec<String>) {
    let database = &config.database;
    let urls = database
        .url
        .iter()
        .chain(&database.direct_url)
        .chain(&database.read_urls);
    for url in urls {
        let scheme = url.reveal().split("://").next().unwrap_or_default();
        if !matches!(scheme, "postgres" | "postgresql") {
            wrong.push(format!(
                "database.url, database.direct_url and database.read_urls must start with postgres:// ({url} does not)"
            ));
        }
    }
    if !(1..=60).contains(&database.acquire_timeout_seconds) {
        wrong.push("database.acquire_timeout_seconds must lie between 1 and 60".into());
    }
    if database.pooled && database.direct_url.is_none() {
        wrong.push(
            "database.pooled needs database.direct_url, the address of the server behind the pooler".into(),
        );
    }
    if database.url.is_none() && database.direct_url.is_some() {
        wrong.push("database.direct_url needs database.url".into());
    }
    if database.url.is_none() && !database.read_urls.is_empty() {
        wrong.push(
            "database.read_urls needs database.url: the embedded database has no replicas".into(),
        );
    }
    if (1..FEWEST_CONNECTIONS).contains(&database.max_connections) {
        wrong.push(format!(
            "database.max_connections must be 0 (chosen from the cores) or at least {FEWEST_CONNECTIONS}"
        ));
    }
}

fn issuers(config: &Config, wrong: &mut Vec<String>) {
    let auth = &config.auth;
    if auth.local_issuer
        && !config.http.listen.ip().is_loopback()
        && !auth.allow_local_issuer_on_network
    {
        wrong.push(format!(
            "auth.local_issuer is on while the server listens on {}, where others can reach it: whoever can read \
             the data directory could act as anyone. Listen on 127.0.0.1, or name issuers in [[auth.issuers]] and \
             set auth.local_issuer = false, or set auth.allow_local_issuer_on_network = true",
            config.http.listen
        ));
    }
    for (i, issuer) in auth.issuers.iter().enumerate() {
        if issuer.name.is_empty() {
            wrong.push(format!("auth.issuers[{i}] needs a name"));
        }
        let key = format!("auth.issuers[{i}].well_known");
        if is_web_address(&issuer.well_known) {
            // Whoever can put other keys in their place can be anybody.
            private(&key, &issuer.well_known, wrong);
        } else {
            wrong.push(format!(
                "{key} must be the absolute address of the issuer's metadata"
            ));
        }
        if auth.issuers[..i]
            .iter()
            .any(|other| other.name == issuer.name)
        {
            wrong.push(format!(
                "auth.issuers[{i}]: the name {:?} is taken",
                issuer.name
            ));
        }
    }
}

fn platform(config: &Config, wrong: &mut Vec<String>) {
    let platform = &config.platform;
    if platform.mode == Mode::Altinn {
        for (key, value) in [
            ("base_uri", &platform.base_uri),
            ("cdn_base_uri", &platform.cdn_base_uri),
        ] {
            let key = format!("platform.{key}");
            if is_web_address(value) {
                private(&key, value, wrong);
            } else {
                wrong.push(format!("{key} must be an absolute https address"));
            }
        }
    }
    let cache = &platform.cache;
    for (key, seconds) in [
        ("rights_seconds", cache.rights_seconds),
        ("registry_seconds", cache.registry_seconds),
        ("names_seconds", cache.names_seconds),
    ] {
        if seconds > 24 * 60 * 60 {
            wrong.push(format!(
                "platform.cache.{key} may be at most 86400, which is a day"
            ));
        }
    }
    if !(1..=25).contains(&platform.longest_call_seconds) {
        wrong.push("platform.longest_call_seconds must be between 1 and 25".into());
    }
    if !(1..=10_000).contains(&platform.retry_after_milliseconds) {
        wrong.push("platform.retry_after_milliseconds must be between 1 and 10000".into());
    }
    let client = &platform.maskinporten;
    if client.token_url.is_empty() {
        if !client.exchange_url.is_empty() {
            wrong.push(
                "platform.maskinporten.exchange_url needs platform.maskinporten.token_url".into(),
            );
        }
        return;
    }
    for (key, value) in [
        ("token_url", &client.token_url),
        ("exchange_url", &client.exchange_url),
    ] {
        if !value.is_empty() {
            private(&format!("platform.maskinporten.{key}"), value, wrong);
        }
    }
    for (key, is_missing) in [
        ("client_id", client.client_id.is_empty()),
        ("jwk", client.jwk.is_empty()),
        ("scope", client.scope.is_empty()),
    ] {
        if is_missing {
            wrong.push(format!(
                "platform.maskinporten.{key} is missing: with token_url the server asks for tokens of its own"
            ));
        }
    }
}

fn signing_keys(config: &Config, wrong: &mut Vec<String>) {
    let keys = &config.dialog_token;
    for (name, key) in [("primary", &keys.primary), ("secondary", &keys.secondary)] {
        if !key.is_absent() && !is_whole(key) {
            wrong.push(format!(
                "dialog_token.{name} needs both kid and private_key, the latter 32 bytes in base64url"
            ));
        }
    }
    if keys.primary.is_absent() && !keys.secondary.is_absent() {
        wrong.push("dialog_token.secondary needs dialog_token.primary, which signs".into());
    }
    if !keys.primary.is_absent() && keys.primary.kid == keys.secondary.kid {
        wrong.push("dialog_token.primary and dialog_token.secondary must not share a kid".into());
    }
}

fn is_whole(key: &SigningKey) -> bool {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(key.private_key.reveal().trim_end_matches('='));
    !key.kid.is_empty() && bytes.is_ok_and(|bytes| bytes.len() == 32)
}

fn retention(config: &Config, wrong: &mut Vec<String>) {
    let retention = &config.retention;
    if retention.interval_hours == 0 {
        wrong.push("retention.interval_hours must be at least 1".into());
    }
    for (i, one) in retention.organizations.iter().enumerate() {
        if one.org.is_empty() {
            wrong.push(format!("retention.organizations[{i}] needs an org"));
        }
        if retention.organizations[..i]
            .iter()
            .any(|other| other.is_of(&one.org))
        {
            wrong.push(format!(
                "retention.organizations[{i}]: {:?} stands there twice",
                one.org
            ));
        }
    }
}

fn limits(config: &Config, wrong: &mut Vec<String>) {
    let limits = &config.limits;
    let end_user = limits.end_user_search;
    let owner = limits.service_owner_search;
    for (key, value) in [
        (
            "end_user_search.max_party_filter_values",
            end_user.max_party_filter_values,
        ),
        (
            "end_user_search.max_service_resource_filter_values",
            end_user.max_service_resource_filter_values,
        ),
        (
            "end_user_search.max_org_filter_values",
            end_user.max_org_filter_values,
        ),
        (
            "end_user_search.max_extended_status_filter_values",
            end_user.max_extended_status_filter_values,
        ),
        (
            "service_owner_search.max_party_filter_values",
            owner.max_party_filter_values,
        ),
        (
            "service_owner_search.max_service_resource_filter_values",
            owner.max_service_resource_filter_values,
        ),
        (
            "service_owner_search.max_extended_status_filter_values",
            owner.max_extended_status_filter_values,
        ),
    ] {
        if !(1..=1000).contains(&value) {
            wrong.push(format!("limits.{key} must be between 1 and 1000"));
        }
    }
    if limits.search_statement_timeout_seconds > 600 {
        wrong.push("limits.search_statement_timeout_seconds may be at most 600 (0: never)".into());
    }
}

fn operations(config: &Config, wrong: &mut Vec<String>) {
    let maintenance = &config.maintenance;
    if !maintenance.retry_at.is_empty() && maintenance.retry_at().is_none() {
        wrong.push("maintenance.retry_at must be a time such as 2026-03-01T08:00:00Z".into());
    }
    for (i, endpoint) in config.health.endpoints.iter().enumerate() {
        if endpoint.name.is_empty() || !is_web_address(&endpoint.url) {
            wrong.push(format!(
                "health.endpoints[{i}] needs a name and a url, an absolute http or https address"
            ));
        }
        if has_user(&endpoint.url) {
            wrong.push(format!("health.endpoints[{i}].url {NO_USER}"));
        }
    }
    let traces = &config.telemetry;
    if !traces.otlp_endpoint.is_empty() && !is_web_address(&traces.otlp_endpoint) {
        wrong.push("telemetry.otlp_endpoint must be an absolute http or https address".into());
    }
    if traces.sample_percent > 100 {
        wrong.push("telemetry.sample_percent may be at most 100".into());
    }
    if config.rate_limit.burst == 0 {
        wrong.push("rate_limit.burst must be at least 1".into());
    }
    if config
        .metrics
        .listen
        .is_some_and(|listen| listen == config.http.listen && listen.port() != 0)
    {
        wrong.push("metrics.listen must be another address than http.listen".into());
    }
    let weights = config.costs.coefficients;
    if [
        weights.create,
        weights.update,
        weights.delete,
        weights.service_owner_get,
        weights.service_owner_search,
        weights.service_owner_search_for_person,
        weights.end_user_get,
        weights.end_user_search,
        weights.set_label,
        weights.service_owner_bulk_label,
        weights.end_user_bulk_label,
    ]
    .iter()
    .any(|weight| !weight.is_finite() || *weight < 0.0)
    {
        wrong.push("costs.coefficients must not be negative".into());
    }
}

/// Tokens, keys and numbers of people go to these addresses or come from there: nobody on the way may read along or
/// answer instead. The value is not told, it may hold a password.
fn private(key: &str, text: &str, wrong: &mut Vec<String>) {
    if has_user(text) {
        wrong.push(format!("{key} {NO_USER}"));
    }
    let url = url::Url::parse(text);
    if !url.as_ref().is_ok_and(destination::is_private) {
        wrong.push(format!(
            "{key} must be an absolute https address: what goes there and comes from there must not be read or changed \
             on the way. http is allowed only to this machine (localhost, 127.0.0.1, [::1])"
        ));
    }
    if url.as_ref().is_ok_and(destination::is_link_local) {
        wrong.push(format!(
            "{key} must not be a link-local address: that is where a cloud tells this machine its secrets"
        ));
    }
}

fn has_user(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| !url.username().is_empty() || url.password().is_some())
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    })
}
