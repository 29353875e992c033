//! Whether loaded dialogs are what the API makes of the same requests.

use std::{collections::HashMap, path::PathBuf};

use anyhow::{Context, bail, ensure};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
};
use chrono::Duration;
use http_body_util::BodyExt;
use regex::Regex;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    app::App,
    auth::local_issuer::{Holder, LocalIssuer, Terms},
    authority::local::bundled,
    clock::Clock,
    config::{Config, Sink},
    dialog::{event::Announcer, id, seen::UserType, timestamp::Timestamp, view::seen::NewView},
    http::serve::Lifecycle,
    router,
    seed::{self, Outline, Plan},
    store::{Store, bulk::Bulk},
};

/// How many dialogs are compared.
const SAMPLE: u64 = 25;
/// What is added to the id of a dialog for that of its twin.
const TWIN: u128 = 0x8000;

/// Compares some dialogs of `plan` with twins that the API makes. How many were compared.
pub(super) async fn verify(
    mut config: Config,
    directory: PathBuf,
    options: &PgConnectOptions,
    plan: &Plan,
) -> anyhow::Result<u64> {
    // Nobody but us reaches this server: it does not listen.
    config.auth.local_issuer = true;
    config.events.sink = Sink::None;
    config.platform.directory = Some(directory);
    let clock = Clock::stopped_at(plan.until);
    let store = Store::open(&config, options)?;
    let app = App::open(config.clone(), clock.clone(), store, Lifecycle::default())?;
    let mut check = Check {
        router: router::router(app.clone()),
        issuer: LocalIssuer::open(&config.data_dir).context("the local issuer cannot sign")?,
        app,
        clock,
        bulk: Bulk::connect(options).await?,
        uuid: Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")?,
    };
    let sample = SAMPLE.min(plan.dialogs);
    let mut outcome = Ok(sample);
    for at in 0..sample {
        let index = at * plan.dialogs / sample;
        let compared = check.compare(plan, index).await;
        if let Err(error) = compared {
            outcome = Err(error.context(format!("dialog {index}")));
            break;
        }
    }
    check.bulk.close().await?;
    check.app.close().await;
    outcome
}

struct Check {
    router: Router,
    issuer: LocalIssuer,
    app: App,
    clock: Clock,
    bulk: Bulk,
    uuid: Regex,
}

impl Check {
    async fn compare(&mut self, plan: &Plan, index: u64) -> anyhow::Result<()> {
        let (outline, mut chance) = plan.outline(index);
        let body = seed::body(&outline, &mut chance);
        let made = seed::dialog(&outline, &body, &mut chance)?;
        let twin = Uuid::from_u128(outline.id.as_u128() + TWIN);
        let body = body
            .replacen(&outline.id.to_string(), &twin.to_string(), 1)
            .replacen("\"seed-", "\"twin-", 1);
        self.create(&outline, body, twin, &made.dialog.seen).await?;
        self.set_clock(plan.until);
        let same = self.same(&outline, twin).await;
        let purge = format!("/{twin}/actions/purge?isSilentUpdate=true");
        self.ask(Method::POST, &purge, "", StatusCode::NO_CONTENT)
            .await?;
        self.bulk.forget_events(twin).await?;
        same
    }

    /// What happened to the one dialog happens to the other.
    async fn create(
        &mut self,
        outline: &Outline,
        body: String,
        twin: Uuid,
        seen: &[crate::dialog::seen::SeenEntry],
    ) -> anyhow::Result<()> {
        self.set_clock(outline.changed_at);
        self.ask(
            Method::POST,
            "?isSilentUpdate=true",
            &body,
            StatusCode::CREATED,
        )
        .await?;
        for entry in seen {
            let store = self.app.store();
            let dialog = store.dialog(twin).await?.context("the twin is gone")?;
            let announcer = Announcer {
                dialog: &dialog,
                base: self.app.public_base(),
                now: entry.seen_at,
            };
            let view = NewView {
                entry: entry.clone(),
                user_type: UserType::Person,
                read_content_updated_at: dialog.content_updated_at,
                was_marked: false,
            };
            let events = [&announcer.updated(), &announcer.seen(entry.id)];
            store
                .write_seen(twin, &view, id::random(), events, None)
                .await?;
        }
        if let Some(at) = outline.deleted_at {
            self.set_clock(at);
            let target = format!("/{twin}?isSilentUpdate=true");
            self.ask(Method::DELETE, &target, "", StatusCode::NO_CONTENT)
                .await?;
        }
        Ok(())
    }

