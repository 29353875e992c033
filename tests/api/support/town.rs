//! A town and its people.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use dialogporten::{
    app::App,
    auth::local_issuer::{Holder, LocalIssuer},
    clock::Clock,
    config::Config,
    dialog::timestamp::Timestamp,
    http::serve::Lifecycle,
    router,
    store::{self, Store},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::OnceCell;
use tower::ServiceExt;
use uuid::Uuid;

use super::{
    Answer, Directory, Party, Policy, Resource, content, organization_number, person_number, with,
};

/// The database that all tests of this binary share.
static DATABASE: OnceCell<PgConnectOptions> = OnceCell::const_new();

/// A server with a world of its own.
pub struct Town {
    /// Everything that requests use.
    pub app: App,
    /// The clock; move it instead of sleeping.
    pub clock: Clock,
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
    router: Router,
    issuer: Arc<LocalIssuer>,
    folder: PathBuf,
}

impl Town {
    /// A town with one resource, which private persons and general managers may read and write.
    pub async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    /// A town whose platform and settings are changed before the server starts. The directory begins with the resource
    /// of [`Town::new`] as its first.
    pub async fn with(change: impl FnOnce(&mut Directory, &mut Config)) -> Self {
        let unique = Uuid::new_v4().simple().to_string();
        let org = format!("o{}", &unique[..8]);
        let number = organization_number();
        let resource = format!("r{unique}");
        let (pid, stranger, company) = (person_number(), person_number(), organization_number());
        let mut directory = Directory {
            resources: vec![Resource {
                id: resource.clone(),
                kind: "GenericAccessResource",
                owner: number.clone(),
                org: org.clone(),
                policy: Policy::at_level(2).permit(
                    &["urn:altinn:rolecode:dagl", "urn:altinn:rolecode:priv"],
                    &["read", "write", "sign"],
                ),
            }],
            parties: vec![(
                format!("urn:altinn:person:identifier-no:{pid}"),
                vec![
                    Party::with_role(&pid, "PRIV"),
                    Party::with_role(&company, "DAGL"),
                ],
            )],
            names: vec![
                (
                    format!("urn:altinn:person:identifier-no:{pid}"),
                    "FIRST MIDDLE LAST".into(),
                ),
                (
                    format!("urn:altinn:person:identifier-no:{stranger}"),
                    "OTHER PERSON".into(),
                ),
                (
                    format!("urn:altinn:organization:identifier-no:{company}"),
                    "A COMPANY".into(),
                ),
            ],
        };
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&unique);
        let mut config = Config {
            data_dir: folder.clone(),
            ..Config::default()
        };
        config.auth.local_issuer = true;
        config.database.max_connections = 6;
        change(&mut directory, &mut config);
        directory.write(&config.platform_directory());

        let database = DATABASE
            .get_or_try_init(store::testing::database)
            .await
            .expect("the tests need PostgreSQL's binaries");
        let clock = Clock::system();
        let issuer = LocalIssuer::open(&folder).unwrap();
        let store = Store::open(&config, database).unwrap();
        let app = App::open(config, clock.clone(), store, Lifecycle::default()).unwrap();
        Self {
            router: router::router(app.clone()),
            app,
            clock,
            org,
            number,
            resource,
            pid,
            stranger,
            company,
            issuer: Arc::new(issuer),
            folder,
        }
    }

    /// The resource with its prefix.
    pub fn resource_urn(&self) -> String {
        format!("urn:altinn:resource:{}", self.resource)
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
        (self.now() + chrono::Duration::seconds(seconds)).to_string()
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

    /// Any service owner.
    pub fn service_owner(&self, org: &str, number: &str, scopes: &str) -> Caller<'_> {
        let holder = Holder::ServiceOwner {
            org: org.into(),
            number: number.into(),
        };
        let scopes = format!("{} {scopes}", holder.usual_scopes());
        self.holder(&holder, scopes.trim())
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
        let holder = Holder::EndUser {
            pid: pid.into(),
            level,
        };
        self.holder(&holder, &holder.usual_scopes())
    }

    /// A system that acts for an organization.
    pub fn system_user(&self, id: Uuid, number: &str) -> Caller<'_> {
        let holder = Holder::SystemUser {
            id,
            owner: self.number.clone(),
            number: number.into(),
        };
        self.holder(&holder, &holder.usual_scopes())
    }

    /// Somebody known by e-mail address.
    pub fn email_user(&self, email: &str) -> Caller<'_> {
        let holder = Holder::EmailUser {
            email: email.into(),
        };
        self.holder(&holder, &holder.usual_scopes())
    }

    /// Anybody with any scopes.
    pub fn holder(&self, holder: &Holder, scopes: &str) -> Caller<'_> {
        let token = self.issuer.issue(holder, scopes, 3_600, self.now());
        Caller {
            town: self,
            authorization: Some(format!("Bearer {token}")),
        }
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

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
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

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Caller<'a> {
    town: &'a Town,
    authorization: Option<String>,
}

impl Caller<'_> {
    /// A request without a body.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.town
            .send(self.request(method, path, headers, Body::empty()))
            .await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_text(Method::POST, path, body.to_string()).await
    }

    /// A request with a JSON body as text, whether it is JSON or not.
    pub async fn send_text(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let json = [("content-type", "application/json")];
        self.town
            .send(self.request(method, path, &json, body.into()))
            .await
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).unwrap()
    }

    /// POSTs a dialog, whatever comes back.
    pub async fn posts(&self, dialog: &Value) -> Answer {
        self.post("/api/v1/serviceowner/dialogs", dialog).await
    }

    /// Creates a dialog and gives its id.
    #[track_caller]
    pub fn creates(&self, dialog: Value) -> impl Future<Output = String> {
        let at = std::panic::Location::caller();
        async move {
            let answer = self.posts(&dialog).await;
            assert_eq!(answer.status.as_u16(), 201, "{at}: {}", answer.text);
            answer.body.as_str().unwrap().to_owned()
        }
    }

    /// GETs a dialog as service owner.
    pub async fn owns(&self, id: &str) -> Answer {
        self.get(&format!("/api/v1/serviceowner/dialogs/{id}"))
            .await
    }

    /// GETs a dialog as end user.
    pub async fn opens(&self, id: &str) -> Answer {
        self.get(&format!("/api/v1/enduser/dialogs/{id}")).await
    }

    /// Searches as end user.
    pub async fn finds(&self, query: &str) -> Answer {
        self.get(&format!("/api/v1/enduser/dialogs?{query}")).await
    }
}
