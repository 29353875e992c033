//! Somebody who sends requests.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};

use super::{Answer, Token, Town};

/// Where service owners write dialogs.
pub const OWNED: &str = "/api/v1/serviceowner/dialogs";
/// Where end users find them.
pub const FOUND: &str = "/api/v1/enduser/dialogs";

/// Somebody with a token, or without one.
#[derive(Clone)]
pub struct Caller<'a> {
    pub(super) town: &'a Town,
    pub(super) authorization: Option<String>,
}

impl<'a> Caller<'a> {
    /// The token, read.
    pub fn token(&self) -> Token {
        Token::read(self.authorization().trim_start_matches("Bearer "))
    }

    /// The whole `Authorization` header.
    pub fn authorization(&self) -> &str {
        self.authorization.as_deref().expect("a token")
    }

    /// The same caller whose issuer says something else; null removes a claim.
    pub fn claiming(&self, changes: Value) -> Caller<'a> {
        let token = self.token().claiming(changes).signed(&self.town.key());
        self.town.bearing(&format!("Bearer {token}"))
    }

    /// A request without a body.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask_with(method, path, headers, Body::empty()).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// Any method with JSON.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let text = body.to_string();
        let shown: String = text.chars().take(1_000).collect();
        let headers = [("content-type", "application/json")];
        let request = self.request(method, path, &headers, text.into());
        let mut answer = self.town.send(request).await;
        answer.asked = format!("{} {shown}", answer.asked);
        answer
    }

    /// POST of a text as JSON, whether it is JSON or not.
    pub async fn send_text(&self, path: &str, body: impl Into<Body>) -> Answer {
        let json = [("content-type", "application/json")];
        self.send_with(path, &json, body).await
    }

    /// POST of any body with any headers.
    pub async fn send_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        self.ask_with(Method::POST, path, headers, body).await
    }

    /// Any method with any body and any headers.
    pub async fn ask_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let request = self.request(method, path, headers, body.into());
        self.town.send(request).await
    }

    /// Any method with JSON and more headers.
    pub async fn sends(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/json"));
        let text = body.to_string();
        let mut answer = self.sends_text(method, path, &headers, text.clone()).await;
        answer.asked = format!("{} {text}", answer.asked);
        answer
    }

    /// Any method with any body and any headers.
    pub async fn sends_text(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        self.town
            .send(self.request(method, path, headers, body.into()))
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
        self.post(OWNED, dialog).await
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

    /// Creates a dialog and shows it as its owner sees it.
    #[track_caller]
    pub fn creates_and_reads(&self, dialog: Value) -> impl Future<Output = Answer> {
        let created = self.creates(dialog);
        async move { self.owns(&created.await).await.is(200) }
    }

    /// Deletes a dialog, as service owner.
    #[track_caller]
    pub fn deletes(&self, id: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let answer = self
                .ask(Method::DELETE, &format!("{OWNED}/{id}"), &[])
                .await;
            assert_eq!(answer.status.as_u16(), 204, "{at}: {}", answer.text);
        }
    }

    /// Purges a dialog, as service owner.
    #[track_caller]
    pub fn purges(&self, id: &str) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let answer = self
                .ask(Method::POST, &format!("{OWNED}/{id}/actions/purge"), &[])
                .await;
            assert_eq!(answer.status.as_u16(), 204, "{at}: {}", answer.text);
        }
    }

    /// PUTs a dialog as service owner.
    pub async fn puts(&self, id: &str, body: &Value) -> Answer {
        self.send(Method::PUT, &format!("{OWNED}/{id}"), body).await
    }

    /// Applies operations to a dialog, as service owner.
    pub async fn patches(&self, id: &str, operations: Value) -> Answer {
        self.send(Method::PATCH, &format!("{OWNED}/{id}"), &operations)
            .await
    }

    /// POSTs something without a body to an action of a dialog, as service owner.
    pub async fn acts(&self, id: &str, action: &str) -> Answer {
        let path = format!("{OWNED}/{id}/actions/{action}");
        self.ask(Method::POST, &path, &[]).await
    }

    /// Adds an activity or a transmission to a dialog, as service owner: `adds(id, "activities", …)`.
    pub async fn adds(&self, id: &str, list: &str, part: &Value) -> Answer {
        self.post(&format!("{OWNED}/{id}/{list}"), part).await
    }

    /// Replaces one member of a dialog, as service owner.
    pub async fn replaces(&self, id: &str, path: &str, value: Value) -> Answer {
        let operation = json!({"op": "replace", "path": path, "value": value});
        self.patches(id, json!([operation])).await
    }

    /// GETs a dialog as service owner.
    pub async fn owns(&self, id: &str) -> Answer {
        self.get(&format!("{OWNED}/{id}")).await
    }

    /// GETs a dialog as end user.
    pub async fn opens(&self, id: &str) -> Answer {
        self.get(&format!("{FOUND}/{id}")).await
    }

    /// GETs a dialog as end user in these languages.
    pub async fn opens_in(&self, languages: &str, id: &str) -> Answer {
        let headers = [("accept-language", languages)];
        self.ask(Method::GET, &format!("{FOUND}/{id}"), &headers)
            .await
    }

    /// Puts labels on a dialog and takes others off, as end user.
    pub async fn labels(&self, id: &str, add: &[&str], remove: &[&str]) -> Answer {
        let path = format!("{FOUND}/{id}/context/systemlabels");
        let body = json!({"addLabels": add, "removeLabels": remove});
        self.send(Method::PUT, &path, &body).await
    }

    /// Searches as end user.
    pub async fn finds(&self, query: &str) -> Answer {
        self.get(&format!("{FOUND}?{query}")).await
    }
}
