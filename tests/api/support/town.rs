//! A town and its people.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::{Router, body::Body, http::Request};
use chrono::Duration;
use dialogporten::{
    app::App,
    auth::local_issuer::{Holder, LocalIssuer, Terms},
    authority::Authority,
    clock::Clock,
    dialog::{id::Ids, timestamp::Timestamp},
    events::Status,
    http::serve::Lifecycle,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use tower::ServiceExt;
use uuid::Uuid;

use super::{Altinn, Answer, Builder, Caller, Directory, Key, Proxy, content, with};

/// A server with a world of its own.
pub struct Town {
    /// Everything that requests use.
    pub app: App,
    /// The clock; move it instead of sleeping.
    pub clock: Clock,
    /// What the platform knows; see [`Town::changes`].
    pub directory: Directory,
    /// The platform, where [`Builder::on_the_platform`] was asked for.
    pub altinn: Option<Altinn>,
    /// Whether the platform knows more than the server.
    pub(super) is_behind: AtomicBool,
    /// Short name of the service owner.
    pub org: String,
    /// Its organization number.
    pub number: String,
    /// Identifier of its resource, without prefix.
    pub resource: String,
    /// Number of the person who may read and write dialogs of her own.
    pub pid: String,
    /// Number of somebody with no rights but her own.
    pub stranger: String,
    /// Number of the company that the person leads.
    pub company: String,
    /// How to reach the server's database.
    pub options: PgConnectOptions,
    /// When the server ends.
    pub lifecycle: Lifecycle,
    /// What the server asks of its database, where [`Builder::counting`] was asked for.
    pub proxy: Option<Proxy>,
    pub(super) router: Router,
    pub(super) issuer: LocalIssuer,
    pub(super) folder: PathBuf,
}

impl Town {
    /// A town with one resource, which private persons and general managers may read and write.
    pub async fn new() -> Self {
        Self::build().open().await
    }

    /// A town whose platform knows more than that.
    pub async fn with(change: impl FnOnce(&mut Directory)) -> Self {
        Self::build().directory(change).open().await
    }

    /// A town with other settings or another database.
    pub fn build() -> Builder {
        Builder::new()
    }

    /// Changes what the platform knows while the server runs.
    pub fn changes(&mut self, change: impl FnOnce(&mut Directory)) {
        change(&mut self.directory);
        self.directory
            .write(&self.app.config().platform_directory());
        if let Some(altinn) = &self.altinn {
            altinn.knows(&self.directory);
        }
        self.looks_again();
    }

    /// Puts another text in the place of the usual resource's policy.
    pub fn breaks_policy(&mut self, text: &str) {
        let policies = self.app.config().platform_directory().join("policies");
        std::fs::write(policies.join(format!("{}.xml", self.resource)), text).unwrap();
        if let Some(altinn) = &self.altinn {
            altinn.breaks_policy(&self.resource, text);
        }
        self.looks_again();
    }

    /// Has the server look at what has changed on the platform.
    pub fn looks_again(&self) {
        match self.app.authority() {
            Authority::Local(local) => {
                assert!(local.refresh().unwrap(), "the files have changed");
            }
            Authority::Altinn(_) => self.is_behind.store(true, Ordering::SeqCst),
        }
    }

    /// Fetches what the server keeps of the platform in its database, where the platform knows more.
    async fn catches_up(&self) {
        if let Authority::Altinn(altinn) = self.app.authority()
            && self.is_behind.swap(false, Ordering::SeqCst)
        {
            altinn.sync_subjects(None, None).await.unwrap();
            altinn.sync_levels(None).await.ok();
        }
    }

    /// The platform.
    pub fn altinn(&self) -> &Altinn {
        self.altinn.as_ref().expect("a town on the platform")
    }

    /// The resource with its prefix.
    pub fn resource_urn(&self) -> String {
        format!("urn:altinn:resource:{}", self.resource)
    }

    /// A resource that the directory got besides, with its prefix.
    pub fn also(&self, name: &str) -> String {
        format!("{}-{name}", self.resource_urn())
    }

    /// The person as a party.
    pub fn party(&self) -> String {
        format!("urn:altinn:person:identifier-no:{}", self.pid)
    }

    /// The company as a party.
    pub fn company_urn(&self) -> String {
        format!("urn:altinn:organization:identifier-no:{}", self.company)
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Now plus some seconds, as text.
    pub fn after(&self, seconds: i64) -> String {
        (self.now() + Duration::seconds(seconds)).to_string()
    }

    /// A new identifier (UUID version 7).
    pub fn id(&self) -> String {
        self.id_at(0)
    }

    /// New identifiers, increasing.
    pub fn ids(&self, count: usize) -> Vec<String> {
        let mut ids = Ids::at(self.now());
        (0..count).map(|_| ids.next().to_string()).collect()
    }

    /// A new identifier that carries now plus some milliseconds.
    pub fn id_at(&self, milliseconds: i64) -> String {
        let moment = self.now() + Duration::milliseconds(milliseconds);
        Ids::at(moment).next().to_string()
    }

    /// Lets time pass.
    pub fn waits(&self, seconds: i64) {
        self.clock.advance(Duration::seconds(seconds));
    }

    /// The least that makes a dialog: resource, party, title.
    pub fn a_dialog(&self) -> Value {
        json!({"serviceResource": self.resource_urn(), "party": self.party(), "content": {"title": content("Tittel")}})
    }

    /// A dialog with more in it; null removes a member.
    pub fn a_dialog_with(&self, changes: Value) -> Value {
        with(self.a_dialog(), changes)
    }

    /// The service owner.
    pub fn owner(&self) -> Caller<'_> {
        self.owner_with("")
    }

    /// The service owner with more scopes than usual.
    pub fn owner_with(&self, scopes: &str) -> Caller<'_> {
        self.service_owner(&self.org, &self.number, scopes)
    }

    /// The service owner as admin.
    pub fn admin(&self) -> Caller<'_> {
        self.owner_with("digdir:dialogporten.serviceprovider.admin")
    }

    /// Another service owner.
    pub fn neighbour(&self, scopes: &str) -> Caller<'_> {
        let (org, number) = &self.directory.neighbour;
        self.service_owner(org, number, scopes)
    }

    /// Any service owner.
    pub fn service_owner(&self, org: &str, number: &str, scopes: &str) -> Caller<'_> {
        let holder = Holder::ServiceOwner {
            org: org.into(),
            number: number.into(),
        };
        let scopes = format!("{} {scopes}", holder.usual_scopes());
        self.holder(&holder, scopes.trim(), holder.usual_level())
    }

    /// The person.
    pub fn person(&self) -> Caller<'_> {
        self.end_user(&self.pid, 3)
    }

    /// Somebody who may do nothing here.
    pub fn stranger(&self) -> Caller<'_> {
        self.end_user(&self.stranger, 3)
    }

    /// Any person.
    pub fn end_user(&self, pid: &str, level: u8) -> Caller<'_> {
        let holder = Holder::EndUser { pid: pid.into() };
        self.holder(&holder, &holder.usual_scopes(), level)
    }

    /// A system that acts for an organization.
    pub fn system_user(&self, id: Uuid, number: &str) -> Caller<'_> {
        let holder = Holder::SystemUser {
            id,
            owner: self.number.clone(),
            number: number.into(),
        };
        self.holder(&holder, &holder.usual_scopes(), holder.usual_level())
    }

    /// Somebody known by e-mail address.
    pub fn email_user(&self, email: &str) -> Caller<'_> {
        let holder = Holder::EmailUser {
            email: email.into(),
        };
        self.holder(&holder, &holder.usual_scopes(), holder.usual_level())
    }

    /// Anybody with any scopes.
    pub fn holder(&self, holder: &Holder, scopes: &str, level: u8) -> Caller<'_> {
        let terms = Terms {
            scopes: scopes.into(),
            level,
            ttl_seconds: 3_600,
        };
        let token = self.issuer.issue(holder, &terms, self.now());
        self.bearing(&format!("Bearer {token}"))
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Caller<'_> {
        Caller {
            town: self,
            authorization: None,
        }
    }

    /// Somebody with this `Authorization` header.
    pub fn bearing(&self, authorization: &str) -> Caller<'_> {
        Caller {
            town: self,
            authorization: Some(authorization.into()),
        }
    }

    /// The key with which all these tokens are signed.
    pub fn key(&self) -> Key {
        Key::of_file(&self.folder.join("local-issuer.key"))
    }

    /// The kinds of events that a dialog has raised, in order and without what all of them have in common.
    pub async fn events(&self, dialog: &str) -> Vec<String> {
        let types = "SELECT body ->> 'type' FROM outbox WHERE dialog_id = $1 ORDER BY seq";
        let found: Vec<String> = sqlx::query_scalar(types)
            .bind(dialog.parse::<Uuid>().unwrap())
            .fetch_all(self.database())
            .await
            .unwrap();
        let short = |kind: String| {
            let kind = kind.strip_prefix("dialogporten.dialog.");
            kind.and_then(|kind| kind.strip_suffix(".v1"))
                .expect("a kind of event")
                .to_owned()
        };
        found.into_iter().map(short).collect()
    }

    /// The database, for looking behind the server.
    pub fn database(&self) -> &dialogporten::store::Pool {
        self.app.store().background()
    }

    /// Waits until the delivery of events is as wanted.
    #[track_caller]
    pub fn delivers(&self, wanted: impl Fn(&Status) -> bool) -> impl Future<Output = Status> {
        let at = std::panic::Location::caller();
        let mut status = self.app.events();
        async move {
            let deadline = std::time::Duration::from_mins(1);
            let found = tokio::time::timeout(deadline, status.wait_for(wanted)).await;
            let found = found.map(|status| status.unwrap().clone());
            found.unwrap_or_else(|_| panic!("{at}: waited in vain; {:?}", status.borrow()))
        }
    }

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        self.catches_up().await;
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            asked,
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