    async fn same(&mut self, outline: &Outline, twin: Uuid) -> anyhow::Result<()> {
        let rows = |rows: Option<Value>| -> anyhow::Result<Value> {
            let mut rows = rows.context("there are no rows")?;
            // Views are news; nobody is told of made-up ones.
            rows["events"].take();
            Ok(rows)
        };
        let one = rows(self.bulk.rows(outline.id).await?)?;
        let other = rows(self.bulk.rows(twin).await?)?;
        self.same_but_ids("rows", &one, &other)?;

        let one = self.get(&format!("/{}", outline.id)).await?;
        let other = self.get(&format!("/{twin}")).await?;
        self.same_but_ids("answers", &one, &other)?;

        let list = format!(
            "?party={}&serviceResource={}&createdAfter={at}&createdBefore={at}&deleted=Include",
            outline.party_urn(),
            outline.resource_urn(),
            at = outline.created_at,
        );
        let list = self.get(&list).await?;
        let item = |id: Uuid| {
            let items = list["items"].as_array()?;
            items.iter().find(|item| item["id"] == id.to_string())
        };
        let (one, other) = (
            item(outline.id).context("a search does not find it")?,
            item(twin).context("a search does not find its twin")?,
        );
        self.same_but_ids("items of a list", one, other)
    }

    fn same_but_ids(&self, what: &str, one: &Value, other: &Value) -> anyhow::Result<()> {
        let (one, other) = (self.without_ids(one), self.without_ids(other));
        if one == other {
            return Ok(());
        }
        let same = one
            .bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let around = |text: &str| -> String {
            let from = same.saturating_sub(60);
            String::from_utf8_lossy(&text.as_bytes()[from..text.len().min(same + 60)]).into_owned()
        };
        bail!(
            "the {what} differ: loaded …{}…, created …{}…",
            around(&one),
            around(&other)
        )
    }

    /// Each identifier as the number of its first mention.
    fn without_ids(&self, value: &Value) -> String {
        let mut numbers = HashMap::new();
        let text = value.to_string().replace("\"twin-", "\"seed-");
        let replace = |found: &regex::Captures<'_>| {
            let next = numbers.len();
            let number = numbers.entry(found[0].to_owned()).or_insert(next);
            format!("#{number}")
        };
        self.uuid.replace_all(&text, replace).into_owned()
    }

    fn set_clock(&self, moment: Timestamp) {
        let by = moment.micros() - self.clock.now().micros();
        self.clock.advance(Duration::microseconds(by));
    }

    async fn get(&self, target: &str) -> anyhow::Result<Value> {
        self.ask(Method::GET, target, "", StatusCode::OK).await
    }

    async fn ask(
        &self,
        method: Method,
        target: &str,
        body: &str,
        expected: StatusCode,
    ) -> anyhow::Result<Value> {
        let holder = Holder::ServiceOwner {
            org: seed::ORG.to_owned(),
            number: bundled::ORG_NUMBER.to_owned(),
        };
        let terms = Terms {
            scopes: holder.usual_scopes(),
            level: holder.usual_level(),
            ttl_seconds: 600,
        };
        let token = self.issuer.issue(&holder, &terms, self.clock.now());
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/serviceowner/dialogs{target}"))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json")
            .body(Body::from(body.to_owned()))?;
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        ensure!(
            status == expected,
            "the API answered {status}: {}",
            String::from_utf8_lossy(&bytes)
        );
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }
}
